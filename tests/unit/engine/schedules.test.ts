import { describe, expect, it } from 'vitest';
import { scheduleFactor, type Schedule } from '#main/engine/schedules';

const perEpoch = 4;
const factors = (schedule: Schedule, epochs: number) => {
  const total = epochs * perEpoch;
  return Array.from({ length: total }, (_, step) =>
    scheduleFactor(schedule, step, { total, perEpoch }),
  );
};

describe('scheduleFactor', () => {
  it('falls linearly towards the last part, which the step after the end would have', () => {
    const found = factors({ name: 'linear', finalFactor: 0.2 }, 2);
    found.forEach((factor, i) => {
      expect(factor).toBeCloseTo(1 - 0.1 * i, 12);
    });
  });

  it('warms up to the full rate at the end of the given epochs, then is a cosine of the rest', () => {
    const found = factors({ name: 'warm-up', epochs: 1, finalFactor: 0 }, 3);
    expect(found.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    const rest = factors({ name: 'cosine', finalFactor: 0 }, 2);
    expect(found.slice(perEpoch)).toEqual(rest);
    expect(rest[4]).toBeCloseTo(0.5, 12);
  });

  it('warms up as slowly in a training that ends before: its rates are those of a longer one', () => {
    const schedule: Schedule = { name: 'warm-up', epochs: 5, finalFactor: 0 };
    expect(factors(schedule, 3)).toEqual(factors(schedule, 8).slice(0, 3 * perEpoch));
    expect(factors(schedule, 3).at(-1)).toBeCloseTo(0.6, 12);
  });
});
