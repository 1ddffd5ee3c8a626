/** Which metrics go with the score over the cells of an experiment, and whether they do within rows and columns too. */
import {
  correlation,
  correlationInterval,
  correlationKinds,
  type BootstrapInterval,
  type CorrelationKind,
} from './correlation';
import { mainScore } from './problem-scalars';
import type { CellResult, CellsResult } from './results';
import { findScalar } from './scalars';
import type { Scalar } from './spec';
import { uniformStream } from './uniform-stream';

/**
 * What of a cell's mean is compared: it itself; its natural logarithm, for what spans orders of magnitude (cells without one are left
 * out); or its distance from 0, for what deviates to both sides.
 */
export type MetricForm = 'plain' | 'log' | 'absolute';

/** A metric in the form in which it is compared. */
export interface ComparedMetric {
  readonly metric: string;
  readonly form: MetricForm;
}

export type Coefficients = Readonly<Record<CorrelationKind, number | null>>;

/** Cells that share a value of one axis. */
export interface GroupCorrelation {
  readonly at: Scalar;
  readonly coefficients: Coefficients;
  /** Cells with both numbers. */
  readonly n: number;
}

/** Groups by one axis. A pooled correlation can reverse within groups (Simpson 1951). */
export interface WithinAxis {
  readonly path: string;
  readonly groups: readonly GroupCorrelation[];
  /** Mean over the groups that have a coefficient; null where none has. */
  readonly means: Coefficients;
}

export interface MetricCorrelation extends ComparedMetric {
  /** Over all cells; null for fewer than three cells with both numbers, or where one number is the same in all. */
  readonly coefficients: Coefficients;
  /** 95% percentile bootstrap over cells; null with the coefficient, and where most resamples have none. */
  readonly intervals: Readonly<Record<CorrelationKind, BootstrapInterval | null>>;
  /** Cells with both numbers. */
  readonly n: number;
  /** For each axis; empty for fewer than two axes. */
  readonly within: readonly WithinAxis[];
}

/** Part of the resampled coefficients inside an interval, and how many are drawn. */
export const correlationLevel = 0.95;
export const correlationResamples = 1000;

export interface CorrelationOptions {
  /** The scalar that the others are compared with; test accuracy, of problems the relative error, where it is absent. */
  readonly target?: string;
  readonly resamples?: number;
}

/**
 * Every scalar of the cells but the score, in the forms in which it is compared: logarithms of what diagrams draw so, and what
 * diverges from 0 both as it is and by its absolute value.
 * Never throws.
 */
export function comparedMetrics(
  { cells }: Pick<CellsResult, 'cells'>,
  target: string = mainScore(cells),
): readonly ComparedMetric[] {
  const names = [...new Set(cells.flatMap((cell) => Object.keys(cell.metrics)))];
  return names
    .filter((metric) => metric !== target)
    .flatMap((metric) => formsOf(metric).map((form) => ({ metric, form })));
}

function formsOf(metric: string): readonly MetricForm[] {
  const scalar = findScalar(metric);
  if (scalar?.scale === 'log') return ['log'];
  return scalar?.colour === 'diverging' ? ['plain', 'absolute'] : ['plain'];
}

/**
 * Correlations of the means of one scalar over cells with those of the score.
 *
 * Cells where either mean is missing are left out. Every interval is of the same resamples.
 * Never throws. Cost: resamples times cells times the logarithm of the cells.
 * Limits: cells of a grid are neighbours, not independent draws, and few of them make short intervals.
 * Source: Spearman 1904, Kendall 1945, Efron 1979
 */
export function correlateMetric(
  { axes, cells }: Pick<CellsResult, 'axes' | 'cells'>,
  compared: ComparedMetric,
  { target = mainScore(cells), resamples = correlationResamples }: CorrelationOptions = {},
): MetricCorrelation {
  const over = (some: readonly CellResult[]) => {
    const both = some.flatMap((cell) => {
      const x = formed(cell.metrics[compared.metric]?.mean ?? null, compared.form);
      const y = cell.metrics[target]?.mean ?? null;
      return x === null || y === null ? [] : [[x, y] as const];
    });
    return [both.map(([x]) => x), both.map(([, y]) => y)] as const;
  };
  const lists = over(cells);
  const within = axes.map(({ path, values }): WithinAxis => {
    const groups = values.map((at): GroupCorrelation => {
      const own = over(cells.filter((cell) => cell.axes[path] === at));
      return { at, coefficients: ofKinds((kind) => correlation(kind, ...own)), n: own[0].length };
    });
    return {
      path,
      groups,
      means: ofKinds((kind) => meanOf(groups.map(({ coefficients }) => coefficients[kind]))),
    };
  });
  return {
    ...compared,
    coefficients: ofKinds((kind) => correlation(kind, ...lists)),
    intervals: ofKinds((kind) =>
      correlationInterval(kind, lists, {
        resamples,
        level: correlationLevel,
        uniform: uniformStream(0),
      }),
    ),
    n: lists[0].length,
    within: axes.length < 2 ? [] : within,
  };
}

/** `correlateMetric` of all `comparedMetrics`, the strongest by `kind` first. Never throws. */
export function correlationTable(
  results: Pick<CellsResult, 'axes' | 'cells'>,
  { kind = 'spearman', ...options }: CorrelationOptions & { kind?: CorrelationKind } = {},
): readonly MetricCorrelation[] {
  const rows = comparedMetrics(results, options.target).map((compared) =>
    correlateMetric(results, compared, options),
  );
  return strongestFirst(rows, kind);
}

/** Rows by falling absolute coefficient, those without one last; equal ones keep their order. Never throws. */
export function strongestFirst<R extends Pick<MetricCorrelation, 'coefficients'>>(
  rows: readonly R[],
  kind: CorrelationKind,
): readonly R[] {
  const strength = ({ coefficients }: R) => Math.abs(coefficients[kind] ?? -1e-9);
  const isKnown = ({ coefficients }: R) => Number(coefficients[kind] !== null);
  return [...rows].sort((a, b) => isKnown(b) - isKnown(a) || strength(b) - strength(a));
}

function formed(mean: number | null, form: MetricForm): number | null {
  if (mean === null || form === 'plain') return mean;
  if (form === 'absolute') return Math.abs(mean);
  return mean > 0 ? Math.log(mean) : null;
}

function ofKinds<T>(of: (kind: CorrelationKind) => T): Readonly<Record<CorrelationKind, T>> {
  return Object.fromEntries(correlationKinds.map((kind) => [kind, of(kind)])) as Record<
    CorrelationKind,
    T
  >;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}
