/** How rough lines through a landscape are: total variation, and its spread over directions. */

/** sum_k |f(k + 1) - f(k)|, in the values' unit. Never throws. */
export function totalVariation(values: readonly number[]): number {
  let total = 0;
  for (let k = 1; k < values.length; k++)
    total += Math.abs((values[k] as number) - (values[k - 1] as number));
  return total;
}

/**
 * Total variation over the range max f - min f: 1 for a monotone line, 2 for one valley, 6 for three periods of a cosine.
 * @returns null for a constant line. Never throws.
 * Checked in tests/reference/trajectory.test.ts
 */
export function variationOverRange(values: readonly number[]): number | null {
  const range =
    values.reduce((most, value) => Math.max(most, value), -Infinity) -
    values.reduce((least, value) => Math.min(least, value), Infinity);
  return range > 0 ? totalVariation(values) / range : null;
}

export interface RoughnessIndex {
  /** Sample standard deviation of the total variations over their mean. */
  readonly index: number;
  /** Jackknife standard error over the directions; null with fewer than three. */
  readonly error: number | null;
  /** Mean of the total variations, and its standard error. */
  readonly mean: number;
  readonly meanError: number;
}

/**
 * The roughness index of total variations T_j of several directions: std(T) / mean(T), sample standard deviation.
 *
 * @param variations - one a direction, normalised alike; a common factor does not matter
 * @returns null for fewer than two directions and where the mean is 0. Never throws.
 * Source: Wu, Jian, Du, Chen and Zhou 2023; error: Efron and Stein 1981. Checked in tests/reference/trajectory.test.ts
 */
export function roughnessIndex(variations: readonly number[]): RoughnessIndex | null {
  const count = variations.length;
  const whole = spreadOf(variations);
  if (count < 2 || !(whole.mean > 0)) return null;
  return {
    index: whole.deviation / whole.mean,
    error: count < 3 ? null : jackknifeError(variations),
    mean: whole.mean,
    meanError: whole.deviation / Math.sqrt(count),
  };
}

function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** sqrt((n - 1)/n sum (index without j - their mean)^2). */
function jackknifeError(variations: readonly number[]): number {
  const without = variations.map((_, j) => {
    const { mean, deviation } = spreadOf(variations.filter((__, i) => i !== j));
    return deviation / mean;
  });
  const { deviation } = spreadOf(without);
  return ((without.length - 1) / Math.sqrt(without.length)) * deviation;
}
