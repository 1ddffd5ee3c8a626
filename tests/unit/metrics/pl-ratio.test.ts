import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { definition } from '#main/metrics/pl-ratio/definition';
import { measure, plRatio } from '#main/metrics/pl-ratio/measure';
import { quadraticContext } from '../../fixtures/quadratic';
import {
  columnOf,
  descend,
  runThrough,
  scalarsOf,
  smallContext,
  surroundings,
} from '../../fixtures/trained-runs';
import { quickSettings } from './cell-context';

const none = new Float32Array(0);
const weights = (...theta: number[]) => ({ theta: Float32Array.from(theta), statistics: none });

describe('pl-ratio', () => {
  const h = [0.25, 4];
  const context = quadraticContext(h);
  const settings = definition.settings.parse({ name: 'pl-ratio', samples: 2 });
  const of = async (...path: ReturnType<typeof weights>[]) =>
    (await measure.measure(surroundings(context), [runThrough(7, path)], settings))[0]
      ?.measurements;

  it('of a quadratic is sum h^2 w^2 / sum h w^2, at the end and along the way', async () => {
    const path = [weights(1, 1), weights(2, -1), weights(1, 0)];
    const expected = [
      (0.0625 + 16) / (0.25 + 4),
      (0.25 + 16) / (1 + 4),
      // Along an eigenvector it is the eigenvalue, and nowhere is it less than the smallest one.
      0.25,
    ];
    const measurements = await of(...path);
    const got = columnOf(measurements, 'pl-ratio', 'ratio');
    expected.forEach((ratio, t) => expect(got[t]).toBeCloseTo(ratio, 5));
    const { plRatio: last, plLeastRatio } = scalarsOf(measurements);
    expect(last?.value).toBeCloseTo(0.25, 5);
    expect(plLeastRatio?.value).toBeCloseTo(0.25, 5);
    expect(plLeastRatio?.samples).toBe('first 2 training samples, 3 recorded weights');
  });

  it('is null with a reason where the loss is 0', async () => {
    const scalars = scalarsOf(await of(weights(1, 1), weights(0, 0)));
    expect(scalars['plRatio']).toMatchObject({
      value: null,
      reason: 'the loss is 0: nothing is left to lower',
    });
    expect(scalars['plLeastRatio']?.value).toBeGreaterThan(0);
    expect(plRatio({ loss: NaN, gradient: Float64Array.of(1) })).toBeNull();
  });

  it('is null with a reason where the loss is an energy', async () => {
    const deepRitz = quickSettings((spec) => {
      spec.dataset = { name: 'poisson-1d' };
      spec.model = { family: 'mlp', width: 5, activation: 'tanh' };
    });
    const run = runThrough(7, [weights(1, 1), weights(2, 1)]);
    const around = { ...surroundings(context), settings: deepRitz };
    const [result] = await measure.measure(around, [run], settings);
    for (const scalar of Object.values(scalarsOf(result?.measurements)))
      expect(scalar).toMatchObject({
        value: null,
        reason: 'the loss is an energy whose least value is not 0',
      });
    expect(columnOf(result?.measurements, 'pl-ratio', 'ratio')).toEqual([null, null]);
  });

  it('gives several runs the numbers that each has alone, and every scalar that it names', async () => {
    const cell = smallContext(
      new ReferenceExecutor(),
      mlp({ sizes: [4, 5, 3], activation: 'relu' }),
      {
        count: 30,
        inputs: 4,
        classes: 3,
      },
    );
    const runs = [
      await descend(cell, { seed: 1, steps: 2, rate: 0.5 }),
      await descend(cell, { seed: 2, steps: 2, rate: 0.5 }),
    ];
    const on = definition.settings.parse({ name: 'pl-ratio', samples: 20 });
    const together = await measure.measure(surroundings(cell), runs, on);
    for (const [s, run] of runs.entries()) {
      expect(await measure.measure(surroundings(cell), [run], on)).toEqual([together[s]]);
      expect(Object.keys(scalarsOf(together[s]?.measurements)).sort()).toEqual(
        definition.scalars.map(({ name }) => name).sort(),
      );
    }
  });
});
