/**
 * Convolutions as matrix products, channels last: one `Gather` lays the pixels under the kernel side by side (a row of zeros
 * stands for the padding), and a product does the arithmetic. The image's derivative with a stride is one such product per
 * class of pixels that share their taps, so that nothing is computed for taps that no result reads.
 */
import { imagePlace, resultPlace, resultSize, type ConvGeometry } from '../../convolution';
import { shapeRules } from '../../ops';
import { sizeOf } from '../../tensor';
import { lowerDirectly } from './direct-convolution';
import type { ConvolutionNode } from './formulations';
import type { GraphWriter } from './graph-writer';
import { permute, reshape } from './layout';
import { emitMatmul, type Written } from './matmul';

/** A tap of the kernel, counted row by row. */
interface Tap {
  readonly index: number;
  readonly row: number;
  readonly column: number;
}

/** Pixels of one image of `size` that are read, by place and tap; null for a zero. */
type Reading = readonly (readonly (number | null)[])[];

export function lowerConvolution(
  writer: GraphWriter,
  node: ConvolutionNode,
  inputs: readonly string[],
): string {
  const [a, b] = node.inputs.map((x, i) => ({ name: inputs[i] as string, shape: x.shape })) as [
    Written,
    Written,
  ];
  if (writer.formulationOf(node) === 'direct') return lowerDirectly(writer, node, [a, b]);
  if (node.op === 'conv2d') return forward(writer, a, b, node);
  return node.op === 'conv2dInput'
    ? towardsImage(writer, a, b, node)
    : towardsWeights(writer, a, b, node);
}

function forward(
  writer: GraphWriter,
  image: Written,
  weights: Written,
  { params, shape }: ConvolutionNode,
) {
  const { groups } = params;
  const patches = patchesOf(writer, image, forwardReading(params), groups);
  const product = multiply(writer, patches, weightRows(writer, weights, params), {
    transposeB: true,
  });
  return reshape(writer, joinGroups(writer, product, groups), shape).name;
}

function towardsWeights(
  writer: GraphWriter,
  image: Written,
  result: Written,
  { params, shape }: ConvolutionNode,
) {
  const { groups } = params;
  const patches = patchesOf(writer, image, forwardReading(params), groups);
  const lead = result.shape.slice(0, -4);
  const out = result.shape.at(-1) as number;
  const rows = splitGroups(
    writer,
    reshape(writer, result, [...lead, sizeOf(result.shape.slice(-4, -1)), out]),
    groups,
  );
  // [...lead, groups, taps * c, out / groups], or without the groups' axis when there is one
  const product = multiply(writer, patches, rows, { transposeA: true });
  const taps = sizeOf(params.kernel);
  const blocks = reshape(writer, product, [
    ...product.shape.slice(0, -2),
    taps,
    (product.shape.at(-2) as number) / taps,
    product.shape.at(-1) as number,
  ]);
  return reshape(writer, swapLast(writer, blocks, [2, 1, 0]), shape).name;
}

function towardsImage(
  writer: GraphWriter,
  result: Written,
  weights: Written,
  { params, shape }: ConvolutionNode,
) {
  const { groups, image, stride } = params;
  const classes = pixelClasses(params);
  const parts = classes.map(({ taps, reading }) => {
    const patches = patchesOf(writer, result, reading, groups);
    const product = multiply(writer, patches, weightColumns(writer, weights, params, taps), {});
    const joined = joinGroups(writer, product, groups);
    const lead = joined.shape.slice(0, -2);
    const pixels = reading.length;
    return reshape(writer, joined, [
      ...lead,
      (joined.shape.at(-2) as number) / pixels,
      pixels,
      joined.shape.at(-1) as number,
    ]);
  });
  const [only] = parts;
  if (parts.length === 1 && only && sizeOf(stride) === 1) return reshape(writer, only, shape).name;
  const order = new Array<number>(sizeOf(image));
  classes.flatMap(({ pixels }) => pixels).forEach((pixel, at) => (order[pixel] = at));
  const rank = (only as Written).shape.length;
  const joined =
    parts.length === 1
      ? (only as Written).name
      : writer.emit(
          'Concat',
          parts.map((part) => part.name),
          { attributes: { axis: { int: rank - 2 } } },
        );
  const sorted = writer.emit('Gather', [joined, writer.int32s(order, [order.length])], {
    attributes: { axis: { int: rank - 2 } },
  });
  return reshape(
    writer,
    { name: sorted, shape: (only as Written).shape.with(-2, order.length) },
    shape,
  ).name;
}

