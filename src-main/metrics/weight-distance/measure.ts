/** Measures `weight-distance`: how far apart the weights of two seeds are. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { divergedReason } from '../diverged';
import type { AllPairsMeasure, ComparedModel } from '../measure';
import { modelPairs } from '../model-pairs';
import { compareWeights } from '../compare-weights';

/** Distances and angle of each pair. Exact up to float32 weights. */
export const measure: AllPairsMeasure<unknown> = {
  subject: 'all-pairs',
  measure: (_, models, { split }) =>
    Promise.resolve({ measurements: modelPairs(models, split).flatMap(measurePair) }),
};

const names = [
  'weightDistance',
  'relativeWeightDistance',
  'meanRelativeWeightDistance',
  'weightCosine',
] as const;

function measurePair([a, b]: readonly [ComparedModel, ComparedModel]): ScalarMeasurement[] {
  const base = {
    kind: 'scalar',
    subject: { kind: 'pair', seeds: [a.seed, b.seed] },
    samples: 'all weights and biases',
    error: null,
  } as const;
  if (!a.weights || !b.weights) {
    const diverged = [a, b].filter(({ weights }) => weights === null);
    const reason = divergedReason(diverged.map(({ seed }) => seed));
    return names.map((name) => ({ ...base, name, value: null, reason }));
  }
  const { distance, norms, cosine } = compareWeights(a.weights.theta, b.weights.theta);
  const [first, second] = norms;
  const values = {
    weightDistance: distance,
    relativeWeightDistance: first > 0 ? distance / first : null,
    meanRelativeWeightDistance: first + second > 0 ? (2 * distance) / (first + second) : null,
    weightCosine: cosine,
  } satisfies Record<(typeof names)[number], number | null>;
  const zero = [a, b].filter((_, i) => norms[i] === 0).map(({ seed }) => seed);
  const reason = `all weights are 0: ${zero.length > 1 ? 'seeds' : 'seed'} ${zero.join(' and ')}`;
  return names.map((name) => {
    const value = values[name];
    return value === null ? { ...base, name, value, reason } : { ...base, name, value };
  });
}
