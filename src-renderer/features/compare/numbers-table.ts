/** The numbers of what is compared, side by side: each with its error, its difference to the first, and which is best. Pure. */
import { metricDefinitions } from '#shared/domain/metric-registry';
import { whyMissing } from '#shared/domain/missing-values';
import { hasProblemResults, scalarIn } from '#shared/domain/problem-scalars';
import { scalarDefinitions } from '#shared/domain/scalars';
import type { Compared } from './compared';

export interface ComparedNumber {
  readonly value: number | null;
  /** Standard error of a cell's mean, estimation error of a run's number; null where it is not known, or 0 for an exact one. */
  readonly error: number | null;
  /** Why there is none. */
  readonly reason: string | null;
  /** To the first subject that is compared; null of that one, and where one of them has no value. */
  readonly difference: number | null;
  /** Both errors together, as those of independent numbers; null where one is not known. */
  readonly differenceError: number | null;
  readonly isBest: boolean;
}

export interface NumberRow {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly definition: string;
  readonly numbers: readonly ComparedNumber[];
}

export interface NumberGroup {
  readonly title: string;
  readonly rows: readonly NumberRow[];
}

/** Scalars of which everybody knows what is better. A sharp or distant model is not a worse one by itself. */
const better: Readonly<Record<string, 'larger' | 'smaller'>> = {
  trainAccuracy: 'larger',
  testAccuracy: 'larger',
  trainLoss: 'smaller',
  testLoss: 'smaller',
  trainRelativeError: 'smaller',
  testRelativeError: 'smaller',
};

/** Groups of the scalars that some subject has a value of, in the order of the registry. Never throws. */
export function numbersTable(compared: readonly Compared[]): readonly NumberGroup[] {
  const isOfProblems = hasProblemResults(compared.map(({ cell }) => cell));
  const rows = scalarDefinitions.flatMap(({ name, metric }) => {
    const plain = compared.map((one) => numberOf(one, name));
    if (plain.every(({ value }) => value === null)) return [];
    const scalar = scalarIn(name, isOfProblems);
    const { title = name, unit = '', definition = '' } = scalar ?? {};
    return [
      { metric, row: { name, title, unit, definition, numbers: withDifferences(name, plain) } },
    ];
  });
  return [...Map.groupBy(rows, ({ metric }) => metric)].map(([metric, own]) => ({
    title: metricDefinitions.find(({ name }) => name === metric)?.title ?? 'Training',
    rows: own.map(({ row }) => row),
  }));
}

type PlainNumber = Pick<ComparedNumber, 'value' | 'error' | 'reason'>;

const nothing: PlainNumber = { value: null, error: null, reason: null };

/** Of a cell the mean with its standard error, of a run its own number with the error of its estimate. */
function numberOf({ subject, cell, tasks }: Compared, name: string): PlainNumber {
  if (subject.seed === null) {
    const metric = cell.metrics[name];
    if (!metric) return nothing;
    return { value: metric.mean, error: metric.se, reason: whyMissing(metric) };
  }
  const found = tasks
    .flatMap(({ measurements }) => measurements)
    .find((m) => m.kind === 'scalar' && m.name === name && m.subject.kind === 'run');
  if (found?.kind !== 'scalar') return nothing;
  // A number without an error and without a word about it is exact.
  const isExact = found.error === null && found.errorOver === undefined;
  return {
    value: found.value,
    error: isExact ? 0 : found.error,
    reason: found.reason ?? null,
  };
}

function withDifferences(name: string, plain: readonly PlainNumber[]): readonly ComparedNumber[] {
  const [first = nothing] = plain;
  const direction = better[name];
  const known = plain.flatMap(({ value }) => (value === null ? [] : [value]));
  const best = direction === 'larger' ? Math.max(...known) : Math.min(...known);
  const isToldApart = known.length > 1 && known.some((value) => value !== best);
  return plain.map((one, i): ComparedNumber => {
    const difference = i === 0 ? null : combined(one.value, first.value, (a, b) => a - b);
    const error = combined(one.error, first.error, Math.hypot);
    return {
      ...one,
      difference,
      differenceError: difference === null ? null : error,
      isBest: direction !== undefined && isToldApart && one.value === best,
    };
  });
}

/** Null where one of two numbers is not known. */
function combined(
  a: number | null,
  b: number | null,
  of: (a: number, b: number) => number,
): number | null {
  return a === null || b === null ? null : of(a, b);
}
