/** Summaries over seeds and pairs. Sample statistics: the standard deviation divides by n - 1. */

export interface Summary {
  readonly n: number;
  /** Arithmetic mean; null for n = 0. */
  readonly mean: number | null;
  /** Sample standard deviation (n - 1); null for n < 2. */
  readonly sd: number | null;
  /** Standard error of the mean, sd / sqrt(n); null for n < 2. */
  readonly se: number | null;
  readonly median: number | null;
}

/**
 * Summarises finite values; null and non-finite entries are left out of `n`.
 * Never throws.
 */
export function summarise(values: readonly (number | null)[]): Summary {
  const xs = values.filter((v): v is number => v !== null && Number.isFinite(v));
  const n = xs.length;
  if (n === 0) return { n, mean: null, sd: null, se: null, median: null };
  const mean = xs.reduce((a, b) => a + b, 0) / n;
  const sd = n < 2 ? null : Math.sqrt(xs.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, se: sd === null ? null : sd / Math.sqrt(n), median: quantile(xs, 0.5) };
}

/**
 * Linear-interpolation quantile (type 7, as in R and NumPy) of unsorted values.
 * @param q - in 0..1
 * @returns null for no values
 */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (position - low);
}
