/** Correlation coefficients of two lists and their bootstrap intervals. */
import { kendall } from './kendall';
import { quantile } from './statistics';

export const correlationKinds = ['spearman', 'kendall', 'pearson'] as const;
export type CorrelationKind = (typeof correlationKinds)[number];

/**
 * How far two lists go together, -1 to 1.
 *
 * Definition: `pearson`, covariance over the product of the standard deviations; `spearman`, Pearson's of the ranks, ties
 * with their mean rank; `kendall`, tau-b, (concordant - discordant) / sqrt((pairs - ties in x)(pairs - ties in y)).
 * @param xs - finite, as many as `ys`
 * @returns null for fewer than three entries or a list that is constant: there is nothing to correlate
 * Never throws. Cost: n log n.
 * Source: Spearman 1904, Kendall 1945; checked against SciPy in tests/unit/domain/correlation.test.ts
 */
export function correlation(
  kind: CorrelationKind,
  xs: readonly number[],
  ys: readonly number[],
): number | null {
  if (xs.length < 3 || isConstant(xs) || isConstant(ys)) return null;
  switch (kind) {
    case 'pearson':
      return pearson(xs, ys);
    case 'spearman':
      return pearson(ranks(xs), ranks(ys));
    case 'kendall':
      return kendall(xs, ys);
    default:
      return kind satisfies never;
  }
}

export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  /** Resamples with a coefficient; the others drew a constant list. */
  readonly resamples: number;
}

export interface BootstrapOptions {
  /** Draws of n entries with replacement. */
  readonly resamples?: number;
  /** Part of the resampled coefficients inside the interval. */
  readonly level?: number;
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
}

/**
 * Percentile bootstrap interval of a coefficient over entries drawn anew with replacement.
 * @returns null where the coefficient itself, or half of the resamples, has none. Never throws.
 * Limits: too short for fewer than some ten entries; cells of a grid are neighbours, not independent draws.
 * Source: Efron 1979
 */
export function correlationInterval(
  kind: CorrelationKind,
  [xs, ys]: readonly [readonly number[], readonly number[]],
  { resamples = 1000, level = 0.95, uniform }: BootstrapOptions,
): BootstrapInterval | null {
  if (correlation(kind, xs, ys) === null) return null;
  const values: number[] = [];
  for (let draw = 0; draw < resamples; draw++) {
    const chosen = xs.map(() => Math.floor(uniform() * xs.length));
    const value = correlation(
      kind,
      chosen.map((i) => xs[i] as number),
      chosen.map((i) => ys[i] as number),
    );
    if (value !== null) values.push(value);
  }
  if (values.length < resamples / 2) return null;
  return {
    low: quantile(values, (1 - level) / 2) as number,
    high: quantile(values, (1 + level) / 2) as number,
    resamples: values.length,
  };
}

/** 1-based ranks, ties with their mean. Never throws. */
export function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let i = from; i < to; i++) result[order[i] as number] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  xs.forEach((x, i) => {
    const dx = x - mx;
    const dy = (ys[i] as number) - my;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  // Rounding may lead a little outside.
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}
