/**
 * Metrics that were added to an experiment after it was started. The spec of a started experiment stays as it was; additions stand beside
 * it, and whoever asks what is measured asks here.
 */
import type { MetricSpec } from './metric-registry';
import type { ExperimentSpec } from './spec';

/** A metric added to some cells of an experiment, or to all. */
export interface Addition {
  readonly metric: MetricSpec;
  /** Cells in rising order; null for every cell. */
  readonly cells: readonly number[] | null;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
}

/** An experiment as far as this file looks at it. */
export interface Measured {
  readonly spec: ExperimentSpec;
  readonly additions: readonly Addition[];
}

/** Whether an addition is for a cell. Never throws. */
export function coversCell({ cells }: Pick<Addition, 'cells'>, cell: number): boolean {
  return cells === null || cells.includes(cell);
}

/**
 * The metrics that one cell is measured with, each once: the spec's in its order, then those added, in the order of adding. Never throws.
 */
export function metricsOfCell({ spec, additions }: Measured, cell: number): readonly MetricSpec[] {
  return distinct([...spec.metrics, ...additions.filter((a) => coversCell(a, cell)).map(metricIn)]);
}

/**
 * The spec with every added metric among its own, also those of some cells only: for results, captions and methods. The metric of an
 * addition has the same settings wherever it was added. Never throws.
 */
export function measuredSpec({ spec, additions }: Measured): ExperimentSpec {
  if (additions.length === 0) return spec;
  return { ...spec, metrics: [...distinct([...spec.metrics, ...additions.map(metricIn)])] };
}

/** Whether a metric, of the spec or added, is measured in a cell. Never throws. */
export function isMeasuredIn(experiment: Measured, metric: string, cell: number): boolean {
  return metricsOfCell(experiment, cell).some(({ name }) => name === metric);
}

const metricIn = ({ metric }: Addition) => metric;

function distinct(metrics: readonly MetricSpec[]): readonly MetricSpec[] {
  return metrics.filter((metric, i) => metrics.findIndex(({ name }) => name === metric.name) === i);
}
