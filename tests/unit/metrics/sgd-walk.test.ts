import { describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { definition } from '#main/metrics/sgd-walk/definition';
import { barrierOver, measure } from '#main/metrics/sgd-walk/measure';
import { losing } from '../../fixtures/measured-models';
import { quadraticContext } from '../../fixtures/quadratic';
import { columnOf, runThrough, scalarsOf, surroundings } from '../../fixtures/trained-runs';

const none = new Float32Array(0);
const weights = (...theta: number[]) => ({ theta: Float32Array.from(theta), statistics: none });
const settings = definition.settings.parse({ name: 'sgd-walk', samples: 2, points: 3 });
const h = [1, 0.25];
const context = quadraticContext(h);

const walk = async (...path: ReturnType<typeof weights>[]) =>
  (await measure.measure(surroundings(context), [runThrough(4, path)], settings))[0]?.measurements;

/** Weights of gradient descent on the quadratic: w_i (1 - rate h_i)^t, closed form. */
const descent = (rate: number, steps: number) =>
  Array.from({ length: steps + 1 }, (_, t) => h.map((value) => (1 - rate * value) ** t));

const cosineOf = (a: readonly number[], b: readonly number[]) => {
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, v, i) => sum + v * (q[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe('sgd-walk', () => {
  it('of gradient descent on a quadratic has the closed form: it bounces where the rate is over 1 / h', async () => {
    const path = descent(1.9, 4);
    const measurements = await walk(...path.map((w) => weights(...w)));
    const gradients = path.map((w) => w.map((v, i) => v * (h[i] as number)));
    const updates = path.slice(1).map((w, t) => w.map((v, i) => v - (path[t]?.[i] as number)));
    const expected = {
      gradientCosine: gradients.map((g, t) =>
        t === 0 ? null : cosineOf(gradients[t - 1] ?? [], g),
      ),
      updateCosine: path.map((_, t) =>
        t === 0 || t === 4 ? null : cosineOf(updates[t - 1] ?? [], updates[t] ?? []),
      ),
      stepLength: path.map((_, t) => (t === 4 ? null : Math.hypot(...(updates[t] ?? [])))),
      distance: path.map((w) => Math.hypot(...w.map((v) => v - 1))),
    };
    for (const [column, values] of Object.entries(expected)) {
      const got = columnOf(measurements, 'sgd-walk', column);
      values.forEach((value, t) => {
        if (value === null) expect(got[t], `${column} ${t}`).toBeNull();
        else expect(got[t], `${column} ${t}`).toBeCloseTo(value, 5);
      });
    }
    const scalars = scalarsOf(measurements);
    const mean = (values: readonly (number | null)[]) => {
      const known = values.filter((v) => v !== null);
      return known.reduce((a, b) => a + b, 0) / known.length;
    };
    expect(scalars['walkGradientCosine']?.value).toBeCloseTo(mean(expected.gradientCosine), 5);
    expect(scalars['walkUpdateCosine']?.value).toBeCloseTo(mean(expected.updateCosine), 5);
    expect(scalars['walkUpdateCosine']?.value).toBeLessThan(0);
    expect(scalars['walkUpdateCosine']?.samples).toContain('3 pairs of successive steps');
    expect(scalars['walkLength']?.value).toBeCloseTo(
      updates.reduce((sum, u) => sum + Math.hypot(...u), 0),
      5,
    );
    // A convex loss has no barrier on any line.
    expect(scalars['walkSegmentBarrier']?.value).toBe(0);
  });

  it('looks at the loss between the weights: along a quadratic it is the parabola', async () => {
    const measurements = await walk(weights(1, 0), weights(-1, 0));
    expect(columnOf(measurements, 'sgd-walk-loss', 'epoch')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    [0.5, 0.125, 0, 0.125, 0.5].forEach((loss, k) => {
      expect(columnOf(measurements, 'sgd-walk-loss', 'loss')[k]).toBeCloseTo(loss, 6);
    });
  });

  it('says what one step, no step, or a standstill cannot tell', async () => {
    const one = scalarsOf(await walk(weights(1, 1), weights(0.5, 1)));
    expect(one['walkGradientCosine']?.value).toBeGreaterThan(0);
    expect(one['walkUpdateCosine']).toMatchObject({
      value: null,
      reason: 'no two successive steps differ from 0',
    });
    const still = scalarsOf(await walk(weights(0, 0), weights(0, 0), weights(0, 0)));
    expect(still['walkGradientCosine']?.reason).toBe('no two successive gradients differ from 0');
    expect(still['walkDistance']?.value).toBe(0);
    const point = scalarsOf(await walk(weights(1, 1)));
    expect(point['walkLength']?.reason).toBe('the training recorded no two weights');
    expect(Object.keys(point).sort()).toEqual(definition.scalars.map(({ name }) => name).sort());
  });
});

describe('a walk over a loss that is not finite', () => {
  /** Loses the loss between weights of the first step only. */
  const losingOnce = (executor: Executor): Executor => {
    const lost = losing(executor, [1]);
    let steps = 0;
    return {
      stamp: executor.stamp,
      loop: (key, build) => executor.loop(key, build),
      async program(key, build) {
        const isStep = key.startsWith('evaluate') && key.includes('models=4');
        return isStep && ++steps === 1 ? lost.program(key, build) : executor.program(key, build);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  };

  it('has no mean barrier: the largest would be left out', async () => {
    const path = [weights(1, 1), weights(0.5, 1), weights(0.25, 1)];
    const around = surroundings({ ...context, executor: losingOnce(context.executor) });
    const [result] = await measure.measure(around, [runThrough(4, path)], settings);
    const scalars = scalarsOf(result?.measurements ?? []);
    expect(scalars['walkSegmentBarrier']).toMatchObject({
      value: null,
      reason: 'the loss is not finite on 1 of 2 steps',
    });
    expect(scalars['walkLength']?.value).toBeCloseTo(0.75, 6);
  });
});

describe('barrierOver', () => {
  it('is the most above the line between the ends', () => {
    expect(barrierOver([0, 2, 1])).toBe(1.5);
    expect(barrierOver([1, 0, 1])).toBe(0);
    expect(barrierOver([1, 2])).toBe(0);
    expect(barrierOver([1, null, 2])).toBeNull();
    expect(barrierOver([1])).toBeNull();
  });
});
