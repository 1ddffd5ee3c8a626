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
 * @param values - one per alpha; null ones are left out
 * @returns null where an end has no value
 * Source: Frankle et al. 2020 (its error barrier against the mean), Ainsworth et al. 2023; checked in
 * tests/reference/connectivity.test.ts and matching.test.ts. Never throws.
 */
export function barrierOf(
  alphas: readonly number[],
  values: readonly (number | null)[],
): Barrier | null {
  const [first, last] = [values[0] ?? null, values.at(-1) ?? null];
  if (first === null || last === null) return null;
  const known = alphas.flatMap((alpha, i) => {
    const value = values[i] ?? null;
    return value === null ? [] : [{ alpha, excess: value - ((1 - alpha) * first + alpha * last) }];
  });
  const height = Math.max(...known.map(({ excess }) => excess));
  const at = known.findIndex(({ excess }) => excess === height);
  const steps = [known[at - 1], known[at + 1]].map((point) =>
    point === undefined ? null : height - point.excess,
  );
  const [before, after] = steps as [number | null, number | null];
  const resolution = before === null || after === null ? 0 : Math.max(before, after) / 2;
  return { height, alpha: (known[at] as { alpha: number }).alpha, resolution };
}
