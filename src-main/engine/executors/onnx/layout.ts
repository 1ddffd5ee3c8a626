/** Values in other shapes and orders of axes. */
import { sameShape, type Shape } from '../../tensor';
import type { GraphWriter } from './graph-writer';
import type { Written } from './matmul';

export function reshape(
  writer: GraphWriter,
  { name, shape: from }: Written,
  shape: Shape,
): Written {
  if (sameShape(from, shape)) return { name, shape };
  return { name: writer.emit('Reshape', [name, writer.int64s(shape)]), shape };
}

/** Axis `i` of the result is axis `order[i]` of the value. Where only axes of extent 1 move, nothing is copied. */
export function permute(
  writer: GraphWriter,
  { name, shape: from }: Written,
  order: readonly number[],
): Written {
  const shape = order.map((axis) => from[axis] as number);
  const long = order.filter((axis) => (from[axis] as number) > 1);
  if (long.every((axis, i) => i === 0 || axis > (long[i - 1] as number)))
    return reshape(writer, { name, shape: from }, shape);
  return {
    name: writer.emit('Transpose', [name], { attributes: { perm: { ints: order } } }),
    shape,
  };
}
