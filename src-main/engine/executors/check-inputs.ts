/** The check of run-time inputs that all executors share. */
import { ShapeError } from '#shared/errors';
import type { NodeOf } from '../graph';
import { sameShape, type Tensor } from '../tensor';
import type { Tensors } from '../executor';

/**
 * The tensor given for an input.
 * @param leading - extents before the input's own shape (the steps of a sequence)
 * @throws ShapeError when it is missing or has another shape
 */
export function requireInput(
  inputs: Tensors,
  node: NodeOf<'input'>,
  leading: readonly number[] = [],
): Tensor {
  const value = inputs[node.params.name];
  const expected = [...leading, ...node.shape];
  if (!value || !sameShape(value.shape, expected)) {
    throw new ShapeError(
      `input ${node.params.name}: must have shape [${expected.join(',')}], got ${value ? `[${value.shape.join(',')}]` : 'nothing'}; pass that tensor`,
    );
  }
  return value;
}
