import { describe, expect, it } from 'vitest';
import { ascend, type EvaluateAll } from '#main/metrics/sharpness/ascend';
import { averageRise } from '#main/metrics/sharpness/average-rise';
import { RandomStream } from '#main/engine/random';
import { readFixture, relativeError } from './fixtures';

const normals = (count: number, seed: number) => {
  const stream = new RandomStream(seed, 'test');
  return Float64Array.from({ length: count }, () => stream.normal());
};

/** Ascent converges linearly; the fixture's searches end within this of the maximum. */
const ascended = 1e-6;

for (const c of readFixture('trajectory.json').sharpness)
  describe(`sharpness of the quadratic ${c.name}`, () => {
    const h: number[] = c.h.data;
    const w: number[] = c.w.data;
    const center: number[] = c.center.data;
    const lossAt = (point: ArrayLike<number>) =>
      h.reduce(
        (sum, hi, i) => sum + 0.5 * hi * ((point[i] as number) - (center[i] as number)) ** 2,
        0,
      );
    const evaluate: EvaluateAll = (points) =>
      Promise.resolve(
        points.map((point) => ({
          loss: lossAt(point),
          gradient: h.map((hi, i) => hi * ((point[i] as number) - (center[i] as number))),
        })),
      );
    const scales = {
      adaptive: Float64Array.from(w, Math.abs),
      plain: new Float64Array(w.length).fill(1),
    };
    const kinds = ['adaptive', 'plain'] as const;

    it.each(kinds)('finds the largest rise of the fixture, %s', async (kind) => {
      const [two, infinity] = await ascend(
        evaluate,
        (['2', 'infinity'] as const).map((norm) => ({
          theta: w,
          start: normals(w.length, 3),
          ball: { radius: c.rho, norm, scale: scales[kind] },
        })),
        1000,
      );
      expect(Math.abs((two?.rise ?? 0) / c[kind].p_2 - 1)).toBeLessThan(ascended);
      expect(Math.abs((infinity?.rise ?? 0) / c[kind].p_inf - 1)).toBeLessThan(ascended);
      const size = Array.from(two?.perturbation ?? [], Math.abs);
      const expected = (c[kind].p_2_perturbation.data as number[]).map(Math.abs);
      expect(relativeError(size, expected)).toBeLessThan(1e-2);
      expect(two?.isStuck).toBe(false);
    });

    it.each(kinds)('never tells more than the maximum, whatever the steps, %s', async (kind) => {
      for (const steps of [1, 2, 5, 20]) {
        const [found] = await ascend(
          evaluate,
          [
            {
              theta: w,
              start: normals(w.length, steps),
              ball: { radius: c.rho, norm: '2', scale: scales[kind] },
            },
          ],
          steps,
        );
        expect(found?.rise).toBeLessThanOrEqual(c[kind].p_2 * (1 + 1e-12));
        expect(found?.history).toHaveLength(steps + 1);
        expect(found?.history).toEqual((found?.history ?? []).toSorted((a, b) => a - b));
      }
    });

    it.each(kinds)(
      'has a mean rise whose error covers the fixture as often as it says, %s',
      async (kind) => {
        const trials = 200;
        let covered = 0;
        for (let seed = 0; seed < trials; seed++) {
          const { value, standardError } = await averageRise(
            (points) => Promise.resolve(points.map(lossAt)),
            w,
            { deviation: c.rho, scale: scales[kind], draws: 40, seed },
          );
          if (Math.abs(value - c[kind].average_gaussian) <= 2 * standardError) covered++;
        }
        // Two standard errors of a mean of 40 sums of squares, which is a little skewed: 93% to 95%; +-4 standard deviations of the count.
        expect(covered / trials).toBeGreaterThan(0.86);
        expect(covered / trials).toBeLessThan(0.995);
      },
    );
  });

describe('ascend', () => {
  it('says that it went nowhere where the gradient is 0', async () => {
    const flat: EvaluateAll = (points) =>
      Promise.resolve(points.map((p) => ({ loss: 2, gradient: new Float64Array(p.length) })));
    const ball = { radius: 0.1, norm: '2', scale: new Float64Array(3).fill(1) } as const;
    const [found] = await ascend(flat, [{ theta: [1, 2, 3], start: normals(3, 0), ball }], 5);
    expect(found?.isStuck).toBe(true);
    expect(found?.rise).toBe(0);
  });

  it('rises without end where the loss is not finite', async () => {
    const steep: EvaluateAll = (points) =>
      Promise.resolve(points.map((p) => ({ loss: p[0] === 1 ? 1 : NaN, gradient: [1] })));
    const ball = { radius: 0.1, norm: '2', scale: Float64Array.of(1) } as const;
    const [found] = await ascend(steep, [{ theta: [1], start: [1], ball }], 5);
    expect(found?.rise).toBe(Infinity);
  });
});
