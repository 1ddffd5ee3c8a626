/** An orthonormal basis of the space that some vectors span. */
import { dot, norm, scale, subtract } from './vectors';

/** What is left of a vector may be this small against itself before it counts as dependent. */
const dependent = 1e-10;

/**
 * Orthonormal vectors with the same span, in float64; fewer where some depend on the others.
 *
 * Modified Gram-Schmidt, each vector twice. Never throws.
 * @param vectors - of one length; not modified
 * Cost: 4 k^2 P operations. Source: Golub and Van Loan, Matrix Computations, 5.2.8; "twice is enough": Parlett 1980
 */
export function orthonormalBasis(vectors: readonly ArrayLike<number>[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const w = Float64Array.from(vector);
    const before = norm(w);
    for (let pass = 0; pass < 2; pass++) removeParts(w, basis);
    const after = norm(w);
    if (!(after > dependent * before)) continue;
    scale(w, 1 / after);
    basis.push(w);
  }
  return basis;
}

/** Takes out of `w` its parts along orthonormal vectors, one after the other. */
export function removeParts(w: Float64Array, basis: readonly Float64Array[]): void {
  for (const q of basis) subtract(w, q, dot(w, q));
}
