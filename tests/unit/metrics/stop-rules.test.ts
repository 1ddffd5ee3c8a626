import { describe, expect, it } from 'vitest';
import { StopWatch } from '#main/metrics/training/stop-rules';
import { stopSchema } from '#shared/domain/spec';

/** The epoch after which training is over for given losses and accuracies; null when it goes on. */
function endOf(
  rule: object,
  rows: readonly { trainLoss?: number | null; testLoss?: number | null; trainAccuracy?: number }[],
): number | null {
  const watch = new StopWatch(stopSchema.parse(rule));
  for (const [epoch, row] of rows.entries()) {
    const scores = { trainAccuracy: 0.5, testAccuracy: 0.5 };
    const errors = { trainRelativeError: null, testRelativeError: null };
    const full = { trainLoss: 1, testLoss: 1, ...scores, ...errors, ...row };
    if (watch.isOver({ epoch, learningRate: 0.1, ...full })) return epoch;
  }
  return null;
}

const losses = (values: readonly (number | null)[]) => values.map((trainLoss) => ({ trainLoss }));

describe('StopWatch', () => {
  it('goes on without a rule', () => {
    expect(endOf({ name: 'none' }, losses([1, 0, 0, 0]))).toBeNull();
  });

  it('ends at zero training error', () => {
    const rows = [0.5, 0.999, 1, 1].map((trainAccuracy) => ({ trainAccuracy }));
    expect(endOf({ name: 'zero-training-error' }, rows)).toBe(2);
  });

  it('ends at a train loss, that value included', () => {
    expect(endOf({ name: 'train-loss', below: 0.1 }, losses([1, 0.2, 0.1, 0]))).toBe(2);
  });

  it('ends when the train loss has not fallen by the tolerance for long enough', () => {
    const rule = { name: 'loss-plateau', patience: 2, tolerance: 0.1 };
    // 0.95 and 0.91 are within 10% of 1; 0.89 is not.
    expect(endOf(rule, losses([1, 0.95, 0.89, 0.85, 0.84, 0]))).toBe(4);
    expect(endOf(rule, losses([1, 0.95, 0.91]))).toBe(2);
  });

  it('takes the tolerance from the size of an energy below 0', () => {
    const rule = { name: 'loss-plateau', patience: 2, tolerance: 0.1 };
    // -2.1 and -2.2 are within 10% of -2; -2.3 is not.
    expect(endOf(rule, losses([-2, -2.1, -2.3, -2.3, -2.4]))).toBe(4);
    expect(endOf(rule, losses([-2, -2.1, -2.2]))).toBe(2);
    expect(endOf(rule, losses([1, -1, -1.2, -1.4, -1.6]))).toBeNull();
  });

  it('ends early by the test loss', () => {
    const rows = [1, 0.8, 0.9, 0.7, 0.7, 0.9, 0.1].map((testLoss) => ({ testLoss }));
    expect(endOf({ name: 'early-stop', patience: 2 }, rows)).toBe(5);
  });
});
