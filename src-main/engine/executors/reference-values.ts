/** Values of the reference executor, and where their elements lie. */
import { sizeOf, stridesOf, type Shape } from '../tensor';

/** A value of the reference executor: floats in float64, ints in int32. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array | Int32Array;
}

/** For each element of `shape`, the offset into an operand of shape `from` that broadcasts to it. */
export function broadcastOffsets(shape: Shape, from: Shape): Int32Array {
  const lead = shape.length - from.length;
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  return offsets(
    shape,
    shape.map((_, axis) => (axis < lead ? 0 : (strides[axis - lead] as number))),
  );
}

/** Offsets of all elements of `shape`, in row-major order, for the given strides. */
export function offsets(shape: Shape, strides: readonly number[]): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      offset += strides[axis] as number;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      offset -= next * (strides[axis] as number);
    }
  }
  return result;
}
