/** How large an experiment may be: what one project, its tables and its screens carry without a stutter, with room to spare. */
import { seedBlockCount, seedPairs } from './seed-pairs';
import type { MetricSpec } from './spec';

/** Entries of the lists of a spec. */
export const mostAxes = 3;
export const mostAxisValues = 1_000;
export const mostSeeds = 10_000;
export const mostMetrics = 20;

/** Trained models of an experiment. */
export const mostRuns = 50_000;
/** Trainings and measurements of an experiment. */
export const mostTasks = 150_000;
/** Pairs of runs compared in all cells together; all pairs of a cell's seeds are. */
export const mostPairs = 200_000;

/** Weights recorded along one training, and along all of an experiment: each is a file. */
export const mostTrajectoryPoints = 10_000;
export const mostRecordedWeights = 1_000_000;
/** Size of all recorded weights together. */
export const mostTrajectoryBytes = 200e9;

/** Size of a spec as text. */
export const mostSpecBytes = 8 * 1024 * 1024;

/** How much work a grid makes, known without making it. */
export interface WorkCount {
  readonly runs: number;
  readonly tasks: number;
  readonly pairs: number;
}

/**
 * Runs, tasks and compared pairs of `cells` cells with `seeds` seeds each.
 *
 * Definition: runs = cells x seeds. A cell has one task for each training, one for each training's Hessian, one for each block
 * of compared pairs of a metric, and one for each connected pair; CKA and distance compare seeds (seeds - 1) / 2 pairs. Never throws.
 */
export function countWork(cells: number, seeds: number, metrics: readonly MetricSpec[]): WorkCount {
  const allPairs = (seeds * (seeds - 1)) / 2;
  let tasks = seeds;
  let pairs = 0;
  for (const metric of metrics) {
    switch (metric.name) {
      case 'hessian':
        tasks += seeds;
        break;
      case 'cka':
      case 'weight-distance':
        tasks += seedBlockCount(seeds);
        pairs = allPairs;
        break;
      case 'mode-connectivity':
        tasks += seedPairs(seeds, metric.pairs).length;
        break;
      default:
        metric satisfies never;
    }
  }
  return { runs: cells * seeds, tasks: cells * tasks, pairs: cells * pairs };
}
