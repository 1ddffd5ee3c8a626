/** The rate of trainings whose true rate is known, told by reports as workers make them. */
import { describe, expect, it } from 'vitest';
import { Throughput } from '#main/experiments/throughput';

/** A clock and the throughput that reads it. */
function clocked() {
  const clock = { ms: 0 };
  return { clock, throughput: new Throughput(() => clock.ms) };
}

describe('Throughput', () => {
  it('does not count the steps that a training had when it was taken up', () => {
    const { clock, throughput } = clocked();
    throughput.count('a', 5_000, { isFinished: false, taken: 5_000 });
    expect(throughput.perSecond()).toBeNull();
    clock.ms += 1_000;
    throughput.count('a', 5_010, { isFinished: false, taken: 5_000 });
    clock.ms += 1_000;
    throughput.count('a', 5_020, { isFinished: false, taken: 5_000 });
    expect(throughput.perSecond()).toBe(10);
  });

  it('tells the rate of a steady training at any time between its reports, from the first on', () => {
    const { clock, throughput } = clocked();
    const rate = 120;
    throughput.begin(['a', 'b', 'c'], 'training');
    const told: (number | null)[] = [];
    for (clock.ms = 100; clock.ms <= 30_000; clock.ms += 100) {
      // Three seeds in one program report together, a little over once a second.
      if (clock.ms % 1_100 === 0)
        for (const seed of ['a', 'b', 'c'])
          throughput.count(seed, (rate / 3) * (clock.ms / 1000), { isFinished: false });
      told.push(throughput.perSecond());
    }
    expect(told.slice(0, 10)).toEqual(Array(10).fill(null));
    for (const said of told.slice(10)) expect(said).toBeCloseTo(rate, 6);
  });

  it('has the mean of trainings that begin, report and end at times of their own', () => {
    const { clock, throughput } = clocked();
    // Two workers with trainings of 90 steps that take 0.9 s each, one of them half a training later; told at their end alone.
    const told: number[] = [];
    for (clock.ms = 0; clock.ms <= 60_000; clock.ms += 10) {
      for (const [worker, delay] of [
        [1, 0],
        [2, 450],
      ] as const) {
        const since = clock.ms - delay;
        if (since < 0 || since % 900 !== 0) continue;
        if (since > 0) throughput.count(`${worker}.${since - 900}`, 90, { isFinished: true });
        throughput.begin([`${worker}.${since}`], 'training');
      }
      if (clock.ms > 10_000) told.push(throughput.perSecond() ?? 0);
    }
    const mean = told.reduce((sum, said) => sum + said, 0) / told.length;
    expect(mean).toBeCloseTo(200, 1);
  });

  it('does not take measurements for trainings that go on', () => {
    const { clock, throughput } = clocked();
    throughput.begin(['a'], 'training');
    clock.ms = 1_000;
    throughput.count('a', 100, { isFinished: true });
    throughput.begin(['hessian'], 'measurement');
    clock.ms = 2_000;
    expect(throughput.perSecond()).toBe(50);
  });

  it('spreads what is told late over the time that it took', () => {
    const { clock, throughput } = clocked();
    throughput.begin(['curve'], 'measurement');
    clock.ms = 20_000;
    throughput.count('curve', 2_000, { isFinished: true });
    expect(throughput.perSecond()).toBe(100);
  });

  it('falls while reports that are due do not come', () => {
    const { clock, throughput } = clocked();
    throughput.begin(['a'], 'training');
    clock.ms = 1_000;
    throughput.count('a', 100, { isFinished: false });
    clock.ms = 2_000;
    expect(throughput.perSecond()).toBe(100);
    clock.ms = 4_000;
    expect(throughput.perSecond()).toBe(50);
    clock.ms = 7_000;
    expect(throughput.perSecond()).toBeNull();
  });

  it('tells the rate of steps that are further apart than its window, and none once nothing trains', () => {
    const { clock, throughput } = clocked();
    throughput.count('a', 1, { isFinished: false });
    clock.ms += 10_000;
    throughput.count('a', 2, { isFinished: false });
    expect(throughput.perSecond()).toBeCloseTo(0.1, 12);
    clock.ms += 7_000;
    expect(throughput.perSecond()).toBeCloseTo(0.1, 12);
    throughput.forget('a');
    expect(throughput.perSecond()).toBeNull();
  });
});
