import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  linearValues,
  logarithmicValues,
  powersOfTwo,
  wholeValues,
} from '#shared/domain/axis-values';

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const count = fc.integer({ min: 2, max: 50 });

describe('linearValues', () => {
  it('has even steps without rounding noise', () => {
    expect(linearValues(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linearValues(0, 0.3, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearValues(7, 9, 1)).toEqual([7]);
  });
});

describe('logarithmicValues', () => {
  it('has even ratios and hits both ends exactly', () => {
    expect(logarithmicValues(0.001, 1, 4)).toEqual([0.001, 0.01, 0.1, 1]);
    fc.assert(
      fc.property(positive, positive, count, (first, last, n) => {
        const values = logarithmicValues(first, last, n);
        expect(values).toHaveLength(n);
        expect([values[0], values.at(-1)]).toEqual([first, last]);
        const step = Math.log(last / first) / (n - 1);
        for (const [i, value] of values.entries())
          expect(Math.log(value / first)).toBeCloseTo(step * i, 9);
      }),
    );
  });
});

describe('powersOfTwo', () => {
  it('lists the powers inside the interval, ends included', () => {
    expect(powersOfTwo(4, 64)).toEqual([4, 8, 16, 32, 64]);
    expect(powersOfTwo(5, 7)).toEqual([]);
    expect(powersOfTwo(0.25, 1)).toEqual([0.25, 0.5, 1]);
  });
});

describe('wholeValues', () => {
  it('rounds and drops repeats', () => {
    expect(wholeValues([1, 1.4, 1.6, 2.2, 4])).toEqual([1, 2, 4]);
  });
});
