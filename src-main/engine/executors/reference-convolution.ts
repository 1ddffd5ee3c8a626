/** The three convolutions as one float64 loop nest: each adds the same products, into another operand. */
import { imagePlace, resultSize, type ConvGeometry } from '../convolution';
import type { NodeOf } from '../graph';
import { sizeOf, type Shape } from '../tensor';
import { broadcastOffsets, type Value } from './reference-values';

interface Sizes {
  readonly count: number;
  /** Channels of the image and of the result. */
  readonly channels: number;
  readonly out: number;
}

/** Calls `visit` with the offsets in image, weights and result of every product that the convolution of N images adds up. */
function visitProducts(
  geometry: ConvGeometry,
  { count, channels, out }: Sizes,
  visit: (image: number, weight: number, result: number) => void,
): void {
  const [height, width] = geometry.image;
  const [rows, columns] = resultSize(geometry);
  const [tapRows, tapColumns] = geometry.kernel;
  const inner = channels / geometry.groups;
  const outer = out / geometry.groups;
  for (let n = 0; n < count; n++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let i = 0; i < tapRows; i++)
          for (let j = 0; j < tapColumns; j++) {
            const y = imagePlace(geometry, 0, r, i);
            const x = imagePlace(geometry, 1, c, j);
            if (y === null || x === null) continue;
            const pixel = ((n * height + y) * width + x) * channels;
            const place = ((n * rows + r) * columns + c) * out;
            for (let o = 0; o < out; o++)
              for (let k = 0; k < inner; k++)
                visit(
                  pixel + Math.floor(o / outer) * inner + k,
                  ((o * inner + k) * tapRows + i) * tapColumns + j,
                  place + o,
                );
          }
}

/** Runs `each` for every combination of leading axes with the offsets of both operands and the result. */
function overLead(
  node: { readonly shape: Shape },
  [a, b]: readonly [Value, Value],
  each: (a: number, b: number, result: number) => void,
): void {
  const lead = node.shape.slice(0, -4);
  const aAt = broadcastOffsets(lead, a.shape.slice(0, -4));
  const bAt = broadcastOffsets(lead, b.shape.slice(0, -4));
  for (let s = 0; s < sizeOf(lead); s++)
    each(
      (aAt[s] as number) * sizeOf(a.shape.slice(-4)),
      (bAt[s] as number) * sizeOf(b.shape.slice(-4)),
      s * sizeOf(node.shape.slice(-4)),
    );
}

export function convolution(
  node: NodeOf<'conv2d' | 'conv2dInput' | 'conv2dWeight'>,
  inputs: readonly Value[],
): Float64Array {
  const operands = inputs as readonly [Value, Value];
  const [a, b] = operands.map((value) => value.data) as [Float64Array, Float64Array];
  const target = new Float64Array(sizeOf(node.shape));
  const images = node.op === 'conv2dInput' ? node.shape : operands[0].shape;
  const results =
    node.op === 'conv2d' ? node.shape : operands[node.op === 'conv2dInput' ? 0 : 1].shape;
  const sizes = {
    count: images.at(-4) as number,
    channels: images.at(-1) as number,
    out: results.at(-1) as number,
  };
  const addProduct = (i: number, j: number, k: number) => {
    target[k] = (target[k] as number) + (a[i] as number) * (b[j] as number);
  };
  overLead(node, operands, (first, second, into) => {
    visitProducts(node.params, sizes, (image, weight, result) => {
      if (node.op === 'conv2d') addProduct(first + image, second + weight, into + result);
      else if (node.op === 'conv2dInput') addProduct(first + result, second + weight, into + image);
      else addProduct(first + image, second + result, into + weight);
    });
  });
  return target;
}
