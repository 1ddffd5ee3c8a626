/** Results as users and the screens read them, at three levels: cells, runs, pairs. */
import type { Phase } from './phases';
import type { Scalar } from './spec';

export type AxisValues = Readonly<Record<string, Scalar>>;

/** A scalar over the seeds or pairs of one cell. */
export interface CellMetric {
  readonly mean: number | null;
  /** Sample standard deviation; null for n < 2. */
  readonly sd: number | null;
  /**
   * Standard error of the mean over seeds: sd / sqrt(n) for runs; for pairs, which share seeds, the jackknife over seeds, which errs
   * to the large side. Null where it cannot be known.
   */
  readonly se: number | null;
  /** How many finite values; null where an imported table does not say. */
  readonly n: number | null;
  /** What they are values of: runs with a seed each, or pairs of seeds, which share seeds and are not independent. */
  readonly over: 'seeds' | 'pairs';
  /** Quantiles 1/4, 1/2 and 3/4 of the finite values, type 7 of Hyndman and Fan as in NumPy; null for n = 0. */
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
  /** Set where nothing but the mean was imported, perhaps with sd and n: its single values are not known. */
  readonly isImported?: true;
  /** What is not there of its values; absent where all are. */
  readonly missing?: MissingValues;
}

/** Values of a cell that are not there. */
export interface MissingValues {
  /** How many, of how many. */
  readonly count: number;
  readonly of: number;
  /** How many of them are only not measured yet. */
  readonly awaited: number;
  /** Why the others could not be computed, each reason once. */
  readonly reasons: readonly string[];
}

/** With every value that it is made of. */
export interface DetailedCellMetric extends CellMetric {
  /** Every value in order of seeds or pairs; null where it could not be computed or is not there yet; none where only the mean was imported. */
  readonly values: readonly (number | null)[];
  /** Estimation error of each value (standard error, residual or resolution), null where exact or absent. */
  readonly errors: readonly (number | null)[];
  /** What the error of each value is over: `standard error over 100 Rademacher probes`, or why an estimate has none; null where the value is exact or absent. */
  readonly errorsOver: readonly (string | null)[];
  /** Why each value is null; null where it is not, or is not there yet. */
  readonly reasons: readonly (string | null)[];
}

export interface CellResult<Metric extends CellMetric = CellMetric> {
  readonly index: number;
  readonly axes: AxisValues;
  /** Runs whose training ended (diverged ones included); null where an imported table does not say. */
  readonly n: number | null;
  readonly diverged: number;
  /** By the names of scalars: those that were asked for. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /**
   * Least train loss (nats) without looking at the inputs, of a problem the loss of u = 0: a cell at or above it is not trained. Absent
   * where the data is not known.
   */
  readonly chanceLoss?: number;
  readonly phase: Phase;
  /** Why that phase, in a sentence. */
  readonly phaseReason: string;
}

export interface CellsResult<Metric extends CellMetric = CellMetric> {
  readonly experiment: string;
  readonly axes: readonly {
    readonly path: string;
    readonly role: 'load' | 'temperature' | 'none';
    readonly values: readonly Scalar[];
  }[];
  /** Names of the scalars that the experiment has or will have; absent where every cell lists all of them. */
  readonly scalars?: readonly string[];
  readonly cells: readonly CellResult<Metric>[];
}

/** For a reader outside the program, and for figures. */
export type DetailedCellsResult = CellsResult<DetailedCellMetric>;

export interface RunResult {
  readonly cell: number;
  readonly axes: AxisValues;
  readonly seed: number;
  readonly state: TaskState;
  /** What executed its training: name, number type, device and version; null before it has ended. */
  readonly engine: string | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly errors: Readonly<Record<string, number | null>>;
  /** Why metrics are null; only those that could not be computed. */
  readonly reasons: Readonly<Record<string, string>>;
  /** The weights recorded along its training, where some were: how many, and the artifact that lists them. */
  readonly trajectory?: { readonly weights: number; readonly index: string };
}

export interface PairResult {
  readonly cell: number;
  readonly axes: AxisValues;
  readonly seeds: readonly [number, number];
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly errors: Readonly<Record<string, number | null>>;
  readonly reasons: Readonly<Record<string, string>>;
}

/** States of a task. `diverged` is a result, not a failure. */
export const taskStates = [
  'waiting',
  'ready',
  'running',
  'done',
  'failed',
  'diverged',
  'cancelled',
] as const;
export type TaskState = (typeof taskStates)[number];

/** States of an experiment as a whole. */
export const experimentStates = [
  'draft',
  'running',
  'stopping',
  'paused',
  'cancelled',
  'finished',
  'finished-with-failures',
] as const;
export type ExperimentState = (typeof experimentStates)[number];
