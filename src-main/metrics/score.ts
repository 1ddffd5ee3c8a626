/** What is known of a model's predictions besides the loss: the share that is right, or the distance to the exact solution. */
import { exactSolution } from '#main/engine/objectives/problem-row';
import type { Score } from '#main/engine/objectives/objective';
import type { Tensor } from '#main/engine/tensor';
import type { SampleTensors } from './context';

export interface SampleMeans {
  /** Mean loss; null when it is not finite. */
  readonly loss: number | null;
  /** Fraction classified right; null for problems, and with the loss. */
  readonly accuracy: number | null;
  /** ||u - u*||_2 / ||u*||_2 over the samples; null for classification, with the loss, and where u* is 0 at all of them. */
  readonly relativeError: number | null;
}

/** A half-open range of samples. */
export type SampleRange = readonly [number, number];

/**
 * Means over a range of samples, summed in float64.
 * @param values - of one model: `loss` and `prediction` of every sample
 * Never throws.
 */
export function meansOver(
  score: Score,
  [from, to]: SampleRange,
  { loss, prediction, samples }: ModelValues,
): SampleMeans {
  let total = 0;
  for (let i = from; i < to; i++) total += loss[i] as number;
  if (!Number.isFinite(total)) return { loss: null, accuracy: null, relativeError: null };
  const mean = total / (to - from);
  if (score === 'relative-error')
    return {
      loss: mean,
      accuracy: null,
      relativeError: relativeError(prediction, exactSolution(samples.x), [from, to]),
    };
  let right = 0;
  for (let i = from; i < to; i++) right += Number(prediction[i] === samples.labels[i]);
  return { loss: mean, accuracy: right / (to - from), relativeError: null };
}

interface ModelValues {
  readonly loss: Tensor['data'];
  readonly prediction: Tensor['data'];
  readonly samples: SampleTensors;
}

/**
 * sqrt(sum (u - u*)^2 / sum u*^2) over a range of samples: 1 for u = 0.
 * @returns null where u* is 0 at every sample, and where u is not finite. Never throws.
 */
export function relativeError(
  values: ArrayLike<number>,
  exact: (sample: number) => number,
  [from, to]: SampleRange,
): number | null {
  let error = 0;
  let norm = 0;
  for (let i = from; i < to; i++) {
    error += ((values[i] as number) - exact(i)) ** 2;
    norm += exact(i) ** 2;
  }
  const ratio = Math.sqrt(error / norm);
  return Number.isFinite(ratio) ? ratio : null;
}

/**
 * The error that curves and barriers are made of, in percent: samples classified wrong, or the relative L2 error of a solution.
 * @returns null where there is none
 */
export function errorPercent({ accuracy, relativeError }: SampleMeans): number | null {
  if (accuracy !== null) return 100 * (1 - accuracy);
  return relativeError === null ? null : 100 * relativeError;
}
