/**
 * The geometry of two-dimensional convolutions. Images are channels-last, [...lead, N, height, width, channels]; weights have
 * PyTorch's layout, [...lead, out, in / groups, kernel height, kernel width]. Pairs are (vertical, horizontal).
 *
 * Convolution is linear in its image and in its weights, so three ops are closed under differentiation: `conv2d` (image and
 * weights to result), `conv2dInput` (result and weights to image) and `conv2dWeight` (image and result to weights), each the
 * transpose of the others in one operand.
 */
import { ShapeError } from '#shared/errors';

export type Pair = readonly [number, number];

export interface ConvGeometry {
  /** Extents of the image. */
  readonly image: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Zeros before and after the image. */
  readonly padding: Pair;
  readonly dilation: Pair;
  /** Channels are cut into so many blocks that do not see each other. */
  readonly groups: number;
}

/** Extents of the result: floor((image + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. @throws ShapeError below 1 */
export function resultSize({ image, kernel, stride, padding, dilation }: ConvGeometry): Pair {
  const along = (axis: 0 | 1): number => {
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    const extent = Math.floor((image[axis] + 2 * padding[axis] - reach) / stride[axis]) + 1;
    if (extent >= 1) return extent;
    throw new ShapeError(
      `convolution: the kernel must fit into the padded image, got a reach of ${reach} over ${image[axis]} with padding ${padding[axis]}; use larger images, fewer reductions or more padding`,
    );
  };
  return [along(0), along(1)];
}

/** Row or column of the image that a tap of the kernel reads for a place of the result; null in the padding. */
export function imagePlace(
  { image, stride, padding, dilation }: ConvGeometry,
  axis: 0 | 1,
  place: number,
  tap: number,
): number | null {
  const at = place * stride[axis] + tap * dilation[axis] - padding[axis];
  return at >= 0 && at < image[axis] ? at : null;
}

/** Row or column of the result that reads a place of the image through a tap; null where none does. */
export function resultPlace(
  geometry: ConvGeometry,
  axis: 0 | 1,
  place: number,
  tap: number,
): number | null {
  const { stride, padding, dilation } = geometry;
  const at = place + padding[axis] - tap * dilation[axis];
  const result = at / stride[axis];
  return Number.isInteger(result) && result >= 0 && result < resultSize(geometry)[axis]
    ? result
    : null;
}
