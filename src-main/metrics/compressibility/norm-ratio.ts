/** How few numbers a vector rests on. */

/**
 * ||w||_1 / ||w||_2: sqrt(k) for k equal numbers beside zeros, from 1 to sqrt(n) for n numbers.
 * @returns null for a vector of zeros, or one that is not finite. Never throws.
 * Source: Hoyer 2004; checked in tests/reference/weight-norms.test.ts
 */
export function normRatio(w: ArrayLike<number>): number | null {
  let absolute = 0;
  let squares = 0;
  for (let i = 0; i < w.length; i++) {
    const value = w[i] as number;
    absolute += Math.abs(value);
    squares += value * value;
  }
  const ratio = absolute / Math.sqrt(squares);
  return Number.isFinite(ratio) ? ratio : null;
}
