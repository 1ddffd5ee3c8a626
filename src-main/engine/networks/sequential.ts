/** A network that is written down layer by layer, with PyTorch's layouts: what `nn.Sequential` of named layers computes. */
import type { Shape } from '../tensor';
import {
  activation,
  convolution,
  flatten,
  linear,
  represented,
  sequence,
  unflatten,
  type Activation,
  type ConvolutionOptions,
  type Layer,
} from './layers';
import { networkOf, type Network } from './network';
import { normalisation, type NormOptions } from './norms';
import { globalAveragePool, maxPool } from './pooling';

/** One layer of the chain. */
export type ChainLayer =
  | (Pick<ConvolutionOptions, 'out' | 'kernel' | 'stride' | 'padding' | 'bias'> & {
      readonly layer: 'convolution';
      readonly name: string;
    })
  | (NormOptions & {
      readonly layer: 'norm';
      readonly name: string;
      readonly kind: 'batch' | 'layer' | 'group';
    })
  | { readonly layer: 'activation'; readonly kind: Activation }
  | { readonly layer: 'max-pool'; readonly size: number }
  | { readonly layer: 'average-pool' }
  | { readonly layer: 'flatten' }
  | {
      readonly layer: 'linear';
      readonly name: string;
      readonly out: number;
      readonly bias?: boolean;
    };

export interface SequentialOptions {
  /** Extents of a sample: a row of features, or height, width and channels of an image, which comes as a row too. */
  readonly sample: Shape;
  readonly layers: readonly ChainLayer[];
}

/**
 * The chain of layers; parameters are `<name>.weight` and `<name>.bias`. Its hidden representations are the results of its activations,
 * named after the last convolution or linear layer before them, with a number where that has several.
 * @throws ShapeError when a kernel does not fit into its image
 */
export function sequential({ sample, layers }: SequentialOptions): Network {
  const size = sample.reduce((product, extent) => product * extent, 1);
  const makers = [...(sample.length === 1 ? [] : [unflatten(sample)]), ...makersOf(layers)];
  const key = `sequential ${sample.join('x')} ${JSON.stringify(layers)}`;
  return networkOf(key, sequence([size], makers));
}

type Maker = (sample: Shape) => Layer;

function makersOf(layers: readonly ChainLayer[]): Maker[] {
  const used = new Map<string, number>();
  let last = 'input';
  return layers.map((layer) => {
    if (layer.layer === 'convolution' || layer.layer === 'linear') last = layer.name;
    if (layer.layer !== 'activation') return makerOf(layer);
    const count = (used.get(last) ?? 0) + 1;
    used.set(last, count);
    return represented(count === 1 ? last : `${last} (${count})`, makerOf(layer));
  });
}

function makerOf(layer: ChainLayer): Maker {
  switch (layer.layer) {
    case 'convolution':
      return convolution(layer.name, layer);
    case 'norm':
      return normalisation(layer.name, layer.kind, layer);
    case 'activation':
      return activation(layer.kind);
    case 'max-pool':
      return maxPool(layer.size);
    case 'average-pool':
      return globalAveragePool();
    case 'flatten':
      return flatten('unit');
    case 'linear':
      return linear(layer.name, layer.out, layer.bias);
    default:
      return layer satisfies never;
  }
}
