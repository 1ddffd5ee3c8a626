import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { logitsProgram } from '#main/engine/network-programs';
import { cnn, resnet } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { RandomStream } from '#main/engine/random';
import { modelRow, stackRows, withRecomputedStatistics } from '#main/metrics/context';
import { barrierOf } from '#main/metrics/linear-barrier/barrier';
import { definition } from '#main/metrics/linear-barrier/definition';
import { measure } from '#main/metrics/linear-barrier/measure';
import { permuteWeights } from '#main/metrics/linear-barrier/permute-weights';
import { equalSteps } from '#main/metrics/linear-path';
import type { TrainedModel } from '#main/metrics/measure';
import { executorName, float32Executors } from '../../fixtures/executors';
import { losing, modelOf, randomContext, scalarOf, seriesOf } from '../../fixtures/measured-models';
import { relativeError } from '../../reference/fixtures';
import { float32Deep } from '../../tolerances';
import { quickSettings } from './cell-context';

const reference = new ReferenceExecutor();
const executors = float32Executors();
afterAll(async () => {
  for (const executor of [reference, ...executors]) await executor[Symbol.asyncDispose]();
});

const image = [8, 8, 1] as const;
const images = { image, classes: 4, width: 4, activation: 'relu', norm: 'batch' } as const;
const networks = [
  mlp({ sizes: [64, 9, 6, 4], activation: 'relu' }),
  cnn({ ...images, depth: 3 }),
  resnet({ ...images, depth: 8, skip: true }),
];
const problem = { inputs: 64, classes: 4, samples: 60 };

const weights = (network: Network, seed: number) => initialParameters(network, seed, 'he');

const permuted = (network: Network, theta: Float32Array) => {
  const stream = new RandomStream(1, 'test');
  const { groups, parameters } = network.symmetry;
  const permutations = groups.map(({ size }) => stream.permutation(size));
  return permuteWeights(parameters, permutations, theta);
};

async function measured(
  network: Network,
  pairs: readonly (readonly [TrainedModel, TrainedModel])[],
  { executor = reference }: { executor?: Executor } = {},
) {
  const settings = definition.settings.parse({ name: 'linear-barrier', points: 5 });
  const context = randomContext(executor, network, problem);
  return measure.measure({ context, settings: quickSettings() }, pairs, settings);
}

