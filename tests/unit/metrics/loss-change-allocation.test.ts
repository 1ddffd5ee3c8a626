import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { evaluateModels, stackModels, type ModelWeights } from '#main/metrics/context';
import { definition } from '#main/metrics/loss-change-allocation/definition';
import { measure } from '#main/metrics/loss-change-allocation/measure';
import {
  columnOf,
  descend,
  runThrough,
  scalarsOf,
  smallContext,
  surroundings,
} from '../../fixtures/trained-runs';

const executor = new ReferenceExecutor();
const data = { count: 36, inputs: 4, classes: 3 };
const plain = smallContext(executor, mlp({ sizes: [4, 5, 3], activation: 'tanh' }), data);
const normalised = smallContext(
  executor,
  mlp({ sizes: [4, 5, 3], activation: 'tanh', norm: 'batch' }),
  data,
);
const settings = definition.settings.parse({ name: 'loss-change-allocation', samples: 24 });

async function lossesOf(context: typeof plain, model: ModelWeights) {
  const means = await evaluateModels(context, stackModels([model]), {
    samples: context.all,
    ranges: [
      [0, 24],
      [24, 36],
    ],
  });
  return (means[0] ?? []).map(({ loss }) => loss as number) as [number, number];
}

describe('loss-change-allocation', () => {
  it('allocates the whole change of both losses to layers, epochs and steps', async () => {
    const run = await descend(plain, { seed: 3, steps: 4, rate: 1 });
    const [result] = await measure.measure(surroundings(plain), [run], settings);
    const scalars = scalarsOf(result?.measurements);
    const before = await lossesOf(plain, run.initial());
    const after = await lossesOf(plain, run.weights);
    for (const [i, name] of ['lcaTotalTrain', 'lcaTotalTest'].entries()) {
      const change = (after[i] as number) - (before[i] as number);
      expect(Math.abs((scalars[name]?.value as number) - change)).toBeLessThan(
        (scalars[name]?.error as number) + 1e-6,
      );
      expect(scalars[name]?.error).toBeLessThan(1e-3);
    }
    expect(scalars['lcaTotalTrain']?.value).toBeLessThan(0);
    expect(scalars['lcaHelpingFraction']?.value).toBeGreaterThan(0.5);
    expect(scalars['lcaLargestIntegrationError']?.value).toBeLessThan(1e-3);
    const field = result?.measurements.find((m) => m.kind === 'field');
    expect(field).toMatchObject({ x: [1, 2, 3, 4], y: [0, 1], facts: { names: ['fc1', 'fc2'] } });
    const total = scalars['lcaTotalTrain']?.value as number;
    const sum = (values: readonly (number | null)[]) =>
      values.reduce<number>((all, value) => all + (value as number), 0);
    expect(sum(field?.kind === 'field' ? field.values : [])).toBeCloseTo(total, 10);
    expect(sum(columnOf(result?.measurements, 'loss-change-by-layer', 'train'))).toBeCloseTo(
      total,
      10,
    );
    expect(sum(columnOf(result?.measurements, 'loss-change-by-step', 'train'))).toBeCloseTo(
      total,
      10,
    );
  });

  it('gives running averages a share of their own, so that nothing is missing with batch norm', async () => {
    const run = await descend(normalised, { seed: 3, steps: 2, rate: 0.3 });
    const moved = run.trajectory().map(({ weights }, t) => {
      const { theta, statistics } = weights();
      return { theta, statistics: statistics.map((value, i) => value + 0.1 * t * (i % 3)) };
    });
    const [result] = await measure.measure(
      surroundings(normalised),
      [runThrough(3, moved)],
      settings,
    );
    const { lcaTotalTrain } = scalarsOf(result?.measurements);
    const [before] = await lossesOf(normalised, moved[0] as ModelWeights);
    const [after] = await lossesOf(normalised, moved[2] as ModelWeights);
    expect(Math.abs((lcaTotalTrain?.value as number) - (after - before))).toBeLessThan(2e-3);
    const shares = columnOf(result?.measurements, 'loss-change-by-layer', 'train');
    expect(shares).toHaveLength(4);
    expect(Math.abs(shares[3] as number)).toBeGreaterThan(1e-3);
  });

  it('gives several runs the numbers that each has alone', async () => {
    const runs = [
      await descend(plain, { seed: 1, steps: 2, rate: 1 }),
      await descend(plain, { seed: 2, steps: 2, rate: 1 }),
    ];
    const together = await measure.measure(surroundings(plain), runs, settings);
    for (const [s, run] of runs.entries())
      expect(await measure.measure(surroundings(plain), [run], settings)).toEqual([together[s]]);
  });

  it('says why there is nothing to allocate: no step, no movement, a loss that is not finite', async () => {
    const { trajectory } = await descend(plain, { seed: 1, steps: 1, rate: 1 });
    const [first, last] = trajectory().map(({ weights }) => weights()) as [
      ModelWeights,
      ModelWeights,
    ];
    const of = async (path: readonly ModelWeights[]) =>
      scalarsOf(
        (await measure.measure(surroundings(plain), [runThrough(1, path)], settings))[0]
          ?.measurements,
      );
    expect((await of([first]))['lcaTotalTrain']).toMatchObject({
      value: null,
      reason: 'the training recorded no two weights',
    });
    const still = await of([first, first]);
    expect(still['lcaTotalTrain']?.value).toBe(0);
    expect(still['lcaHelpingFraction']).toMatchObject({
      value: null,
      reason: 'no parameter changed the loss',
    });
    const broken = { ...last, theta: last.theta.map(() => NaN) };
    for (const scalar of Object.values(await of([first, broken, last])))
      expect(scalar).toMatchObject({ value: null, reason: 'the loss is not finite up to step 1' });
  });

  it('yields every scalar that it names', async () => {
    const run = await descend(plain, { seed: 1, steps: 1, rate: 1 });
    const [result] = await measure.measure(surroundings(plain), [run], settings);
    expect(Object.keys(scalarsOf(result?.measurements)).sort()).toEqual(
      definition.scalars.map(({ name }) => name).sort(),
    );
  });
});
