/** All eigenvalues and eigenvectors of small symmetric matrices, such as the Gram matrix of a trajectory. */
import { NotConvergedError } from '#shared/errors';

export interface EigenPair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

/** Each sweep squares the off-diagonal part: a dozen suffice for hundreds of rows. */
const mostSweeps = 60;

/**
 * Eigenvalues with eigenvectors of a symmetric matrix, the largest value first.
 *
 * Cyclic Jacobi rotations until the off-diagonal part is below rounding. Small eigenvalues are exact relative to the largest only.
 * @param matrix - [m, m], row by row; not modified
 * @throws NotConvergedError when entries are not finite
 * Cost: some ten sweeps of 6 m^3 operations.
 * Source: Jacobi 1846; Golub and Van Loan, Matrix Computations, 8.5
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): EigenPair[] {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  // Rows of v become the eigenvectors.
  const v = matrix.map((_, i) => Float64Array.from({ length: size }, (__, j) => Number(i === j)));
  for (let sweep = 0; ; sweep++) {
    const [off, diagonal] = squares(a);
    if (off <= (Number.EPSILON / 4) ** 2 * diagonal) break;
    if (!(off < Infinity) || sweep === mostSweeps)
      throw new NotConvergedError(
        `eigenvalues: entries must be finite, got a matrix that does not settle after ${sweep} sweeps; check where it comes from`,
      );
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, [p, q]);
  }
  return a
    .map((row, i) => ({ value: row[i] as number, vector: v[i] as Float64Array }))
    .sort((x, y) => y.value - x.value);
}

/** Sums of squares off and on the diagonal. */
function squares(a: readonly Float64Array[]): [number, number] {
  let off = 0;
  let diagonal = 0;
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      if (i === j) diagonal += value ** 2;
      else off += value ** 2;
    });
  });
  return [off, diagonal];
}

/** Makes a[p][q] 0 by a rotation of rows and columns p and q. */
function rotate(
  a: readonly Float64Array[],
  v: readonly Float64Array[],
  [p, q]: readonly [number, number],
): void {
  const [rowP, rowQ] = [a[p] as Float64Array, a[q] as Float64Array];
  const apq = rowP[q] as number;
  if (apq === 0) return;
  const theta = ((rowQ[q] as number) - (rowP[p] as number)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of a) turn(row, [p, q], { c, s });
  for (let k = 0; k < rowP.length; k++) turnAcross(rowP, rowQ, k, { c, s });
  for (let k = 0; k < rowP.length; k++)
    turnAcross(v[p] as Float64Array, v[q] as Float64Array, k, { c, s });
  rowP[q] = 0;
  rowQ[p] = 0;
}

interface Rotation {
  readonly c: number;
  readonly s: number;
}

/** Columns p and q of a row. */
function turn(row: Float64Array, [p, q]: readonly [number, number], { c, s }: Rotation): void {
  const [x, y] = [row[p] as number, row[q] as number];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}

/** Place k of rows p and q. */
function turnAcross(rowP: Float64Array, rowQ: Float64Array, k: number, { c, s }: Rotation): void {
  const [x, y] = [rowP[k] as number, rowQ[k] as number];
  rowP[k] = c * x - s * y;
  rowQ[k] = s * x + c * y;
}
