/** Takes out of a vector its parts along orthonormal ones: nearly all of what Lanczos does between two products. */
import { dot, subtract } from './vectors';

/**
 * w <- w less its parts along basis[count - 1], ..., basis[0], one after the other. Never throws.
 * @param w - [P], changed in place
 * Cost: 4 `count` P operations. Source: modified Gram-Schmidt; Golub and Van Loan, Matrix Computations, 5.2.8
 */
export function removeOneByOne(
  w: Float64Array,
  basis: readonly Float64Array[],
  count: number,
): void {
  for (let j = count - 1; j >= 0; j--) {
    const q = basis[j] as Float64Array;
    subtract(w, q, dot(w, q));
  }
}

/**
 * The same with four vectors at a time, whose parts are found together before they are taken out: w is read and written once for four.
 * As exact, since the vectors of a block are orthogonal to each other. Never throws.
 */
export function removeInBlocks(
  w: Float64Array,
  basis: readonly Float64Array[],
  count: number,
): void {
  let j = count - 1;
  for (; j >= 3; j -= 4) {
    removeFour(w, basis.slice(j - 3, j + 1) as unknown as Four);
  }
  removeOneByOne(w, basis, j + 1);
}

type Four = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

function removeFour(w: Float64Array, [a, b, c, d]: Four): void {
  const size = w.length;
  let inA = 0;
  let inB = 0;
  let inC = 0;
  let inD = 0;
  for (let i = 0; i < size; i++) {
    const x = w[i] as number;
    inA += x * (a[i] as number);
    inB += x * (b[i] as number);
    inC += x * (c[i] as number);
    inD += x * (d[i] as number);
  }
  for (let i = 0; i < size; i++)
    w[i] =
      (w[i] as number) -
      (inA * (a[i] as number) + inB * (b[i] as number)) -
      (inC * (c[i] as number) + inD * (d[i] as number));
}
