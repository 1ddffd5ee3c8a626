/** Which metrics go with accuracy over the cells of an experiment, and whether they do within rows and columns too. */
import {
  correlation,
  correlationInterval,
  type BootstrapInterval,
  type CorrelationKind,
} from './correlation';
import type { CellResult, CellsResult } from './results';
import type { Scalar } from './spec';

/** A coefficient over some of the cells. */
export interface CellCorrelation {
  /** Null for fewer than three cells with both numbers, or where one number is the same in all. */
  readonly value: number | null;
  /** Cells with both numbers. */
  readonly n: number;
}

/** Cells that share a value of one axis. */
export interface GroupCorrelation extends CellCorrelation {
  readonly at: Scalar;
}

export interface MetricCorrelation {
  readonly metric: string;
  /** Over all cells. */
  readonly pooled: CellCorrelation & { readonly interval: BootstrapInterval | null };
  /** By axis: within each of its values. A pooled correlation can reverse within groups (Simpson 1951). */
  readonly within: readonly {
    readonly path: string;
    readonly groups: readonly GroupCorrelation[];
    /** Mean over the groups that have a coefficient; null where none has. */
    readonly mean: number | null;
  }[];
}

export interface CorrelationTableOptions {
  readonly kind: CorrelationKind;
  /** The scalar that the others are compared with. */
  readonly target?: string;
  /** Takes a cell's mean to what is compared, such as a logarithm for Pearson's; null leaves the cell out. */
  readonly scaled?: (metric: string, mean: number) => number | null;
  readonly resamples?: number;
  /** Uniform in [0, 1), for the intervals. */
  readonly uniform: () => number;
}

/**
 * The correlation of every scalar's mean over cells with the target's.
 *
 * Cells where either mean is missing are left out of that scalar's row; intervals are 95% percentile bootstrap over cells.
 * @returns one row per scalar but the target, by name in order of appearance. Never throws.
 */
export function correlationTable(
  { axes, cells }: CellsResult,
  options: CorrelationTableOptions,
): MetricCorrelation[] {
  const { kind, target = 'testAccuracy', resamples, uniform } = options;
  const names = [...new Set(cells.flatMap((cell) => Object.keys(cell.metrics)))];
  const over = (metric: string, some: readonly CellResult[]) => {
    const both = some.flatMap((cell) => {
      const x = meanOf(cell, metric, options);
      const y = meanOf(cell, target, options);
      return x === null || y === null ? [] : [[x, y] as const];
    });
    return [both.map(([x]) => x), both.map(([, y]) => y)] as const;
  };
  const within = (metric: string, { path, values }: CellsResult['axes'][number]) => {
    const groups = values.map((at): GroupCorrelation => {
      const [xs, ys] = over(
        metric,
        cells.filter((cell) => cell.axes[path] === at),
      );
      return { at, value: correlation(kind, xs, ys), n: xs.length };
    });
    const known = groups.flatMap(({ value }) => (value === null ? [] : [value]));
    const mean = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
    return { path, groups, mean };
  };
  return names
    .filter((metric) => metric !== target)
    .map((metric) => {
      const lists = over(metric, cells);
      const drawn = { uniform, ...(resamples === undefined ? {} : { resamples }) };
      return {
        metric,
        pooled: {
          value: correlation(kind, ...lists),
          n: lists[0].length,
          interval: correlationInterval(kind, lists, drawn),
        },
        within: axes.length < 2 ? [] : axes.map((axis) => within(metric, axis)),
      };
    });
}

function meanOf(
  cell: CellResult,
  metric: string,
  { scaled = (_, mean) => mean }: CorrelationTableOptions,
): number | null {
  const mean = cell.metrics[metric]?.mean ?? null;
  return mean === null ? null : scaled(metric, mean);
}
