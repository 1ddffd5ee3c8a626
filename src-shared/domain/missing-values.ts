/** What numbers of a cell are missing and why, in words for people. */
import type { CellMetric, MissingValues } from './results';

/** What is written of a value that is neither there nor refused with a reason. */
const notYet = 'not measured yet';

/** Whether a metric has a number: from one value or more, or imported with a count that nobody knows. Never throws. */
export function hasNumber(metric: Pick<CellMetric, 'n'> | undefined): boolean {
  return metric !== undefined && metric.n !== 0;
}

/**
 * Counts the values that are not finite numbers.
 * @param reasons - why each value is null; null where it is not, or is not there yet
 * @returns undefined when every value is there. Never throws.
 */
export function missingOf(
  values: readonly (number | null)[],
  reasons: readonly (string | null)[],
): MissingValues | undefined {
  const why = values.flatMap((value, i) =>
    value !== null && Number.isFinite(value) ? [] : [reasons[i] ?? null],
  );
  if (why.length === 0 && values.length > 0) return undefined;
  const known = why.filter((reason) => reason !== null);
  return {
    count: why.length,
    of: values.length,
    awaited: why.length - known.length,
    reasons: [...new Set(known)],
  };
}

/**
 * Why values of a metric are missing: each reason once, with their number where others are there.
 * @returns null when every value is there. Never throws.
 */
export function whyMissing(metric: Pick<CellMetric, 'missing'> | undefined): string | null {
  if (metric === undefined) return notYet;
  const { missing } = metric;
  if (missing === undefined) return null;
  const { awaited, count, of, reasons } = missing;
  const why = [...reasons, ...(awaited > 0 || count === 0 ? [notYet] : [])].join('; ');
  return count === of ? why : `${count} of ${of} missing: ${why}`;
}
