/** How a matrix product is written: `FusedMatMul` where an operand is transposed, so that nothing is copied. */
import type { OpParams } from '../../ops';
import type { GraphWriter } from './graph-writer';

export function emitMatmul(
  writer: GraphWriter,
  operands: readonly string[],
  { transposeA, transposeB }: OpParams['matmul'],
): string {
  if (!transposeA && !transposeB) return writer.emit('MatMul', operands);
  const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  return writer.emit('FusedMatMul', operands, { attributes, domain: 'com.microsoft' });
}
