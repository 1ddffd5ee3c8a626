/** What a worker holds in memory while it trains or measures a model: to refuse what cannot fit before anything runs. */
import { largestSeedBlock } from './seed-pairs';
import type { MetricSpec } from './spec';

/**
 * Bytes a weight: the model, its momentum and gradient, what goes into and comes out of a program, and its copies there.
 * Measured as the largest resident size of a worker over P on MLPs of 2 to 25 million weights, one model at a time.
 */
const trainingBytes = 75;
/** The trace takes ten probes a call; Lanczos keeps a float64 vector for each of its products, at most a hundred. */
const traceBytes = 200;
const lanczosBytes = 8 * 100;
/** A curve trains its bend between two ends, and evaluates points on it. */
const curveBytes = 350;
/** What compares the runs of a cell reads the weights of two blocks of them. */
const comparedBytes = 16;

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
    const bytes = parameters * bytesPerWeight(metric, seeds);
    if (bytes > most.bytes) most = { what: metric.name, bytes };
  }
  return most;
}

function bytesPerWeight(metric: MetricSpec, seeds: number): number {
  switch (metric.name) {
    case 'hessian':
      return traceBytes + (metric.method === 'lanczos' ? lanczosBytes : 0);
    case 'cka':
    case 'weight-distance':
      return comparedBytes * Math.min(seeds, 2 * largestSeedBlock);
    case 'mode-connectivity':
      return curveBytes;
    default:
      return metric satisfies never;
  }
}
