/** Largest and smallest Hessian eigenvalues of several models in step: one batched product serves all of them. */
import { RandomStream } from '#main/engine/random';
import { LanczosRecurrence, type RitzValue } from './lanczos';
import { norm } from './vectors';

/**
 * Products of each model's matrix with its own K vectors: [S][K] vectors of length P to as many products. Those of a model for
 * which `isWanted` is false may be left out.
 */
export type BatchedProduct = (
  vectors: readonly (readonly ArrayLike<number>[])[],
  isWanted?: readonly boolean[],
) => Promise<Float32Array[][] | Float64Array[][]>;

export interface Extremes {
  readonly top: RitzValue;
  /** null where the method gives the top one only. */
  readonly bottom: RitzValue | null;
  readonly products: number;
  readonly converged: boolean;
  /** What was known after each product, the last one included. */
  readonly history: readonly ExtremesSoFar[];
}

/** Estimates after some products. */
export interface ExtremesSoFar {
  readonly top: RitzValue;
  readonly bottom: RitzValue | null;
}

const lanczosTolerance = 1e-3;
/** A bottom eigenvalue below this part of the spectrum counts as 0. */
const vanishing = 1e-5;
export const mostProducts = 100;

/**
 * Top and bottom eigenvalue of each of S symmetric matrices by Lanczos.
 *
 * A model is done when the residuals of the top and the bottom Ritz value are at most 1e-3 of them (1e-5 of the spectrum, where the
 * bottom one is nearly 0), or after 100 products. A residual bounds the distance to the nearest eigenvalue; that this is the extreme one
 * is likely, not certain (seen on trained networks: one bottom value in 78 was off by more, by 0.5%; with 1e-2 three, by up to 3.6%).
 * Models go in step; one that is done is left alone, so its numbers do not depend on the others.
 * @param size - P; the start is Normal(0, 1) from the stream `lanczos-start` of `seed`, the same for all models
 * Source: Lanczos 1950; residual bound: Parlett, The Symmetric Eigenvalue Problem, 4.5
 */
export async function lanczosExtremes(
  product: BatchedProduct,
  { models, size, seed }: { models: number; size: number; seed: number },
): Promise<Extremes[]> {
  const start = normalVector(size, seed);
  const recurrences = Array.from({ length: models }, () => new LanczosRecurrence(start));
  const results = new Array<Extremes | null>(models).fill(null);
  const histories = Array.from({ length: models }, (): ExtremesSoFar[] => []);
  for (let k = 1; k <= mostProducts && results.includes(null); k++) {
    const isWanted = results.map((result) => result === null);
    const vectors = recurrences.map((r) => [r.vector]);
    const products = await product(vectors, isWanted);
    recurrences.forEach((recurrence, s) => {
      if (results[s] !== null) return;
      recurrence.advance((products[s] as Float32Array[])[0] as Float32Array);
      const { top, bottom } = recurrence.extremes();
      const history = histories[s] as ExtremesSoFar[];
      history.push({ top, bottom });
      const scale = Math.max(Math.abs(top.value), Math.abs(bottom.value));
      const converged =
        top.residual <= lanczosTolerance * Math.abs(top.value) &&
        bottom.residual <= Math.max(lanczosTolerance * Math.abs(bottom.value), vanishing * scale);
      if (converged || recurrence.isExhausted || k === mostProducts)
        results[s] = { top, bottom, products: k, converged, history };
    });
  }
  return results as Extremes[];
}

/**
 * The eigenvalue of largest magnitude by power iteration, the way of earlier tools: stops when the Rayleigh quotient
 * changes by less than 1e-3 relative, or after 100 products. The residual is ||H v - value v|| at the last vector.
 * @param start - [P], not zero; the same as that of Lanczos where it is left out
 */
export async function powerIteration(
  product: BatchedProduct,
  {
    models,
    size,
    seed,
    start = normalVector(size, seed),
  }: { models: number; size: number; seed: number; start?: Float64Array },
): Promise<Extremes[]> {
  const vectors = Array.from({ length: models }, () => unit(start));
  const results = new Array<Extremes | null>(models).fill(null);
  const previous = new Array<number | null>(models).fill(null);
  const histories = Array.from({ length: models }, (): ExtremesSoFar[] => []);
  for (let k = 1; k <= mostProducts && results.includes(null); k++) {
    const isWanted = results.map((result) => result === null);
    const products = await product(
      vectors.map((v) => [v]),
      isWanted,
    );
    for (let s = 0; s < models; s++) {
      if (results[s] !== null) continue;
      const v = vectors[s] as Float64Array;
      const w = Float64Array.from((products[s] as Float32Array[])[0] as Float32Array);
      const value = w.reduce((total, x, i) => total + x * (v[i] as number), 0);
      const residual = Math.sqrt(
        w.reduce((total, x, i) => total + (x - value * (v[i] as number)) ** 2, 0),
      );
      const before = previous[s] ?? null;
      const history = histories[s] as ExtremesSoFar[];
      history.push({ top: { value, residual }, bottom: null });
      const converged =
        before !== null && Math.abs(value - before) < lanczosTolerance * Math.abs(before);
      if (converged || k === mostProducts)
        results[s] = { top: { value, residual }, bottom: null, products: k, converged, history };
      previous[s] = value;
      if (norm(w) > 0) vectors[s] = unit(w);
    }
  }
  return results as Extremes[];
}

/** Normal(0, 1) entries from the stream `lanczos-start`: where Lanczos and power iteration start. Never throws. */
export function normalVector(size: number, seed: number): Float64Array {
  const stream = new RandomStream(seed, 'lanczos-start');
  return Float64Array.from({ length: size }, () => stream.normal());
}

function unit(v: Float64Array): Float64Array {
  const length = norm(v);
  return v.map((x) => x / length);
}
