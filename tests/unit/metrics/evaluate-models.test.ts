import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { cnn } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { evaluateModels, stackModels, type CellContext } from '#main/metrics/context';
import { executorName, float32Executors } from '../../fixtures/executors';

const executors = float32Executors();
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

const inputs = 36;
const classes = 4;
const count = 300;

/** Counts the models and samples of every call. */
function counted(executor: Executor): { executor: Executor; calls: [number, number][] } {
  const calls: [number, number][] = [];
  const watched: Executor = {
    stamp: executor.stamp,
    loop: (key, build) => executor.loop(key, build),
    program: async (key, build) => {
      const program = await executor.program(key, build);
      return {
        run: (given) => {
          calls.push([given['theta']?.shape[0] ?? 0, given['x']?.shape[0] ?? 0]);
          return program.run(given);
        },
      };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { executor: watched, calls };
}

function problem(executor: Executor, network: Network): CellContext {
  const stream = new RandomStream(0, 'test');
  const x = Float32Array.from({ length: count * inputs }, () => stream.normal());
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const targets = new Float32Array(count * classes);
  labels.forEach((label, i) => (targets[i * classes + label] = 1));
  const all = { x: tensor([count, inputs], x), targets: tensor([count, classes], targets), labels };
  const parts = { train: all, test: all, all, measured: all, measuredOrder: '' };
  return { executor, network, objective: crossEntropyObjective, inputs, classes, ...parts };
}

const networks = [
  mlp({ sizes: [inputs, 7, classes], activation: 'relu' }),
  cnn({ image: [6, 6, 1], classes, width: 3, depth: 2, activation: 'relu', norm: 'none' }),
];

for (const each of executors)
  describe(`evaluateModels on ${executorName(each)}`, () => {
    const weightsOf = (network: Network, models: number) =>
      Array.from({ length: models }, (_, seed) => ({
        theta: initialParameters(network, seed, 'fan-in-uniform'),
        statistics: new Float32Array(0),
      }));

    it.each(networks)(
      'gives many weight vectors in one call what each has alone: $key',
      async (network) => {
        const { executor, calls } = counted(each);
        const context = problem(executor, network);
        const weights = weightsOf(network, 9);
        const on = {
          samples: context.all,
          ranges: [
            [0, 200],
            [200, count],
          ] as const,
        };
        const together = await evaluateModels(context, stackModels(weights), on);
        expect(calls).toEqual([[9, count]]);
        for (const [i, own] of weights.entries())
          expect(await evaluateModels(context, stackModels([own]), on)).toEqual([together[i]]);
      },
    );

    it('cuts models before samples where memory is short, with the same results', async () => {
      const [network] = networks as [Network];
      const weights = weightsOf(network, 9);
      const on = { ranges: [[0, count]] as const };
      const free = problem(each, network);
      const expected = await evaluateModels(free, stackModels(weights), {
        ...on,
        samples: free.all,
      });
      // A layer so wide that 100 MB hold 256 samples of four models.
      const widestLayer = 100_000_000 / (4 * 256 * 4.5);
      const { executor, calls } = counted(each);
      const short = problem(executor, { ...network, widestLayer });
      const on2 = { ...on, samples: short.all };
      expect(await evaluateModels(short, stackModels(weights), on2)).toEqual(expected);
      expect(new Set(calls.map(([models]) => models))).toEqual(new Set([3]));
      expect(calls.map(([, samples]) => samples).every((samples) => samples <= count)).toBe(true);
    });
  });
