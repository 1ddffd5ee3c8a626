/** Hutchinson's estimate of a trace, several models in step. */
import { RandomStream } from '#main/engine/random';
import type { BatchedProduct } from './extremes';

export interface TraceEstimate {
  readonly value: number;
  /** Sample standard deviation of the probes over sqrt(probes). */
  readonly standardError: number;
  readonly probes: number;
}

/** Probes per product call: part of the definition, since the stopping rule is looked at after each call. */
export const probesPerCall = 10;
/** Stop when the standard error is at most this part of the mean. */
export const traceTolerance = 0.02;

/**
 * Trace of each of S symmetric matrices as the mean of v'Hv over Rademacher probes v (entries +-1).
 *
 * Probes come in tens from the stream `probe` of `seed`, the same for all models; a model is done when its standard error
 * is at most 2% of its mean or after `most` probes. Variance of one probe: 2 sum_{i != j} H_ij^2.
 * Source: Hutchinson 1989; checked in tests/reference/curvature.test.ts
 */
export async function hutchinsonTrace(
  product: BatchedProduct,
  { models, size, seed, most }: { models: number; size: number; seed: number; most: number },
): Promise<TraceEstimate[]> {
  const samples: number[][] = Array.from({ length: models }, () => []);
  const done = (s: number) => isDone(samples[s] as number[], most);
  for (let call = 0; samples.some((_, s) => !done(s)); call++) {
    const probes = Array.from({ length: probesPerCall }, (_, k) =>
      rademacher(size, seed, call * probesPerCall + k),
    );
    const products = await product(samples.map(() => probes));
    for (let s = 0; s < models; s++) {
      if (done(s)) continue;
      for (let k = 0; k < probesPerCall && (samples[s] as number[]).length < most; k++) {
        (samples[s] as number[]).push(
          inner(probes[k] as Float32Array, (products[s] as Float32Array[])[k] as Float32Array),
        );
      }
    }
  }
  return samples.map((v) => {
    const { mean, standardError } = meanAndError(v);
    return { value: mean, standardError, probes: v.length };
  });
}

function isDone(samples: readonly number[], most: number): boolean {
  if (samples.length >= most) return true;
  if (samples.length < 2 * probesPerCall) return false;
  const { mean, standardError } = meanAndError(samples);
  return standardError <= traceTolerance * Math.abs(mean);
}

/** Mean and standard error of independent samples (two or more). */
export function meanAndError(samples: readonly number[]): { mean: number; standardError: number } {
  const n = samples.length;
  const mean = samples.reduce((a, b) => a + b, 0) / n;
  const variance = samples.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1);
  return { mean, standardError: Math.sqrt(variance / n) };
}

/** Probe number `index`: P entries +1 or -1, 32 from each random word. */
export function rademacher(size: number, seed: number, index: number): Float32Array {
  const stream = new RandomStream(seed, 'probe', index);
  const v = new Float32Array(size);
  let word = 0;
  for (let i = 0; i < size; i++) {
    if (i % 32 === 0) word = stream.uint32();
    v[i] = word & 1 ? 1 : -1;
    word >>>= 1;
  }
  return v;
}

function inner(a: Float32Array, b: Float32Array | Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
