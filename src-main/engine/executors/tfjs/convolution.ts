/**
 * Convolutions as a gather and a matrix product, as on ONNX Runtime: TensorFlow's own kernels know no groups, no transpose in the
 * weights with dilation, and no leading axes. A row of zeros stands for the padding.
 */
import { imagePlace, resultPlace, resultSize, type ConvGeometry } from '../../convolution';
import type { NodeOf } from '../../graph';
import { sizeOf } from '../../tensor';
import { multiply, reshape } from './stacks';
import type { KernelRunner, TfTensor } from './tensorflow';

type Convolution = NodeOf<'conv2d' | 'conv2dInput' | 'conv2dWeight'>;

export function convolve(
  kernels: KernelRunner,
  node: Convolution,
  inputs: readonly TfTensor[],
  key: string,
): TfTensor {
  const [a, b] = inputs as readonly [TfTensor, TfTensor];
  const { groups, kernel } = node.params;
  const transposed = node.op === 'conv2dInput';
  const patches = patchesOf(kernels, a, {
    key,
    groups,
    taps: sizeOf(kernel),
    reading: () => (transposed ? backwardReading(node.params) : forwardReading(node.params)),
  });
  if (node.op !== 'conv2dWeight') {
    const rows = transposed ? weightColumns(kernels, b, groups) : weightRows(kernels, b, groups);
    const product = multiply(kernels, patches, rows, { transposeA: false, transposeB: true });
    return reshape(kernels, joinGroups(kernels, product), node.shape);
  }
  const out = b.shape.at(-1) as number;
  const flat = reshape(kernels, b, [
    ...b.shape.slice(0, -4),
    sizeOf(b.shape.slice(-4, -1)),
    groups,
    out / groups,
  ]);
  // [...lead, groups, N places, out / groups]' times patches: [...lead, groups, out / groups, taps C / groups]
  const product = multiply(kernels, swapLast(kernels, flat, [1, 0, 2]), patches, {
    transposeA: true,
    transposeB: false,
  });
  const taps = sizeOf(kernel);
  const split = reshape(kernels, product, [
    ...product.shape.slice(0, -1),
    taps,
    (product.shape.at(-1) as number) / taps,
  ]);
  return reshape(kernels, swapLast(kernels, split, [1, 0]), node.shape);
}

/** For every place of the result the pixel under each tap, row by row; the number of pixels for one outside. */
function forwardReading(geometry: ConvGeometry): number[] {
  const [rows, columns] = resultSize(geometry);
  return readings(geometry, [rows, columns], geometry.image, (axis, place, tap) =>
    imagePlace(geometry, axis, place, tap),
  );
}

/** For every pixel the place of the result that reads it through each tap. */
function backwardReading(geometry: ConvGeometry): number[] {
  return readings(geometry, geometry.image, resultSize(geometry), (axis, place, tap) =>
    resultPlace(geometry, axis, place, tap),
  );
}

function readings(
  { kernel }: ConvGeometry,
  to: readonly [number, number],
  from: readonly [number, number],
  at: (axis: 0 | 1, place: number, tap: number) => number | null,
): number[] {
  const result: number[] = [];
  for (let r = 0; r < to[0]; r++)
    for (let c = 0; c < to[1]; c++)
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++) {
          const y = at(0, r, i);
          const x = at(1, c, j);
          result.push(y === null || x === null ? from[0] * from[1] : y * from[1] + x);
        }
  return result;
}

/** Images [...lead, N, H, W, C] to [...lead, groups, N places, taps C / groups]. */
function patchesOf(
  kernels: KernelRunner,
  image: TfTensor,
  {
    key,
    groups,
    taps,
    reading,
  }: { key: string; groups: number; taps: number; reading: () => number[] },
): TfTensor {
  const lead = image.shape.slice(0, -4);
  const [count, height, width, channels] = image.shape.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  const stack = sizeOf(lead) * count;
  const pixels = reshape(kernels, image, [stack, height * width, channels]);
  const padded = kernels.run(
    'PadV2',
    { x: pixels },
    {
      paddings: [
        [0, 0],
        [0, 1],
        [0, 0],
      ],
      constantValue: 0,
    },
  );
  const indices = kernels.kept(key, () => {
    const values = reading();
    return { values, shape: [values.length], type: 'int32' };
  });
  const read = kernels.run('GatherV2', { x: padded, indices }, { axis: 1, batchDims: 0 });
  const places = sizeOf(indices.shape) / taps;
  const blocks = reshape(kernels, read, [...lead, count * places, taps, groups, channels / groups]);
  const split = swapLast(kernels, blocks, [2, 0, 1, 3]);
  return reshape(kernels, split, [...lead, groups, count * places, (taps * channels) / groups]);
}

/** Weights [...lead, O, C / groups, h, w] to [...lead, groups, O / groups, taps C / groups]. */
function weightRows(kernels: KernelRunner, weights: TfTensor, groups: number): TfTensor {
  const { lead, out, channels, taps } = weightExtents(weights);
  const flat = reshape(kernels, weights, [...lead, groups, out / groups, channels, taps]);
  return reshape(kernels, swapLast(kernels, flat, [1, 0]), [
    ...lead,
    groups,
    out / groups,
    taps * channels,
  ]);
}

/** Weights to [...lead, groups, C / groups, taps O / groups]. */
function weightColumns(kernels: KernelRunner, weights: TfTensor, groups: number): TfTensor {
  const { lead, out, channels, taps } = weightExtents(weights);
  const flat = reshape(kernels, weights, [...lead, groups, out / groups, channels, taps]);
  return reshape(kernels, swapLast(kernels, flat, [1, 2, 0]), [
    ...lead,
    groups,
    channels,
    (taps * out) / groups,
  ]);
}

function weightExtents({ shape }: TfTensor) {
  const [out, channels, height, width] = shape.slice(-4) as [number, number, number, number];
  return { lead: shape.slice(0, -4), out, channels, taps: height * width };
}

/** [...lead, groups, rows, C / groups] to [...lead, rows, groups, C / groups]. */
function joinGroups(kernels: KernelRunner, x: TfTensor): TfTensor {
  return swapLast(kernels, x, [1, 0, 2]);
}

/** Permutes the last axes, given as positions among them. */
function swapLast(kernels: KernelRunner, x: TfTensor, order: readonly number[]): TfTensor {
  const fixed = x.shape.length - order.length;
  const perm = x.shape.map((_, axis) =>
    axis < fixed ? axis : fixed + (order[axis - fixed] as number),
  );
  return kernels.run('Transpose', { x }, { perm });
}
