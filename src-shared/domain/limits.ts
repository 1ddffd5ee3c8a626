/** How large an experiment may be: what one project, its tables and its screens carry without a stutter, with room to spare. */
import { metricOf, pairsOfMetric, type MetricSpec } from './metric-registry';
import { seedBlockCount, seedPairs } from './seed-pairs';

/** Entries of the lists of a spec. */
export const mostAxes = 3;
export const mostAxisValues = 1_000;
export const mostSeeds = 10_000;
export const mostMetrics = 100;

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

/** Longest tag and note of a run. */
export const mostTagLetters = 60;
export const mostNoteLetters = 10_000;

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
 * Definition: runs = cells x seeds. A cell has one task for each training, and of each metric one for each training, for each connected
 * pair, for each block of compared pairs or for three trainings, as its subject says; comparing metrics compare seeds (seeds - 1) / 2
 * pairs. Never throws.
 */
export function countWork(cells: number, seeds: number, metrics: readonly MetricSpec[]): WorkCount {
  const tasks = metrics.reduce((sum, metric) => sum + tasksOfMetric(metric, seeds), seeds);
  const comparesAll = metrics.some((metric) => metricOf(metric).subject === 'all-pairs');
  const pairs = comparesAll ? (seeds * (seeds - 1)) / 2 : 0;
  return { runs: cells * seeds, tasks: cells * tasks, pairs: cells * pairs };
}

/** Tasks of a metric in one cell. */
function tasksOfMetric(metric: MetricSpec, seeds: number): number {
  const { subject } = metricOf(metric);
  switch (subject) {
    case 'run':
      return seeds;
    case 'pair':
      return seedPairs(seeds, pairsOfMetric(metric)).length;
    case 'all-pairs':
      return seedBlockCount(seeds);
    case 'three-runs':
      return seeds < 3 ? 0 : 1;
    default:
      return subject satisfies never;
  }
}
