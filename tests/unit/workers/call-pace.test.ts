import { describe, expect, it } from 'vitest';
import { CallPace } from '#main/workers/call-pace';

/** Steps of the calls that train `total` steps where one takes `stepMs`. */
function calls(total: number, stepMs: number, dataBytes = 1_000): number[] {
  let now = 0;
  const pace = new CallPace(dataBytes, () => now);
  const lengths: number[] = [];
  for (let left = total; left > 0;) {
    const steps = Math.min(left, pace.begin());
    now += steps * stepMs;
    pace.end(steps);
    lengths.push(steps);
    left -= steps;
  }
  return lengths;
}

describe('CallPace', () => {
  it('gives fast steps few calls', () => {
    expect(calls(5_000, 0.02)).toEqual([1, 16, 256, 4_096, 631]);
  });

  it('gives slow steps calls of a second, and steps longer than that a call each', () => {
    expect(calls(40, 100)).toEqual([1, 10, 10, 10, 9]);
    expect(calls(7, 30_000)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('gives large data fewer calls: every one is handed all of it', () => {
    expect(calls(40, 100, 600_000_000)).toEqual([1, 16, 20, 3]);
  });
});
