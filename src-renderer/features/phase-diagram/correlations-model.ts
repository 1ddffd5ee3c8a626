/** Pure text and numbers of the correlations view. */
import type { CorrelationKind } from '#shared/domain/correlation';
import {
  strongestFirst,
  type Coefficients,
  type ComparedMetric,
  type MetricCorrelation,
  type WithinAxis,
} from '#shared/domain/correlation-table';
import { axisTitle, formatScalar } from '#shared/domain/diagram-axis';
import { scalarIn } from '#shared/domain/problem-scalars';
import { counted, formatFixed } from '../../charts/number-format';

export const kindTitles: Readonly<Record<CorrelationKind, string>> = {
  spearman: 'Spearman',
  kendall: 'Kendall',
  pearson: 'Pearson',
};

export const kindHelp: Readonly<Record<CorrelationKind, string>> = {
  spearman: 'Of the ranks: how well one number rises or falls with the other, in any form.',
  kendall: 'tau-b: pairs of cells in the same order less those in the other, over all pairs.',
  pearson: 'Of the numbers: how well they lie on a line.',
};

/** `ln Hessian trace`, `|Mode connectivity|`, `CKA`. */
export function comparedTitle({ metric, form }: ComparedMetric, isOfProblems: boolean): string {
  const title = scalarIn(metric, isOfProblems)?.title ?? metric;
  switch (form) {
    case 'plain':
      return title;
    case 'log':
      return `ln ${title}`;
    case 'absolute':
      return `|${title}|`;
    default:
      return form satisfies never;
  }
}

/** With its sign, so that columns line up: `+0.87`, `−0.42`. */
export function coefficientText(value: number | null): string {
  const text = formatFixed(value, 2);
  return value !== null && value >= 0 ? `+${text}` : text;
}

/** A coefficient with the ends of its interval, for the row's tooltip and those who cannot see the bar. */
export function intervalText(row: MetricCorrelation, kind: CorrelationKind): string {
  const interval = row.intervals[kind];
  if (!interval) return 'no interval';
  return `95% from ${coefficientText(interval.low)} to ${coefficientText(interval.high)}`;
}

/** Why a row has no coefficient; null where it has. */
export function whyNoCoefficient(
  row: Pick<MetricCorrelation, 'coefficients' | 'n'>,
  kind: CorrelationKind,
): string | null {
  if (row.coefficients[kind] !== null) return null;
  if (row.n < 3) return `${counted(row.n, 'cell')} with both numbers: it takes three`;
  return 'one of the two numbers is the same in all cells';
}

/** Where a coefficient of -1 to 1 lies on a bar of length 1. */
export function onBar(value: number): number {
  return (value + 1) / 2;
}

/** Heads of the columns of groups: `Within width`. */
export function withinTitle({ path }: Pick<WithinAxis, 'path'>): string {
  const title = axisTitle(path);
  return `Within ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

/** What the mean over groups is of, where some have no coefficient: `3 of 5 values`; else empty. */
export function withinCount({ groups }: WithinAxis, kind: CorrelationKind): string {
  const known = groups.filter(({ coefficients }) => coefficients[kind] !== null).length;
  return known === groups.length ? '' : `${known} of ${counted(groups.length, 'value')}`;
}

/** Every group in a line: `16: +0.90 over 5 cells`. */
export function groupLines({ groups }: WithinAxis, kind: CorrelationKind): readonly string[] {
  return groups.map(
    ({ at, coefficients, n }) =>
      `${formatScalar(at)}: ${coefficients[kind] === null ? 'none' : coefficientText(coefficients[kind])} over ${counted(n, 'cell')}`,
  );
}

/** What the rows are ordered by: strength of the chosen coefficient, name, cells, or the mean within the values of an axis. */
export type RowOrder = 'strength' | 'name' | 'cells' | `within ${string}`;

/** A column's order, and whether the other way round, from the address: `cells`, `-name`. */
export function parseOrder(text: string): { readonly by: RowOrder; readonly reversed: boolean } {
  const reversed = text.startsWith('-');
  const name = reversed ? text.slice(1) : text;
  const isKnown = name === 'name' || name === 'cells' || name.startsWith('within ');
  return isKnown ? { by: name as RowOrder, reversed } : { by: 'strength', reversed };
}

/** The address's text of a click on a column: its order, or the other way round where it has that already; empty for the default. */
export function nextOrder(text: string, by: RowOrder): string {
  const now = parseOrder(text);
  const name = by === 'strength' ? '' : by;
  if (now.by !== by || now.reversed) return name;
  return `-${name === '' ? 'strength' : name}`;
}

/** The rows in an order: strongest first, names from A on, most cells first; rows without a coefficient always last. */
export function orderRows(
  rows: readonly MetricCorrelation[],
  order: { readonly by: RowOrder; readonly reversed: boolean },
  {
    kind,
    titleOf,
  }: { readonly kind: CorrelationKind; readonly titleOf: (row: MetricCorrelation) => string },
): readonly MetricCorrelation[] {
  const { by, reversed } = order;
  const sign = reversed ? -1 : 1;
  const strongest = strongestFirst(rows, kind);
  if (by === 'name')
    return [...strongest].sort((a, b) => sign * titleOf(a).localeCompare(titleOf(b)));
  const size = (row: MetricCorrelation): number | null => {
    if (by === 'cells') return row.n;
    const within = row.within.find(({ path }) => `within ${path}` === by);
    const value = by === 'strength' ? row.coefficients[kind] : (within?.means[kind] ?? null);
    return value === null ? null : Math.abs(value);
  };
  return [...strongest].sort((a, b) => {
    const [x, y] = [size(a), size(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (y - x);
  });
}

/** Whether groups say the opposite of all cells together. */
export function isReversed(
  pooled: Coefficients,
  { means }: WithinAxis,
  kind: CorrelationKind,
): boolean {
  const [all, within] = [pooled[kind], means[kind]];
  return all !== null && within !== null && all * within < 0;
}
