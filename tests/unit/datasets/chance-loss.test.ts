import { describe, expect, it } from 'vitest';
import { chanceLoss } from '#main/datasets/chance-loss';
import { exactStatistics } from '../../tolerances';

describe('chanceLoss', () => {
  it('is the logarithm of the number of classes where all are as frequent', () => {
    const error = chanceLoss(Int32Array.of(0, 1, 2, 3)) - Math.log(4);
    expect(Math.abs(error)).toBeLessThan(exactStatistics);
  });

  it('is the least cross-entropy of a constant prediction: that of the class frequencies', () => {
    const labels = Int32Array.of(0, 0, 0, 1);
    const lossOf = (p: number) => -(3 * Math.log(1 - p) + Math.log(p)) / 4;
    const best = Math.min(...Array.from({ length: 999 }, (_, i) => lossOf((i + 1) / 1000)));
    expect(Math.abs(chanceLoss(labels) - best)).toBeLessThan(exactStatistics);
  });

  it('is 0 where there is one class, or none', () => {
    expect(Math.abs(chanceLoss(Int32Array.of(5, 5)))).toBe(0);
    expect(chanceLoss(new Int32Array())).toBe(0);
  });
});
