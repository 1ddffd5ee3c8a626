/** The two directions in which the loss curves most. */
import { RandomStream } from '#main/engine/random';
import type { BatchedProduct } from '../curvature/extremes';
import { LanczosRecurrence } from '../curvature/lanczos';
import { normOf, scaled, type Direction } from './direction';
import { symmetricEigen, type EigenPair } from './symmetric-eigen';

export interface HessianDirections {
  /** Eigenvectors of the largest and second largest eigenvalue, of length 1. */
  readonly directions: readonly [Direction, Direction];
  readonly eigenvalues: readonly [number, number];
  /** ||H y - value y|| of each. */
  readonly residuals: readonly [number, number];
  readonly products: number;
}

/** Both residuals, as a part of the largest eigenvalue. */
const tolerance = 1e-3;
const mostProducts = 100;
/** Lanczos of a few steps cannot have converged. */
const productsBetweenChecks = 5;

/**
 * The eigenvectors of the two largest (algebraic) eigenvalues of a symmetric matrix by Lanczos, as Ritz vectors.
 *
 * Done when both residuals are at most 1e-3 of the largest eigenvalue, or after 100 products; the residuals say how far it came.
 * An eigenvalue that is there several times has one vector of its space. The sign: the entry of largest size is positive.
 * @param product - with one matrix; @param size - P; the start is Normal(0, 1) from the stream `lanczos-start` of seed 0
 * @returns null where the matrix has one direction only, as far as the start can see (as 0 has). Never throws on finite products.
 * Cost: `products` products and 8 P bytes for each. Source: Lanczos 1950; checked in tests/laws/slices.test.ts
 */
export async function hessianDirections(
  product: BatchedProduct,
  size: number,
): Promise<HessianDirections | null> {
  const stream = new RandomStream(0, 'lanczos-start');
  const start = Float64Array.from({ length: size }, () => stream.normal());
  const recurrence = new LanczosRecurrence(start);
  const basis: Float64Array[] = [];
  for (let isDone = false; !isDone;) {
    basis.push(recurrence.vector);
    const [products] = await product([[recurrence.vector]]);
    recurrence.advance(products?.[0] ?? []);
    isDone = recurrence.isExhausted || basis.length === mostProducts || hasConverged(recurrence);
  }
  const [first, second] = symmetricEigen(tridiagonal(recurrence));
  if (!first || !second) return null;
  const left = recurrence.isExhausted ? 0 : (recurrence.betas.at(-1) as number);
  const residualOf = ({ vector }: EigenPair) => left * Math.abs(vector.at(-1) as number);
  return {
    directions: [oriented(combine(basis, first.vector)), oriented(combine(basis, second.vector))],
    eigenvalues: [first.value, second.value],
    residuals: [residualOf(first), residualOf(second)],
    products: basis.length,
  };
}

function hasConverged(recurrence: LanczosRecurrence): boolean {
  const steps = recurrence.alphas.length;
  if (steps % productsBetweenChecks !== 0) return false;
  const { values, last } = recurrence.spectrum();
  const beta = recurrence.betas.at(-1) as number;
  const most = tolerance * Math.abs(values[steps - 1] as number);
  return [steps - 1, steps - 2].every((i) => beta * Math.abs(last[i] as number) <= most);
}

function tridiagonal({ alphas, betas }: LanczosRecurrence): Float64Array[] {
  return alphas.map((alpha, i) => {
    const row = new Float64Array(alphas.length);
    row[i] = alpha;
    if (i > 0) row[i - 1] = betas[i - 1] as number;
    if (i + 1 < alphas.length) row[i + 1] = betas[i] as number;
    return row;
  });
}

function combine(basis: readonly Float64Array[], weights: Float64Array): Direction {
  const result = new Float64Array(basis[0]?.length ?? 0);
  basis.forEach((vector, k) => {
    const factor = weights[k] as number;
    for (let i = 0; i < result.length; i++)
      result[i] = (result[i] as number) + factor * (vector[i] as number);
  });
  return scaled(result, 1 / normOf(result));
}

/** The eigenvector whose largest entry is positive: of v and -v always the same. */
function oriented(vector: Direction): Direction {
  const largest = vector.reduce(
    (most, value) => (Math.abs(value) > Math.abs(most) ? value : most),
    0,
  );
  return largest < 0 ? scaled(vector, -1) : vector;
}