function tapsOf({ kernel: [rows, columns] }: ConvGeometry): Tap[] {
  return Array.from({ length: rows * columns }, (_, index) => ({
    index,
    row: Math.floor(index / columns),
    column: index % columns,
  }));
}

/** For every place of the result, the pixel under each tap. */
function forwardReading(geometry: ConvGeometry): Reading {
  const [rows, columns] = resultSize(geometry);
  const taps = tapsOf(geometry);
  return Array.from({ length: rows * columns }, (_, place) =>
    taps.map((tap) => {
      const y = imagePlace(geometry, 0, Math.floor(place / columns), tap.row);
      const x = imagePlace(geometry, 1, place % columns, tap.column);
      return y === null || x === null ? null : y * geometry.image[1] + x;
    }),
  );
}

interface PixelClass {
  readonly pixels: readonly number[];
  readonly taps: readonly Tap[];
  /** For every pixel of the class, the place of the result that reads it through each tap. */
  readonly reading: Reading;
}

/** Pixels grouped by their position within a stride: those of a class are read through the same taps. */
function pixelClasses(geometry: ConvGeometry): PixelClass[] {
  const {
    image: [height, width],
    stride: [down, across],
  } = geometry;
  const columns = resultSize(geometry)[1];
  const classes = new Map<number, number[]>();
  for (let pixel = 0; pixel < height * width; pixel++) {
    const key = (Math.floor(pixel / width) % down) * across + ((pixel % width) % across);
    const members = classes.get(key);
    if (members) members.push(pixel);
    else classes.set(key, [pixel]);
  }
  return [...classes.values()].map((pixels) => {
    const place = (pixel: number, tap: Tap) => {
      const r = resultPlace(geometry, 0, Math.floor(pixel / width), tap.row);
      const c = resultPlace(geometry, 1, pixel % width, tap.column);
      return r === null || c === null ? null : r * columns + c;
    };
    const read = tapsOf(geometry).filter((tap) =>
      pixels.some((pixel) => place(pixel, tap) !== null),
    );
    // A class that nothing reads keeps one tap, whose readings are all zero.
    const taps = read.length > 0 ? read : tapsOf(geometry).slice(0, 1);
    return { pixels, taps, reading: pixels.map((pixel) => taps.map((tap) => place(pixel, tap))) };
  });
}

/**
 * Images [...lead, N, H, W, C] to rows of what each place reads: [...lead, N places, taps C], or
 * [...lead, groups, N places, taps C / groups]. Made once for each image and reading.
 */
function patchesOf(writer: GraphWriter, image: Written, reading: Reading, groups: number): Written {
  const flat = reading.flat();
  const taps = flat.length / reading.length;
  const key = `patches ${image.name} ${groups} ${reading.length} ${flat.join(',')}`;
  return writer.shared(key, () => {
    const lead = image.shape.slice(0, -4);
    const [count, height, width, channels] = image.shape.slice(-4) as [
      number,
      number,
      number,
      number,
    ];
    const pixels = reshape(writer, image, [...lead, count, height * width, channels]);
    const read = readPixels(writer, pixels, flat);
    const rows = reshape(writer, read, [...lead, count * reading.length, taps, channels]);
    if (groups === 1) return reshape(writer, rows, [...rows.shape.slice(0, -2), taps * channels]);
    const blocks = reshape(writer, rows, [...rows.shape.slice(0, -1), groups, channels / groups]);
    const split = swapLast(writer, blocks, [2, 0, 1, 3]);
    return reshape(writer, split, [...split.shape.slice(0, -2), taps * (channels / groups)]);
  });
}

