/** A difference in words. */
import { formatWithError } from '../../charts/number-format';
import type { ComparedNumber } from './numbers-table';

/** `+0.012 ± 0.004`; `equal` for none. */
export function differenceText({
  difference,
  differenceError,
}: Pick<ComparedNumber, 'difference' | 'differenceError'>): string {
  if (difference === null) return '';
  if (difference === 0) return 'equal';
  return `${difference > 0 ? '+' : ''}${formatWithError(difference, differenceError)}`;
}
