/** Summaries over seeds and pairs. Sample statistics: the standard deviation divides by n - 1. */

export interface Summary {
  readonly n: number;
  /** Arithmetic mean; null for n = 0. */
  readonly mean: number | null;
  /** Sample standard deviation (n - 1); null for n < 2. */
  readonly sd: number | null;
  /** Standard error of the mean, sd / sqrt(n); null for n < 2. */
  readonly se: number | null;
  /** Quantiles 1/4, 1/2 and 3/4 as `quantile` defines them; null for n = 0. */
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
}

/**
 * Summarises finite values; null and non-finite entries are left out of `n`.
 * Never throws.
 */
export function summarise(values: readonly (number | null)[]): Summary {
  const xs = values.filter((v): v is number => v !== null && Number.isFinite(v));
  const n = xs.length;
  if (n === 0) return { n, mean: null, sd: null, se: null, ...quartilesOf(xs) };
  const mean = xs.reduce((a, b) => a + b, 0) / n;
  const sd = n < 2 ? null : Math.sqrt(xs.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, se: sd === null ? null : sd / Math.sqrt(n), ...quartilesOf(xs) };
}

function quartilesOf(
  xs: readonly number[],
): Pick<Summary, 'lowerQuartile' | 'median' | 'upperQuartile'> {
  return {
    lowerQuartile: quantile(xs, 0.25),
    median: quantile(xs, 0.5),
    upperQuartile: quantile(xs, 0.75),
  };
}

/**
 * Standard error over seeds of the mean of values of pairs of seeds, by the jackknife: each seed is left out once with all its
 * pairs. Values that share a seed are not independent, so sd / sqrt(n) would be too small; this errs to the large side.
 * @returns null where leaving out some seed leaves no pair (fewer than three seeds, or a single pair). Never throws.
 * Source: Efron and Stein 1981; checked in tests/unit/domain/statistics.test.ts
 */
export function pairStandardError(
  pairs: readonly { readonly seeds: readonly [number, number]; readonly value: number | null }[],
): number | null {
  const known = pairs.flatMap(({ seeds, value }) =>
    value !== null && Number.isFinite(value) ? [{ seeds, value }] : [],
  );
  const seeds = [...new Set(known.flatMap((pair) => pair.seeds))];
  const means: number[] = [];
  for (const seed of seeds) {
    const rest = known.filter((pair) => !pair.seeds.includes(seed));
    if (rest.length === 0) return null;
    means.push(rest.reduce((total, { value }) => total + value, 0) / rest.length);
  }
  if (seeds.length < 3) return null;
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  const squares = means.reduce((total, x) => total + (x - mean) ** 2, 0);
  return Math.sqrt(((seeds.length - 1) / seeds.length) * squares);
}

/**
 * Linear-interpolation quantile of unsorted values: type 7 of Hyndman and Fan 1996, the default of R and NumPy.
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