function readPixels(
  writer: GraphWriter,
  pixels: Written,
  flat: readonly (number | null)[],
): Written {
  const size = pixels.shape.at(-2) as number;
  if (flat.length === size && flat.every((pixel, i) => pixel === i)) return pixels;
  const axis = pixels.shape.length - 2;
  const shape = pixels.shape.with(axis, flat.length);
  const table = flat.includes(null) ? withZeroRow(writer, pixels) : pixels.name;
  const indices = writer.int32s(
    flat.map((pixel) => pixel ?? size),
    [flat.length],
  );
  return {
    name: writer.emit('Gather', [table, indices], { attributes: { axis: { int: axis } } }),
    shape,
  };
}

function withZeroRow(writer: GraphWriter, { name, shape }: Written): string {
  return writer.shared(`zero row ${name}`, () => {
    const none = shape.map(() => 0);
    return writer.emit('Pad', [name, writer.int64s([...none, ...none.with(-2, 1)])]);
  });
}

/** Weights as rows [...lead, O, taps C], or [...lead, groups, O / groups, taps C / groups]. */
function weightRows(writer: GraphWriter, weights: Written, { groups }: ConvGeometry): Written {
  const lead = weights.shape.slice(0, -4);
  const [out, channels, height, width] = weights.shape.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  const taps = height * width;
  const flat = reshape(writer, weights, [...lead, out, channels, taps]);
  const moved = channels === 1 ? flat : swapLast(writer, flat, [0, 2, 1]);
  const rows = groups === 1 ? [out] : [groups, out / groups];
  return reshape(writer, moved, [...lead, ...rows, taps * channels]);
}

/** Weights of some taps as columns [...lead, taps O, C], or [...lead, groups, taps O / groups, C / groups]. */
function weightColumns(
  writer: GraphWriter,
  weights: Written,
  { groups, kernel }: ConvGeometry,
  taps: readonly Tap[],
): Written {
  const lead = weights.shape.slice(0, -4);
  const [out, channels] = weights.shape.slice(-4) as [number, number];
  const all = sizeOf(kernel);
  const blocks = groups === 1 ? [] : [groups];
  const flat = reshape(writer, weights, [...lead, ...blocks, out / groups, channels, all]);
  const moved = swapLast(writer, flat, [2, 0, 1]);
  const axis = moved.shape.length - 3;
  const chosen =
    taps.length === all
      ? moved
      : {
          name: writer.emit(
            'Gather',
            [
              moved.name,
              writer.int32s(
                taps.map((tap) => tap.index),
                [taps.length],
              ),
            ],
            {
              attributes: { axis: { int: axis } },
            },
          ),
          shape: moved.shape.with(axis, taps.length),
        };
  return reshape(writer, chosen, [...lead, ...blocks, taps.length * (out / groups), channels]);
}

/** [...lead, rows, C] to [...lead, groups, rows, C / groups]. */
function splitGroups(writer: GraphWriter, x: Written, groups: number): Written {
  if (groups === 1) return x;
  const channels = x.shape.at(-1) as number;
  return swapLast(
    writer,
    reshape(writer, x, [...x.shape.slice(0, -1), groups, channels / groups]),
    [1, 0, 2],
  );
}

/** The inverse of `splitGroups`. */
function joinGroups(writer: GraphWriter, x: Written, groups: number): Written {
  if (groups === 1) return x;
  const moved = swapLast(writer, x, [1, 0, 2]);
  return reshape(writer, moved, [
    ...moved.shape.slice(0, -2),
    groups * (moved.shape.at(-1) as number),
  ]);
}

function multiply(
  writer: GraphWriter,
  a: Written,
  b: Written,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean },
): Written {
  const params = { transposeA, transposeB };
  const operands = [a, b].map(({ shape }) => ({ shape, dtype: 'float' as const }));
  return {
    name: emitMatmul(writer, [a, b], params),
    shape: shapeRules.matmul(operands, params),
  };
}

/** Permutes the last axes, given as positions among them. */
function swapLast(writer: GraphWriter, x: Written, order: readonly number[]): Written {
  const fixed = x.shape.length - order.length;
  const permutation = x.shape.map((_, axis) =>
    axis < fixed ? axis : fixed + (order[axis - fixed] as number),
  );
  return permute(writer, x, permutation);
}
