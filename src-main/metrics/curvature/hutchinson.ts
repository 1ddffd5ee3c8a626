/** Hutchinson's estimate of a trace, several models in step. */
import { RandomStream } from '#main/engine/random';

export interface TraceEstimate {
  readonly value: number;
  /** Sample standard deviation of the probes over sqrt(probes). */
  readonly standardError: number;
  readonly probes: number;
  /** The estimate of each probe, in order: `value` is their mean. */
  readonly samples: readonly number[];
}

/** Probes per product call: part of the definition, since the stopping rule is looked at after each call. */
export const probesPerCall = 10;
/** Stop when the standard error is at most this part of the mean. */
export const traceTolerance = 0.02;

/**
 * v'Hv of each model for each of K vectors [P] that the models share: K vectors to [S][K] numbers. Those of a model for which
 * `isWanted` is false may be left out.
 */
export type BatchedCurvature = (
  vectors: readonly Float32Array[],
  isWanted?: readonly boolean[],
) => Promise<readonly (readonly number[])[]>;

/**
 * Trace of each of S symmetric matrices as the mean of v'Hv over Rademacher probes v (entries +-1).
 *
 * Probes come in tens from the stream `probe` of `seed`, the same for all models; a model is done when its standard error
 * is at most 2% of its mean or after `most` probes. Variance of one probe: 2 sum_{i != j} H_ij^2.
 * Source: Hutchinson 1989; checked in tests/reference/curvature.test.ts
 */
export async function hutchinsonTrace(
  curvature: BatchedCurvature,
  { models, size, seed, most }: { models: number; size: number; seed: number; most: number },
): Promise<TraceEstimate[]> {
  const samples: number[][] = Array.from({ length: models }, () => []);
  for (let call = 0; samples.some((own) => !isDone(own, most)); call++) {
    const probes = Array.from({ length: probesPerCall }, (_, k) =>
      rademacher(size, seed, call * probesPerCall + k),
    );
    const isWanted = samples.map((own) => !isDone(own, most));
    const values = await curvature(probes, isWanted);
    samples.forEach((own, s) => {
      if (isWanted[s] === true) own.push(...(values[s] ?? []).slice(0, most - own.length));
    });
  }
  return samples.map((v) => {
    const { mean, standardError } = meanAndError(v);
    return { value: mean, standardError, probes: v.length, samples: v };
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
