import { afterAll, describe, expect, it } from 'vitest';
import { hessianVectorProgram } from '#main/engine/network-programs';
import { cnn } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { transformer } from '#main/engine/networks/transformer';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { sgd } from '#main/engine/optimisers/sgd';
import { trainingLoop } from '#main/engine/training-loop';
import { coverExecutor, executorName, float32Executors } from '../fixtures/executors';
import { forcedExecutors } from '../fixtures/formulations';

const executors = [
  ...float32Executors().map((executor) => ({ name: executorName(executor), executor })),
  ...forcedExecutors(),
];
afterAll(async () => {
  for (const { executor } of executors) await executor[Symbol.asyncDispose]();
});

const samples = 70;
const classes = 5;

interface Problem {
  readonly network: Network;
  readonly inputs: number;
  readonly batchSize: number;
}

const image = [6, 6, 2] as const;
const problems: readonly Problem[] = [
  ...[4, 10, 33, 64].map((width) => ({
    network: mlp({ sizes: [24, width, width, classes], activation: 'relu' }),
    inputs: 24,
    batchSize: width + 3,
  })),
  ...(['none', 'batch', 'group'] as const).map((norm) => ({
    network: cnn({ image, classes, width: 4, activation: 'gelu', norm, depth: 3 }),
    inputs: 72,
    batchSize: 9,
  })),
  {
    network: transformer({
      length: 4,
      vocabulary: 6,
      classes,
      width: 8,
      heads: 2,
      depth: 1,
      feedForward: 16,
      activation: 'gelu-tanh',
      causal: false,
      pooling: 'mean',
    }),
    inputs: 24,
    batchSize: 7,
  },
];

/** Inputs of a training of the models `seeds`, each with minibatches of its own. */
function training(
  { network, inputs, batchSize }: Problem,
  seeds: readonly number[],
  steps: number,
) {
  const stream = new RandomStream(0, 'test');
  const x = Float32Array.from({ length: samples * inputs }, () => stream.normal());
  const targets = new Float32Array(samples * classes);
  for (let i = 0; i < samples; i++) targets[i * classes + (i % classes)] = 1;
  const models = seeds.length;
  const rows = (make: (seed: number) => Float32Array, size: number) =>
    tensor([models, 1, size], Float32Array.from(seeds.flatMap((seed) => [...make(seed)])));
  const indices = new Int32Array(steps * models * batchSize);
  seeds.forEach((seed, s) => {
    const own = new RandomStream(seed, 'shuffle');
    for (let step = 0; step < steps; step++)
      for (let i = 0; i < batchSize; i++)
        indices[(step * models + s) * batchSize + i] = own.below(samples);
  });
  const size = network.parameterCount;
  const given: Record<string, Tensor> = {
    theta: rows((seed) => initialParameters(network, seed, 'fan-in-uniform'), size),
    buffer: rows(() => new Float32Array(size), size),
    x: tensor([samples, inputs], x),
    targets: tensor([samples, classes], targets),
    rate: tensor([], Float32Array.of(0.05)),
    indices: tensor([steps, models, batchSize], indices),
  };
  if (network.statisticsCount > 0)
    given['statistics'] = rows(
      () =>
        Float32Array.from(
          network.statistics.flatMap(({ shape: [count], initial }) =>
            new Array<number>(count).fill(initial),
          ),
        ),
      network.statisticsCount,
    );
  return given;
}

coverExecutor('native-cpu');

for (const { name, executor } of executors) {
  describe(`models packed into one program on ${name}`, () => {
    for (const problem of problems) {
      const { network, inputs, batchSize } = problem;
      const train = async (seeds: readonly number[]) => {
        const steps = 6;
        const shape = { models: seeds.length, batchSize, samples, inputs, classes };
        const loop = await executor.loop(`${network.key} ${seeds.length}`, () =>
          trainingLoop(network, shape, {
            optimiser: sgd({ momentum: 0.9, nesterov: true, weightDecay: 1e-3 }),
            constantRate: true,
            compressibility: 0,
          }),
        );
        return loop.run(steps, training(problem, seeds, steps));
      };

      it(`train to the bit as each alone, and again: ${network.key}`, async () => {
        const together = await train([3, 1, 2]);
        expect(await train([3, 1, 2])).toEqual(together);
        for (const [s, seed] of [3, 1, 2].entries())
          for (const [name, { data }] of Object.entries(await train([seed]))) {
            const packed = together[name]?.data.slice(s * data.length, (s + 1) * data.length);
            expect(packed, `${name} of seed ${seed}`).toEqual(data);
          }
      });
    }

    it('have Hessian-vector products to the bit as each alone', async () => {
      const problem = problems[2] as Problem;
      const { network, inputs } = problem;
      const size = network.parameterCount;
      const product = async (seeds: readonly number[]) => {
        const given = training(problem, seeds, 1);
        const program = await executor.program(`products ${seeds.length}`, () =>
          hessianVectorProgram(
            network,
            { models: seeds.length, vectors: 4 },
            { samples, inputs, classes },
          ),
        );
        const vectors = seeds.flatMap((seed) => {
          const stream = new RandomStream(seed, 'probe');
          return Array.from({ length: 4 * size }, () => stream.normal());
        });
        const { products } = await program.run({
          theta: tensor([seeds.length, 1, 1, size], (given['theta'] as Tensor).data),
          vectors: tensor([seeds.length, 4, 1, size], Float32Array.from(vectors)),
          x: given['x'] as Tensor,
          targets: given['targets'] as Tensor,
        });
        return (products as Tensor).data;
      };
      const together = await product([5, 6]);
      expect(together.slice(0, 4 * size)).toEqual(await product([5]));
      expect(together.slice(4 * size)).toEqual(await product([6]));
    });
  });
}