describe('linear-barrier', () => {
  it.each(networks)(
    'is 0 between $key and a permuted copy once they are matched',
    async (network) => {
      const theta = weights(network, 0);
      const pair = [modelOf(0, theta), modelOf(1, permuted(network, theta))] as const;
      const [result] = await measured(network, [pair]);
      if (!result) throw new Error('no result');
      expect(scalarOf(result, 'alignedDistance').value).toBe(0);
      expect(scalarOf(result, 'alignedDistanceRatio').value).toBe(0);
      expect(scalarOf(result, 'alignedBarrier').value).toBeLessThan(1e-12);
      expect(scalarOf(result, 'alignedErrorBarrier').value).toBeLessThan(1e-12);
      const { loss, alignedLoss } = seriesOf(result).columns as Record<
        'loss' | 'alignedLoss',
        number[]
      >;
      expect(Math.abs((loss[2] as number) - (loss[0] as number))).toBeGreaterThan(0.01);
      expect(loss.at(-1)).toBeCloseTo(loss[0] as number, 6);
      for (const value of alignedLoss) expect(value).toBeCloseTo(loss[0] as number, 12);
    },
  );

  it('is 0 between a model and itself, where no ratio of distances is defined', async () => {
    const [network] = networks as [Network];
    const theta = weights(network, 3);
    const [result] = await measured(network, [[modelOf(0, theta), modelOf(1, theta)]]);
    if (!result) throw new Error('no result');
    for (const name of [
      'linearBarrier',
      'linearErrorBarrier',
      'alignedBarrier',
      'alignedErrorBarrier',
    ])
      expect(scalarOf(result, name).value).toBeLessThan(1e-12);
    expect(scalarOf(result, 'alignedDistance').value).toBe(0);
    expect(scalarOf(result, 'alignedDistanceRatio')).toMatchObject({
      value: null,
      reason: 'both seeds have the same weights',
    });
  });

  it('gives several pairs what each has alone, and every scalar of its definition', async () => {
    for (const network of networks) {
      const models = [0, 1, 2].map((seed) => modelOf(seed, weights(network, seed)));
      const [a, b, c] = models as [TrainedModel, TrainedModel, TrainedModel];
      const together = await measured(network, [
        [a, b],
        [b, c],
      ]);
      expect(await measured(network, [[b, c]])).toEqual([together[1]]);
      const names = together[0]?.measurements.filter((m) => m.kind === 'scalar');
      expect(names?.map(({ name }) => name)).toEqual(definition.scalars.map(({ name }) => name));
    }
  });

  it('has no value where weights are not finite', async () => {
    const [network] = networks as [Network];
    const theta = weights(network, 0);
    const broken = theta.with(7, Infinity);
    const [lost] = await measured(network, [[modelOf(0, theta), modelOf(1, broken)]]);
    if (!lost) throw new Error('no result');
    for (const { name } of definition.scalars)
      expect(scalarOf(lost, name)).toMatchObject({
        value: null,
        reason: 'weights of a seed are not finite',
      });
  });

  it('has no value where a loss on the line is not finite: it may be the largest', async () => {
    const [network] = networks as [Network];
    const pair = [modelOf(0, weights(network, 0)), modelOf(1, weights(network, 1))] as const;
    for (const lost of [0, 2, 4]) {
      const [gap] = await measured(network, [pair], { executor: losing(reference, [lost]) });
      if (!gap) throw new Error('no result');
      expect(seriesOf(gap).columns['loss']?.[lost]).toBeNull();
      for (const name of [
        'linearBarrier',
        'linearErrorBarrier',
        'alignedBarrier',
        'alignedErrorBarrier',
      ])
        expect(scalarOf(gap, name)).toMatchObject({
          value: null,
          reason: 'the loss is not finite at 1 of 5 points on the line',
        });
      expect(scalarOf(gap, 'alignedDistance').value).toBeGreaterThan(0);
    }
  });
});

describe('barrierOf', () => {
  const alphas = [0, 0.25, 0.5, 0.75, 1];

  it('is the largest height above the straight line between the ends', () => {
    expect(barrierOf(alphas, [1, 2, 5, 3, 3])).toEqual({ height: 3, alpha: 0.5, resolution: 1.25 });
  });

  it('is 0 for values on a line and for convex ones, at the first end', () => {
    expect(barrierOf(alphas, [1, 1.5, 2, 2.5, 3])).toMatchObject({ height: 0, alpha: 0 });
    expect(barrierOf(alphas, [1, 0, -1, 0, 3])).toEqual({ height: 0, alpha: 0, resolution: 0 });
  });

  it('is none where a point has no value', () => {
    expect(barrierOf(alphas, [0, null, 4, 1, 0])).toBeNull();
    expect(barrierOf(alphas, [null, 1, 4, 1, 0])).toBeNull();
    expect(barrierOf(alphas, [0, 1, 4, 1, null])).toBeNull();
  });

  it('has a resolution that covers what finer sampling of a smooth bump finds', () => {
    const bump = (a: number) => 7 * Math.exp(-(((a - 0.43) / 0.15) ** 2)) + 2 * a;
    const of = (count: number) => barrierOf(equalSteps(count), equalSteps(count).map(bump));
    const exact = of(2001)?.height as number;
    for (const count of [9, 15, 25]) {
      const got = of(count);
      expect(Math.abs((got?.height as number) - exact)).toBeLessThan(got?.resolution as number);
    }
  });
});

for (const executor of executors)
  describe(`a permuted network on ${executorName(executor)}`, () => {
    it.each(networks)('computes the same outputs: $key', async (network) => {
      const context = randomContext(executor, network, problem);
      const theta = weights(network, 5);
      const stack = await withRecomputedStatistics(
        context,
        stackRows([theta, permuted(network, theta)]),
        context.train,
      );
      const program = await executor.program(`logits of two ${network.key}`, () =>
        logitsProgram(network, 2, problem),
      );
      const { logits } = await program.run({ ...stack, x: context.train.x });
      if (!logits) throw new Error('no logits');
      expect(relativeError(modelRow(logits, 1), modelRow(logits, 0))).toBeLessThan(float32Deep);
    });
  });
