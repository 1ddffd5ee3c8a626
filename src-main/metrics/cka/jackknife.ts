/** The error of a statistic of samples that come in batches. */

/**
 * Jackknife standard error: sqrt((b - 1) / b sum (value - mean)^2) of what a statistic is when each of b batches is left out.
 * @returns null for fewer than two batches, and where a value is null. Never throws.
 * Source: Efron and Stein 1981; its cover is measured in tests/laws/similarity.test.ts
 */
export function jackknifeError(without: readonly (number | null)[]): number | null {
  const values = without.filter((v) => v !== null);
  const n = values.length;
  if (n < 2 || n < without.length) return null;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  return Math.sqrt(((n - 1) / n) * values.reduce((a, v) => a + (v - mean) ** 2, 0));
}
