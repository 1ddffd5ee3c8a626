/** What a worker holds in memory while it trains or measures a model: to refuse what cannot fit before anything runs. */
import type { MetricDefinition } from './metric-definition';
import { metricOf, type MetricSpec } from './metric-registry';
import { largestSeedBlock } from './seed-pairs';

/**
 * Bytes a weight: the model, its momentum and gradient, what goes into and comes out of a program, and its copies there.
 * Measured as the largest resident size of a worker over P on MLPs of 2 to 25 million weights, one model at a time.
 */
const trainingBytes = 75;
export interface ModelMemory {
  /** What needs most: `training`, or the name of a metric. */
  readonly what: string;
  readonly bytes: number;
  /** The part of them that the metric's samples decide, whatever the size of the model. */
  readonly bytesOfSamples: number;
}

/**
 * The most that one task on a model may hold at once.
 *
 * @param network - P, and its outputs
 * @param seeds - runs of the cell
 * Limits: weights and what a metric says of its samples, one model a task; activations, several models in one program, and several workers come on top. Never throws.
 */
export function modelMemory(
  { parameters, outputs }: { readonly parameters: number; readonly outputs: number },
  seeds: number,
  metrics: readonly MetricSpec[],
): ModelMemory {
  let most: ModelMemory = {
    what: 'training',
    bytes: parameters * trainingBytes,
    bytesOfSamples: 0,
  };
  for (const metric of metrics) {
    const definition = metricOf(metric);
    const runs = runsOfTask(definition, seeds);
    const bytesOfSamples = definition.bytesOfSamples?.(metric, outputs) ?? 0;
    const bytes = parameters * definition.bytesPerWeight(metric, runs) + bytesOfSamples;
    if (bytes > most.bytes) most = { what: metric.name, bytes, bytesOfSamples };
  }
  return most;
}

/** The most runs that one task of a metric reads. */
function runsOfTask({ subject }: MetricDefinition, seeds: number): number {
  switch (subject) {
    case 'run':
      return 1;
    case 'pair':
      return 2;
    case 'three-runs':
      return 3;
    case 'all-pairs':
      return Math.min(seeds, 2 * largestSeedBlock);
    default:
      return subject satisfies never;
  }
}
