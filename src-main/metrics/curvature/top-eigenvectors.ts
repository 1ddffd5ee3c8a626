/** The largest eigenvalues of several matrices with their eigenvectors, in step. */
import { tridiagonalEigenvectors } from '#main/engine/tridiagonal';
import { normalVector, type BatchedProduct } from './extremes';
import { LanczosRecurrence } from './lanczos';
import { dot, norm, scale, subtract } from './vectors';

export interface EigenPair {
  /** y'Hy of the vector y as it is given. */
  readonly value: number;
  /** ||H y - value y||, of a product with y itself: an eigenvalue lies within this distance. */
  readonly residual: number;
  /** [P], of length 1; its largest component is above 0. */
  readonly vector: Float32Array;
}

/** What the residual of a pair is brought down to, of its value, or of the largest one where it nearly vanishes. */
const tolerance = 1e-3;
const vanishing = 1e-5;
/** What is left of a step may be this small against the spectrum before it is rounding: there is no further direction to go. */
const spent = 1e-6;
/** Products that all residuals stay small for: between two close eigenvalues one converges first, and only then the other shows. */
const further = 8;
/** Products before what was found is taken as it is. */
export const mostEigenProducts = 200;

/**
 * The `count` largest eigenvalues of each of S symmetric matrices, descending, with eigenvectors, by Lanczos.
 *
 * A model is done when all residuals have been at most 1e-3 of their value (1e-5 of the largest, where it nearly vanishes) for 8 more
 * products, or after 200. The residuals that are given are those of a last product with the vectors, so they know of rounding.
 * @returns for each model the pairs and the products that it took. `isPartial`: the start and its products span less than the whole
 * space, so that of equal eigenvalues one is seen, and what is called the second may be a later one
 * Cost: 8 x 200 P bytes at most. Source: Lanczos 1950; Parlett, The Symmetric Eigenvalue Problem, 13; checked in
 * tests/unit/metrics/eigenvectors.test.ts
 */
export async function topEigenvectors(
  product: BatchedProduct,
  { models, size, seed, count }: { models: number; size: number; seed: number; count: number },
): Promise<{ pairs: EigenPair[]; products: number; isPartial: boolean }[]> {
  const start = normalVector(size, seed);
  const recurrences = Array.from({ length: models }, () => new LanczosRecurrence(start));
  const isDone = new Array<boolean>(models).fill(false);
  const settledFor = new Array<number>(models).fill(0);
  for (let k = 1; k <= mostEigenProducts && isDone.includes(false); k++) {
    const isWanted = isDone.map((done) => !done);
    const vectors = recurrences.map((recurrence) => [recurrence.vector]);
    const products = await product(vectors, isWanted);
    recurrences.forEach((recurrence, s) => {
      if (isDone[s] === true) return;
      recurrence.advance(products[s]?.[0] as Float32Array);
      const isSettled = k >= count && hasSettled(recurrence, count);
      settledFor[s] = isSettled ? (settledFor[s] as number) + 1 : 0;
      isDone[s] = isSpent(recurrence) || settledFor[s] > further;
    });
  }
  const ritz = recurrences.map((recurrence) => ritzVectors(recurrence, count));
  const zeros = new Float64Array(size);
  // One shape for all models: those with fewer vectors are given zeros, and what comes of them is not looked at.
  const padded = ritz.map((own) => Array.from({ length: count }, (_, i) => own[i] ?? zeros));
  const last = await product(padded);
  return ritz.map((own, s) => ({
    products: recurrences[s]?.alphas.length ?? 0,
    isPartial: isPartial(recurrences[s] as LanczosRecurrence),
    pairs: own
      .map((y, i) => pairOf(y, last[s]?.[i] as Float32Array))
      .sort((a, b) => b.value - a.value),
  }));
}

/** Nothing but rounding is left to go on with. */
function isSpent(recurrence: LanczosRecurrence): boolean {
  const { alphas, betas, isExhausted } = recurrence;
  const scaleOf = Math.max(...alphas.map(Math.abs), ...betas);
  return isExhausted || (betas.at(-1) as number) <= spent * scaleOf;
}

function isPartial(recurrence: LanczosRecurrence): boolean {
  return isSpent(recurrence) && recurrence.alphas.length < recurrence.vector.length;
}

function hasSettled(recurrence: LanczosRecurrence, count: number): boolean {
  const { values, last } = recurrence.spectrum();
  const beta = recurrence.betas.at(-1) as number;
  const scaleOf = Math.max(Math.abs(values[0] as number), Math.abs(values.at(-1) as number));
  return Array.from({ length: count }, (_, i) => values.length - 1 - i).every((i) => {
    const allowed = Math.max(tolerance * Math.abs(values[i] as number), vanishing * scaleOf);
    return beta * Math.abs(last[i] as number) <= allowed;
  });
}

/** The Ritz vectors of the largest Ritz values, descending. */
function ritzVectors(recurrence: LanczosRecurrence, count: number): Float64Array[] {
  const { vectors } = tridiagonalEigenvectors(recurrence.alphas, recurrence.betas.slice(0, -1));
  return vectors
    .slice(-count)
    .toReversed()
    .map((coordinates) => withSign(recurrence.combine(coordinates)));
}

/** The same vector or its negative: an eigenvector has no sign of its own, a file should not depend on how it was found. */
function withSign(y: Float64Array): Float64Array {
  let largest = 0;
  for (const component of y) if (Math.abs(component) > Math.abs(largest)) largest = component;
  if (largest < 0) scale(y, -1);
  return y;
}

function pairOf(y: Float64Array, product: ArrayLike<number>): EigenPair {
  const rest = Float64Array.from(product);
  const value = dot(rest, y);
  subtract(rest, y, value);
  return { value, residual: norm(rest), vector: Float32Array.from(y) };
}
