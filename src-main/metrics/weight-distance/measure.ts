/** Measures `weight-distance`: how far apart the weights of two seeds are. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { divergedReason } from '../diverged';
import type { AllPairsMeasure, ComparedModel } from '../measure';
import { modelPairs } from '../model-pairs';

/**
 * ||a - b||_2 of two weight vectors [P], summed in float64.
 * Checked in tests/reference/similarity.test.ts. Never throws.
 */
export function weightDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(total);
}

/** The distance of each pair. Exact up to float32 weights. */
export const measure: AllPairsMeasure<unknown> = {
  subject: 'all-pairs',
  measure: (_, models, { split }) =>
    Promise.resolve({ measurements: modelPairs(models, split).map(distanceOf) }),
};

function distanceOf([a, b]: readonly [ComparedModel, ComparedModel]): ScalarMeasurement {
  const base = {
    kind: 'scalar',
    name: 'weightDistance',
    subject: { kind: 'pair', seeds: [a.seed, b.seed] },
    samples: 'all weights and biases',
    error: null,
  } as const;
  if (a.weights && b.weights)
    return { ...base, value: weightDistance(a.weights.theta, b.weights.theta) };
  const diverged = [a, b].filter(({ weights }) => weights === null);
  return { ...base, value: null, reason: divergedReason(diverged.map(({ seed }) => seed)) };
}
