/**
 * Ways to write convolutions. All give the same values up to rounding; which is fastest depends on the shape and the machine. What
 * one is written as is decided per geometry and channels, never by how many images or models a program has, so that a run's
 * numbers do not depend on what it is packed with.
 */
import type { ConvGeometry } from '../../convolution';
import type { Node, NodeOf } from '../../graph';

export type ConvolutionNode = NodeOf<'conv2d' | 'conv2dInput' | 'conv2dWeight'>;

/**
 * `gather`: pixels laid side by side, channels last, and a product; towards the image one for each class of pixels that share
 * their taps. `direct`: ONNX's `Conv` and `ConvTranspose`, with channels moved before the pixels and back.
 */
export type Formulation = 'gather' | 'direct';

/** What the three operations of one layer are written as. */
export interface LayerFormulations {
  readonly conv2d: Formulation;
  readonly conv2dInput: Formulation;
  readonly conv2dWeight: Formulation;
}

/** What all layers are written as where nothing was chosen. */
export const gathered: LayerFormulations = {
  conv2d: 'gather',
  conv2dInput: 'gather',
  conv2dWeight: 'gather',
};

/** What a layer's convolutions cost depends on: geometry, channels of the image, channels of the result. */
export interface ConvolutionLayer {
  readonly geometry: ConvGeometry;
  readonly channels: number;
  readonly out: number;
}

/**
 * Decides what a layer's convolutions are written as.
 * @param library - what executes, with its version
 * @param time - measures them
 */
export type FormulationChooser = (
  layer: ConvolutionLayer,
  library: string,
  time: () => Promise<LayerFormulations>,
) => LayerFormulations | Promise<LayerFormulations>;

export function layerOf({ op, inputs, shape, params }: ConvolutionNode): ConvolutionLayer {
  const [a, b] = inputs as readonly [Node, Node];
  const image = op === 'conv2dInput' ? shape : a.shape;
  const result = op === 'conv2d' ? shape : op === 'conv2dInput' ? a.shape : b.shape;
  return {
    geometry: params,
    channels: image.at(-1) as number,
    out: result.at(-1) as number,
  };
}

/** A layer in words, the same for equal layers: `8x8x16 to 32, kernel 3x3, stride 2x2, padding 1x1`. */
export function layerName({ geometry, channels, out }: ConvolutionLayer): string {
  const { image, kernel, stride, padding, dilation, groups } = geometry;
  const parts = [
    `${image.join('x')}x${channels} to ${out}`,
    `kernel ${kernel.join('x')}`,
    `stride ${stride.join('x')}`,
    `padding ${padding.join('x')}`,
    `dilation ${dilation.join('x')}`,
    `groups ${groups}`,
  ];
  return parts.join(', ');
}
