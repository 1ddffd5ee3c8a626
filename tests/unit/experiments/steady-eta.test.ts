import { describe, expect, it } from 'vitest';
import { SteadyEta } from '#main/experiments/steady-eta';

describe('SteadyEta', () => {
  it('counts down with the clock while the estimate agrees', () => {
    let now = 0;
    const eta = new SteadyEta(() => now);
    expect(eta.steady('a', 60_000)).toBe(60_000);
    now = 1000;
    expect(eta.steady('a', 59_000)).toBe(59_000);
  });
  it('is drawn slowly to an estimate that wavers, and follows one that has changed', () => {
    let now = 0;
    const eta = new SteadyEta(() => now);
    eta.steady('a', 60_000);
    now = 250;
    // 1 - exp(-0.25 / 8) of the way from 59.75 s to 80 s.
    expect(eta.steady('a', 80_000)).toBe(Math.round(59_750 + 20_250 * (1 - Math.exp(-0.25 / 8))));
    now = 500;
    expect(eta.steady('a', 600_000)).toBe(600_000);
  });
  it('does not tell a short remainder as none after an expectation that was too short', () => {
    let now = 0;
    const eta = new SteadyEta(() => now);
    eta.steady('a', 3_000);
    // Work goes on at half the expected pace: of 3 s 6 s are left, and told four times a second.
    const off: number[] = [];
    for (now = 250; now < 5_000; now += 250) {
      const estimate = (6_000 - now) / 2;
      off.push(Math.abs((eta.steady('a', estimate) ?? 0) - estimate));
    }
    expect(Math.max(...off)).toBeLessThan(500);
    expect(eta.steady('a', 0)).toBe(0);
  });
  it('forgets what has ended, and knows experiments apart', () => {
    const eta = new SteadyEta(() => 0);
    eta.steady('a', 60_000);
    expect(eta.steady('b', 50_000)).toBe(50_000);
    expect(eta.steady('a', null)).toBeNull();
    expect(eta.steady('a', 70_000)).toBe(70_000);
  });
});
