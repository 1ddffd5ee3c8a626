/**
 * Convolutions as ONNX's own `Conv` and `ConvTranspose`: channels go before the pixels and back, models side by side as groups of
 * channels, so that each is computed as it would be alone.
 */
import { resultSize, type ConvGeometry } from '../../convolution';
import { sizeOf, type Shape } from '../../tensor';
import type { ConvolutionNode } from './formulations';
import type { GraphWriter } from './graph-writer';
import type { Written } from './matmul';
import { permute, reshape } from './layout';

export function lowerDirectly(
  writer: GraphWriter,
  node: ConvolutionNode,
  [a, b]: readonly [Written, Written],
): string {
  const lead = node.shape.slice(0, -4);
  const left = spread(writer, a, lead);
  const right = spread(writer, b, lead);
  if (node.op === 'conv2dWeight') return towardsWeights(writer, left, right, node);
  return node.op === 'conv2d'
    ? forward(writer, left, right, node)
    : towardsImage(writer, left, right, node);
}

function forward(writer: GraphWriter, image: Written, weights: Written, node: ConvolutionNode) {
  const { params, shape } = node;
  const groups = sizeOf(shape.slice(0, -4)) * params.groups;
  const name = writer.emit('Conv', [channelsFirst(writer, image), joinedWeights(writer, weights)], {
    attributes: { ...attributesOf(params), group: { int: groups } },
  });
  return channelsLast(writer, name, shape);
}

function towardsImage(
  writer: GraphWriter,
  result: Written,
  weights: Written,
  node: ConvolutionNode,
) {
  const { params, shape } = node;
  const { image, kernel, stride, padding, dilation } = params;
  const size = resultSize(params);
  const groups = sizeOf(shape.slice(0, -4)) * params.groups;
  // Pixels behind the last one that a kernel reaches.
  const left = ([0, 1] as const).map((axis) => {
    const reached = stride[axis] * (size[axis] - 1) + dilation[axis] * (kernel[axis] - 1) + 1;
    return image[axis] + 2 * padding[axis] - reached;
  });
  const name = writer.emit(
    'ConvTranspose',
    [channelsFirst(writer, result), joinedWeights(writer, weights)],
    {
      attributes: {
        ...attributesOf(params),
        group: { int: groups },
        output_padding: { ints: left },
      },
    },
  );
  return channelsLast(writer, name, shape);
}

/** The images of a model as channels, what their channels were as images; the results are the kernels. */
function towardsWeights(
  writer: GraphWriter,
  image: Written,
  result: Written,
  node: ConvolutionNode,
) {
  const { params, shape } = node;
  const { groups, stride, dilation, kernel } = params;
  const lead = shape.slice(0, -4);
  const rank = lead.length;
  const leads = lead.map((_, axis) => axis);
  const split = (x: Written, order: (n: Axes) => readonly number[]): Written => {
    const channels = x.shape.at(-1) as number;
    const blocks = [...x.shape.slice(0, -1), groups, channels / groups];
    const axes = {
      count: rank,
      row: rank + 1,
      column: rank + 2,
      group: rank + 3,
      channel: rank + 4,
    };
    return permute(writer, reshape(writer, x, blocks), order(axes));
  };
  // [C / groups, ...lead, groups, N, H, W] and [...lead, groups, O / groups, N, h, w]
  const images = split(image, (n) => [n.channel, ...leads, n.group, n.count, n.row, n.column]);
  const kernels = split(result, (n) => [...leads, n.group, n.channel, n.count, n.row, n.column]);
  const inGroup = images.shape[0] as number;
  const count = images.shape.at(-3) as number;
  const all = sizeOf(lead) * groups;
  const out = sizeOf(lead) * (shape.at(-4) as number);
  const x = reshape(writer, images, [inGroup, all * count, ...images.shape.slice(-2)]);
  const w = reshape(writer, kernels, [out, count, ...kernels.shape.slice(-2)]);
  const product = writer.emit('Conv', [x.name, w.name], {
    attributes: {
      ...attributesOf({ ...params, stride: dilation, dilation: stride }),
      kernel_shape: { ints: w.shape.slice(-2) },
      group: { int: all },
    },
  });
  // Places behind the last tap, where the stride leaves pixels over.
  const taps = writer.emit('Slice', [
    product,
    writer.int64s([0, 0]),
    writer.int64s(kernel),
    writer.int64s([2, 3]),
  ]);
  const parts = { name: taps, shape: [inGroup, out, ...kernel] };
  const moved = permute(writer, parts, [1, 0, 2, 3]);
  return reshape(writer, moved, shape).name;
}

/** Places of the axes of images whose channels are cut into groups. */
interface Axes {
  readonly count: number;
  readonly row: number;
  readonly column: number;
  readonly group: number;
  readonly channel: number;
}

function attributesOf({ kernel, stride, padding, dilation }: ConvGeometry) {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: dilation },
  };
}

/** Repeats a value along leading axes that it has once or not at all. */
function spread(writer: GraphWriter, x: Written, lead: Shape): Written {
  const shape = [...lead, ...x.shape.slice(-4)];
  if (sizeOf(shape) === sizeOf(x.shape)) return reshape(writer, x, shape);
  return writer.shared(`spread ${x.name} ${shape.join(' ')}`, () => ({
    name: writer.emit('Expand', [x.name, writer.int64s(shape)]),
    shape,
  }));
}

/** [...lead, N, H, W, C] to [N, leads C, H, W]; made once for each value. */
function channelsFirst(writer: GraphWriter, x: Written): string {
  return writer.shared(`channels first ${x.name}`, () => {
    const rank = x.shape.length;
    const leads = x.shape.slice(0, -4).map((_, axis) => axis);
    const moved = permute(writer, x, [rank - 4, ...leads, rank - 1, rank - 3, rank - 2]);
    const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
    const all = sizeOf(x.shape.slice(0, -4)) * channels;
    return reshape(writer, moved, [x.shape.at(-4) as number, all, height, width]).name;
  });
}

/** [N, leads C, H, W] to `shape`, which is [...lead, N, H, W, C]. */
function channelsLast(writer: GraphWriter, name: string, shape: Shape): string {
  const lead = shape.slice(0, -4);
  const [count, height, width, channels] = shape.slice(-4) as [number, number, number, number];
  const flat = { name, shape: [count, sizeOf(lead) * channels, height, width] };
  const split = reshape(writer, flat, [count, ...lead, channels, height, width]);
  const at = lead.length + 1;
  const leads = lead.map((_, axis) => axis + 1);
  return permute(writer, split, [...leads, 0, at + 1, at + 2, at]).name;
}

/** [...lead, O, C / groups, taps...] to [leads O, C / groups, taps...]. */
function joinedWeights(writer: GraphWriter, { name, shape }: Written): string {
  const out = sizeOf(shape.slice(0, -3));
  return reshape(writer, { name, shape }, [out, ...shape.slice(-3)]).name;
}
