/** Plain tensors: what goes into and comes out of programs. Row-major; the last index varies fastest. */
import { ShapeError } from '#shared/errors';

/** `float` is float32 or float64 as the executor decides; `int` is int32. */
export type DType = 'float' | 'int';
export type Shape = readonly number[];

export interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | Int32Array;
}

/** Number of elements of a shape; 1 for a scalar []. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** A tensor over existing data. @throws ShapeError when the count does not match the shape */
export function tensor(shape: Shape, data: Tensor['data']): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `tensor: data must have ${sizeOf(shape)} elements for shape [${shape.join(',')}], got ${data.length}; correct the shape`,
    );
  }
  return { shape, data };
}

/**
 * The shape of an elementwise result of two operands, by the rules of NumPy.
 * @throws ShapeError when two extents differ and neither is 1
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `elementwise: shapes must broadcast, got [${a.join(',')}] and [${b.join(',')}]; reshape one of them`,
      );
    }
    return x === 1 ? y : x;
  });
}
