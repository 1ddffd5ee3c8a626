import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { sgd } from '#main/engine/optimisers/sgd';
import { tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';
import type { Executor } from '#main/engine/executor';
import { oneHot, relativeError } from '../reference/fixtures';
import { closeExecutors, executors } from './executors';

afterAll(closeExecutors);

const samples = 6;
const steps = 4;

/** Trains two models on one sample a step. @returns theta, [2, 1, P] */
async function train(executor: Executor, sizes: readonly number[]): Promise<ArrayLike<number>> {
  const [inputs = 0] = sizes;
  const classes = sizes.at(-1) ?? 0;
  const network = mlp({ sizes, activation: 'relu' });
  const size = network.parameterCount;
  const shape = { models: 2, batchSize: 1, samples, inputs, classes };
  const loop = await executor.loop(`one sample ${sizes.join(' ')}`, () =>
    trainingLoop(network, shape, {
      optimiser: sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }),
      constantRate: true,
      compressibility: 0,
    }),
  );
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + 1));
  const labels = Array.from({ length: samples }, (_, i) => i % classes);
  const { theta } = await loop.run(steps, {
    theta: tensor([2, 1, size], wave(2 * size)),
    buffer: tensor([2, 1, size], new Float32Array(2 * size)),
    x: tensor([samples, inputs], wave(samples * inputs)),
    targets: tensor([samples, classes], Float32Array.from(oneHot(labels, classes))),
    indices: tensor([steps, 2, 1], Int32Array.of(0, 1, 2, 3, 4, 5, 0, 2)),
    rate: tensor([], Float32Array.of(0.1)),
  });
  return theta?.data ?? [];
}

for (const { name, executor, tolerances } of executors) {
  describe(`training on one sample a step on ${name}`, () => {
    // Matrices of one row, and of one row and one column.
    for (const sizes of [
      [5, 7, 4, 3],
      [3, 1, 1, 2],
    ])
      it(`follows the reference: ${sizes.join('-')}`, async () => {
        await using reference = new ReferenceExecutor();
        const expected = await train(reference, sizes);
        const got = await train(executor, sizes);
        expect(relativeError(got, expected)).toBeLessThan(tolerances.training);
      });
  });
}
