/** Eigenvalues of dense symmetric matrices. */
import { tridiagonalSpectrum } from './tridiagonal';

/**
 * All eigenvalues of a symmetric matrix [n, n], ascending, in float64.
 *
 * Householder reflections bring it to tridiagonal form, whose spectrum is found by implicit QL. Errors are some n units in the last
 * place of the largest magnitude. Only the lower triangle is read.
 * @param matrix - row-major; overwritten
 * @throws NotConvergedError when entries are not finite
 * Cost: 4/3 n^3 operations, no memory besides. Source: Golub and Van Loan, Matrix Computations, 8.3.1; checked in tests/reference/tangent-kernel.test.ts
 */
export function symmetricSpectrum(matrix: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  // From the last row up: what is left of row k is reflected onto its entry beside the diagonal.
  for (let k = n - 1; k > 0; k--) {
    const row = matrix.subarray(k * n, k * n + k);
    diagonal[k] = matrix[k * n + k] as number;
    offDiagonal[k - 1] = reflect(matrix, row, n);
  }
  if (n > 0) diagonal[0] = matrix[0] as number;
  return tridiagonalSpectrum(diagonal, offDiagonal).values;
}

/**
 * Applies the reflection that maps `v` [k] onto its last entry to the leading k x k part from both sides: A - v w' - w v'.
 * @param v - the part of row k left of the diagonal; overwritten by the vector of the reflection
 * @returns that last entry
 */
function reflect(matrix: Float64Array, v: Float64Array, n: number): number {
  const k = v.length;
  const last = k - 1;
  let rest = 0;
  for (let i = 0; i < last; i++) rest += (v[i] as number) ** 2;
  const head = v[last] as number;
  if (rest === 0) return head;
  const length = Math.sqrt(rest + head * head);
  const image = head > 0 ? -length : length;
  v[last] = head - image;
  // H = I - tau v v', tau = 2 / v'v.
  const tau = 2 / (rest + (head - image) ** 2);
  const w = product(matrix, v, n);
  let projection = 0;
  for (let i = 0; i < k; i++) projection += (w[i] as number) * (v[i] as number);
  for (let i = 0; i < k; i++)
    w[i] = tau * ((w[i] as number) - ((tau * projection) / 2) * (v[i] as number));
  for (let i = 0; i < k; i++) {
    const start = i * n;
    const vi = v[i] as number;
    const wi = w[i] as number;
    for (let j = 0; j <= i; j++)
      matrix[start + j] =
        (matrix[start + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
  }
  return image;
}

/** A v for the leading part of a matrix of which the lower triangle is there. */
function product(matrix: Float64Array, v: Float64Array, n: number): Float64Array {
  const k = v.length;
  const w = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    const start = i * n;
    const vi = v[i] as number;
    let sum = (matrix[start + i] as number) * vi;
    for (let j = 0; j < i; j++) {
      const a = matrix[start + j] as number;
      sum += a * (v[j] as number);
      w[j] = (w[j] as number) + a * vi;
    }
    w[i] = (w[i] as number) + sum;
  }
  return w;
}
