/** Why numbers of a cell are missing, in words for people. */
import type { CellMetric } from './results';

/** What is written of a value that is neither there nor refused with a reason. */
const notYet = 'not measured yet';

/** Whether a metric has a number: from one value or more, or imported with a count that nobody knows. Never throws. */
export function hasNumber(metric: Pick<CellMetric, 'n'> | undefined): boolean {
  return metric !== undefined && metric.n !== 0;
}

/**
 * Why values of a metric are missing: each reason once, with their number where others are there.
 * @returns null when every value is there. Never throws.
 */
export function whyMissing(metric: CellMetric | undefined): string | null {
  if (metric === undefined) return notYet;
  // Of an imported mean the single values are not known.
  if (metric.values.length === 0) return hasNumber(metric) ? null : notYet;
  const reasons = metric.values.flatMap((value, i) =>
    value !== null && Number.isFinite(value) ? [] : [metric.reasons[i] ?? notYet],
  );
  if (reasons.length === 0) return null;
  const why = [...new Set(reasons)].join('; ');
  return reasons.length === metric.values.length
    ? why
    : `${reasons.length} of ${metric.values.length} missing: ${why}`;
}
