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
}

/**
 * The most that one task on a model may hold at once.
 *
 * @param parameters - P
 * @param seeds - runs of the cell
 * Limits: weights only, one model a task; activations, several models in one program, and several workers come on top. Never throws.
 */
export function modelMemory(
  parameters: number,
  seeds: number,
  metrics: readonly MetricSpec[],
): ModelMemory {
  let most: ModelMemory = { what: 'training', bytes: parameters * trainingBytes };
  for (const metric of metrics) {
    const definition = metricOf(metric);
    const runs = runsOfTask(definition, seeds);
    const bytes = parameters * definition.bytesPerWeight(metric, runs);
    if (bytes > most.bytes) most = { what: metric.name, bytes };
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
