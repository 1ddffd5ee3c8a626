import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDigits,
  formatDuration,
  formatFixed,
  formatNumber,
  formatRange,
  formatShortTime,
  formatWithError,
  rangeTexts,
  tickDigits,
} from '#renderer/charts/number-format';

describe('rangeTexts', () => {
  it('takes as many digits as tell the ends apart', () => {
    expect(rangeTexts([-2.4674, -2.4612], 2)).toEqual(['−2.47', '−2.46']);
    expect(rangeTexts([0.1, 2], 2)).toEqual(['0.1', '2']);
    expect(rangeTexts([1, 1], 2)).toEqual(['1', '1']);
    expect(rangeTexts([1, 1 + 1e-12], 2)).toEqual(['1', '1']);
  });
});

describe('tickDigits', () => {
  it('tells neighbouring ticks apart, and writes no more than two digits where these do', () => {
    const digits = tickDigits([-2.465, -2.41]);
    const ticks = [-2.46, -2.45, -2.44, -2.43, -2.42].map((tick) => formatNumber(tick, digits));
    expect(new Set(ticks).size).toBe(ticks.length);
    expect([tickDigits([0, 8]), tickDigits([0, 0.5]), tickDigits([]), tickDigits([3, 3])]).toEqual([
      2, 2, 2, 2,
    ]);
  });
});

describe('formatNumber', () => {
  it('has three significant digits, a real minus sign, and a dash for nothing', () => {
    expect([0.012345, 1234.5, -2.5, 0, 1e-7, 2.5e9].map((x) => formatNumber(x))).toEqual([
      '0.0123',
      '1230',
      '−2.5',
      '0',
      '1e-7',
      '2.5e9',
    ]);
    expect([null, undefined, NaN, Infinity].map((x) => formatNumber(x))).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
  });
});

describe('formatWithError', () => {
  it('shows both with as many decimals as the error needs', () => {
    expect(formatWithError(0.89168, 0.00701)).toBe('0.8917 ± 0.0070');
    expect(formatWithError(61.34, 6.92)).toBe('61.3 ± 6.9');
    expect(formatWithError(426.2, 17)).toBe('426 ± 17');
    expect(formatWithError(-0.0878, 0.0262)).toBe('−0.088 ± 0.026');
  });
  it('shows no error where there is none or where no digit shows it', () => {
    expect(formatWithError(0.5, null)).toBe('0.5');
    expect(formatWithError(0.110121054, 4.2e-6)).toBe('0.1101211 ± 0.0000042');
    expect(formatWithError(9.79e-7, 1.1e-8)).toBe('9.79e-7 ± 1.1e-8');
    expect(formatWithError(3.5219, 1.2e-17)).toBe('3.5219');
    expect(formatWithError(null, 0.1)).toBe('–');
  });
});

describe('formatDigits and formatFixed', () => {
  it('keep trailing zeros, so that columns line up', () => {
    expect([0.2, 1.3, 12345].map((x) => formatDigits(x))).toEqual(['0.200', '1.30', '12345']);
    expect(formatFixed(1, 2)).toBe('1.00');
  });

  it('write no power of ten where rounding needs one digit more', () => {
    expect([999.4, 999.5, -999.96, 9.996].map((x) => formatDigits(x))).toEqual([
      '999',
      '1000',
      '−1000',
      '10.0',
    ]);
    expect([99_999.7, 99_999.4].map((x) => formatDigits(x, 5))).toEqual(['100000', '99999']);
    for (let exponent = -4; exponent < 6; exponent += 0.001)
      expect(formatDigits(10 ** exponent)).toMatch(/^[\d.]+$/);
  });
});

describe('times and sizes', () => {
  it('change the unit where rounding reaches the next one', () => {
    expect([999.4, 999.6, 59_940, 59_960].map((ms) => formatShortTime(ms))).toEqual([
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1:00',
    ]);
  });

  it('are written in the unit that fits', () => {
    expect([0, 32_000, 65_000, 7_000_000].map((ms) => formatDuration(ms))).toEqual([
      '0:00',
      '0:32',
      '1:05',
      '1:56:40',
    ]);
    expect([840, 3210, 65_000].map((ms) => formatShortTime(ms))).toEqual([
      '840 ms',
      '3.2 s',
      '1:05',
    ]);
    expect([12, 9_160_000, 4.3e9].map((b) => formatBytes(b))).toEqual(['12 B', '9.2 MB', '4.3 GB']);
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatDuration(null)).toBe('–');
  });
});

describe('formatRange', () => {
  it('names both ends of counts that differ, one where they are equal, and a dash for none', () => {
    expect(formatRange([1674, 23946, 5770])).toBe('1,674 to 23,946');
    expect(formatRange([7, 7])).toBe('7');
    expect([formatRange([]), formatRange([NaN, 3])]).toEqual(['–', '–']);
  });
});
