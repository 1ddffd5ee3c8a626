/** The barrier of values along a line between two models. */

export interface Barrier {
  /** Largest value minus the straight line between those of the ends; at least 0. */
  readonly height: number;
  /** The first alpha where it is reached. */
  readonly alpha: number;
  /**
   * How far finer sampling may move it: half of the larger step from there to a neighbouring point; 0 where an end decides. A
   * resolution, not a standard error.
   */
  readonly resolution: number;
}

/**
 * max over alpha of v(alpha) - ((1 - alpha) v(0) + alpha v(1)).
 * @param alphas - ascending, from 0 to 1
 * @param values - one per alpha
 * @returns null where one has no value: whatever is missing may be the largest
 * Source: Frankle et al. 2020 (its error barrier against the mean), Ainsworth et al. 2023; checked in
 * tests/reference/connectivity.test.ts and matching.test.ts. Never throws.
 */
export function barrierOf(
  alphas: readonly number[],
  values: readonly (number | null)[],
): Barrier | null {
  const known = values.filter((value) => value !== null);
  if (known.length < alphas.length) return null;
  const [first, last] = [known[0] as number, known.at(-1) as number];
  const excesses = known.map((value, i) => {
    const alpha = alphas[i] as number;
    return value - ((1 - alpha) * first + alpha * last);
  });
  const height = Math.max(...excesses);
  const at = excesses.indexOf(height);
  const [before, after] = [excesses[at - 1], excesses[at + 1]];
  const resolution =
    before === undefined || after === undefined ? 0 : (height - Math.min(before, after)) / 2;
  return { height, alpha: alphas[at] as number, resolution };
}
