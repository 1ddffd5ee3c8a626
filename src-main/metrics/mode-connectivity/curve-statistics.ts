/** Statistics of values along a curve. */

export interface CurveStatistics {
  /** Mean of the two ends. */
  readonly mid: number;
  /** First t with the largest |value - mid|, ends included. */
  readonly tStar: number;
  /** mid - value(tStar): negative for a barrier. */
  readonly connectivity: number;
  /** Largest value - mid. */
  readonly barrier: number;
  /** mid - smallest value. */
  readonly gain: number;
}

/**
 * Mode connectivity, barrier and gain of values along a curve.
 * @param ts - ascending, from 0 to 1
 * @param values - error in percent or loss in nats, one per t
 * Source: Yang et al. 2021; checked in tests/reference/connectivity.test.ts. Never throws.
 */
export function curveStatistics(ts: readonly number[], values: readonly number[]): CurveStatistics {
  const mid = ((values[0] as number) + (values.at(-1) as number)) / 2;
  const star = mostDeviating(values);
  return {
    mid,
    tStar: ts[star] as number,
    connectivity: mid - (values[star] as number),
    barrier: Math.max(...values) - mid,
    gain: mid - Math.min(...values),
  };
}

/**
 * Place of the first value with the largest |value - mid|, ends included. Both ends deviate alike, so nothing else does as much or more
 * unless it lies beyond both: how far beyond is compared, and a tie is one whatever the rounding of mid.
 */
function mostDeviating(values: readonly number[]): number {
  const [first, last] = [values[0] as number, values.at(-1) as number];
  const [low, high] = [Math.min(first, last), Math.max(first, last)];
  const beyond = values.map((v) => Math.max(v - high, low - v));
  return beyond.indexOf(Math.max(...beyond));
}

/**
 * How far finer sampling may move each statistic: half of the larger step from its deciding value to a neighbouring one.
 * A resolution, not a standard error. The ends are exact, so a statistic that an end decides has 0 unless a neighbour
 * lies beyond it.
 */
export function curveResolution(values: readonly number[]): Omit<CurveStatistics, 'mid' | 'tStar'> {
  const at = (index: number) => {
    const steps = [values[index - 1], values[index + 1]].flatMap((v) =>
      v === undefined ? [] : [Math.abs(v - (values[index] as number))],
    );
    return Math.max(...steps) / 2;
  };
  return {
    connectivity: at(mostDeviating(values)),
    barrier: at(values.indexOf(Math.max(...values))),
    gain: at(values.indexOf(Math.min(...values))),
  };
}

/**
 * New points around the largest and the smallest value: thirds of the neighbouring intervals, inside [0, 1].
 * @returns eight ts, repeated ones and ends included, so that the count is always the same
 */
export function refinementPoints(ts: readonly number[], values: readonly number[]): number[] {
  return [Math.max(...values), Math.min(...values)].flatMap((extreme) => {
    const at = values.indexOf(extreme);
    const t = ts[at] as number;
    const before = ts[at - 1] ?? t;
    const after = ts[at + 1] ?? t;
    return [
      t - (2 * (t - before)) / 3,
      t - (t - before) / 3,
      t + (after - t) / 3,
      t + (2 * (after - t)) / 3,
    ];
  });
}
