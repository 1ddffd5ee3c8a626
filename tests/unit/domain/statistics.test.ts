import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairStandardError, quantile, summarise } from '#shared/domain/statistics';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('summarise', () => {
  it('divides by n - 1', () => {
    expect(summarise([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ n: 8, mean: 5, median: 4.5 });
    expect(summarise([2, 4, 4, 4, 5, 5, 7, 9]).sd).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(summarise([1, 3]).se).toBeCloseTo(1, 12);
  });

  it('leaves out null and numbers that are not finite, and counts what is left', () => {
    expect(summarise([null, 3, Number.NaN, Infinity])).toEqual({
      n: 1,
      mean: 3,
      sd: null,
      se: null,
      lowerQuartile: 3,
      median: 3,
      upperQuartile: 3,
    });
    expect(summarise([])).toEqual({
      ...{ n: 0, mean: null, sd: null, se: null },
      ...{ lowerQuartile: null, median: null, upperQuartile: null },
    });
  });

  it('follows a shift and a scale', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 20 }), finite, (values, shift) => {
        const plain = summarise(values);
        const moved = summarise(values.map((v) => 2 * v + shift));
        expect(moved.mean).toBeCloseTo(2 * (plain.mean ?? 0) + shift, 5);
        expect(moved.sd).toBeCloseTo(2 * (plain.sd ?? 0), 4);
      }),
    );
  });
});

describe('quantile', () => {
  it('has the quartiles that NumPy has', () => {
    // numpy 2.4: np.quantile(values, [0.25, 0.5, 0.75]), with the first value and without it.
    const values = [1, 2, 4.5, 4.75, 4, 5, 5.5, 7.3, 9, 10.5];
    const quartiles = (of: readonly number[]) => {
      const { lowerQuartile, median, upperQuartile } = summarise(of);
      return [lowerQuartile, median, upperQuartile].map((q) => Number(q?.toFixed(12)));
    };
    expect(quartiles(values)).toEqual([4.125, 4.875, 6.85]);
    expect(quartiles(values.slice(1))).toEqual([4.5, 5.0, 7.3]);
  });

  it('interpolates as R type 7 and does not need sorted values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('rises with q, from the least value to the greatest', () => {
    const q = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), q, q, (values, a, b) => {
        const at = (x: number) => quantile(values, x) ?? Number.NaN;
        expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)) + 1e-9);
        expect(at(0) === Math.min(...values)).toBe(true);
        expect(at(1) === Math.max(...values)).toBe(true);
      }),
    );
  });
});

describe('pairStandardError', () => {
  const allPairs = (n: number) =>
    Array.from({ length: n }, (_, a) =>
      Array.from({ length: n - a - 1 }, (_, i) => [a, a + 1 + i] as const),
    ).flat();

  it('is the jackknife over seeds of the mean over pairs, by hand', () => {
    const pairs = [
      { seeds: [0, 1] as const, value: 1 },
      { seeds: [0, 2] as const, value: 4 },
      { seeds: [1, 2] as const, value: 7 },
    ];
    // Leaving a seed out leaves one pair: 7, 4, 1 around 4.
    expect(pairStandardError(pairs)).toBeCloseTo(Math.sqrt((2 / 3) * 18), 12);
  });

  it('is twice the error of the mean of seed effects when a pair is the sum of its seeds', () => {
    const effects = [0.3, -1.2, 2.5, 0.9, -0.4];
    const pairs = allPairs(5).map(([a, b]) => ({
      seeds: [a, b] as const,
      value: (effects[a] as number) + (effects[b] as number),
    }));
    // The mean over pairs is then twice the mean over seeds.
    expect(pairStandardError(pairs)).toBeCloseTo(2 * (summarise(effects).se as number), 12);
  });

  it('is unknown for two seeds, for a single pair, and where leaving a seed out leaves nothing', () => {
    expect(pairStandardError([{ seeds: [0, 1], value: 1 }])).toBeNull();
    expect(
      pairStandardError([
        { seeds: [0, 1], value: 1 },
        { seeds: [0, 2], value: 2 },
      ]),
    ).toBeNull();
    expect(pairStandardError([])).toBeNull();
  });

  it('leaves out pairs without a value', () => {
    const some = allPairs(4).map(([a, b], i) => ({ seeds: [a, b] as const, value: i * i }));
    expect(pairStandardError([...some, { seeds: [0, 4], value: null }])).toBe(
      pairStandardError(some),
    );
  });
});
