/** How far values along a path are from falling. */

/**
 * The largest rise: max over i < j of max(0, v_j - v_i), the smallest Delta for which the path is Delta-monotone. A rise that starts on
 * the last step counts.
 * @returns 0 for values that never rise, and for fewer than two
 * Source: Lucas et al. 2021; checked in tests/reference/connectivity.test.ts. Never throws.
 */
export function largestRise(values: readonly number[]): number {
  let lowest = Infinity;
  let rise = 0;
  for (const value of values) {
    lowest = Math.min(lowest, value);
    rise = Math.max(rise, value - lowest);
  }
  return rise;
}
