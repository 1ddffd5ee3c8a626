/**
 * How a matrix product is written where an operand is transposed: `FusedMatMul` copies nothing. The WebGPU provider has no kernel
 * for it: there `Gemm` transposes plain matrices, and a copy stacks of them.
 */
import type { OpParams } from '../../ops';
import type { Shape } from '../../tensor';
import type { GraphWriter } from './graph-writer';

/** A value in the graph being written. */
export interface Written {
  readonly name: string;
  readonly shape: Shape;
}

export function emitMatmul(
  writer: GraphWriter,
  [a, b]: readonly [Written, Written],
  { transposeA, transposeB }: OpParams['matmul'],
): string {
  const names = [a.name, b.name];
  if (!transposeA && !transposeB) return writer.emit('MatMul', names);
  const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  if (writer.provider !== 'webgpu')
    return writer.emit('FusedMatMul', names, { attributes, domain: 'com.microsoft' });
  if (a.shape.length === 2 && b.shape.length === 2)
    return writer.emit('Gemm', names, { attributes });
  return writer.emit('MatMul', [
    transposeA ? transposed(writer, a) : a.name,
    transposeB ? transposed(writer, b) : b.name,
  ]);
}

/** The value with its last two axes swapped, made once. */
function transposed(writer: GraphWriter, { name, shape }: Written): string {
  return writer.shared(`transposed ${name}`, () => {
    const last = shape.length - 1;
    const permutation = shape
      .map((_, axis) => axis)
      .with(last, last - 1)
      .with(last - 1, last);
    return writer.emit('Transpose', [name], { attributes: { perm: { ints: permutation } } });
  });
}
