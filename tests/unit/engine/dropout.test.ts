import { describe, expect, it } from 'vitest';
import { dropoutMasks } from '#main/engine/dropout';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { evaluationProgram } from '#main/engine/network-programs';
import { cnn, resnet, vgg11 } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { transformer } from '#main/engine/networks/transformer';
import { sgd } from '#main/engine/optimisers/sgd';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';

const normals = (count: number, scale = 1) => {
  const stream = new RandomStream(5, 'test', count);
  return Float64Array.from({ length: count }, () => scale * stream.normal());
};

describe('dropoutMasks', () => {
  const rate = 0.3;
  const masks = (seeds: readonly number[], steps: readonly number[]) =>
    dropoutMasks('dropout', { seeds, steps, batch: 50 }, { rate, units: 400 }).data;

  it('has mean 1 and variance rate / (1 - rate), and no other values than 0 and 1 / (1 - rate)', () => {
    const data = Float64Array.from(masks([7], [0, 1, 2, 3, 4]));
    const { length } = data;
    const kept = data.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - rate))]));
    const mean = kept.length / length / (1 - rate);
    // Of 100,000 draws: one standard error is sqrt(0.3 / 0.7 / 100,000).
    const error = Math.sqrt(rate / (1 - rate) / length);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error);
    const variance = data.reduce((sum, x) => sum + (x - 1) ** 2, 0) / length;
    expect(variance).toBeCloseTo(rate / (1 - rate), 2);
  });

  it('draws for each step and each model alone, whatever else is drawn', () => {
    const together = masks([3, 8], [4, 5]);
    const size = 50 * 400;
    const part = (index: number) => together.slice(index * size, (index + 1) * size);
    expect(part(0)).toEqual(masks([3], [4]));
    expect(part(1)).toEqual(masks([8], [4]));
    expect(part(3)).toEqual(masks([8], [5]));
    expect(part(0)).not.toEqual(part(2));
    expect(part(0)).not.toEqual(part(1));
  });

  it('drops nothing at rate 0', () => {
    const { data } = dropoutMasks(
      'dropout',
      { seeds: [1], steps: [0], batch: 2 },
      { rate: 0, units: 3 },
    );
    expect([...data]).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

const image = [8, 8, 1] as const;
const settings = { image, classes: 3, width: 4, activation: 'tanh', norm: 'none' } as const;
const tokens = {
  length: 5,
  vocabulary: 4,
  classes: 3,
  width: 6,
  heads: 2,
  depth: 2,
  feedForward: 8,
  activation: 'gelu',
  causal: false,
  pooling: 'mean',
} as const;
const mlpOf = (dropout: number) => mlp({ sizes: [6, 5, 4, 3], activation: 'tanh', dropout });
const families: readonly (readonly [
  string,
  (dropout: number) => Network,
  inputs: number,
  units: number,
])[] = [
  // Every hidden unit.
  ['mlp', mlpOf, 6, 5 + 4],
  // The channels of the last convolution.
  ['cnn', (dropout) => cnn({ ...settings, depth: 3, dropout }), 64, 16],
  ['vgg', (dropout) => vgg11({ ...settings, dropout }), 64, 32],
  // The channels between the convolutions of each of the eight blocks.
  [
    'resnet',
    (dropout) => resnet({ ...settings, depth: 18, skip: true, dropout }),
    64,
    2 * (4 + 8 + 16 + 32),
  ],
  // The embedding and what each of four parts adds, five places of six.
  ['transformer', (dropout) => transformer({ ...tokens, dropout }), 20, 5 * 30],
];

const rate = 0.4;
const batchSize = 3;

/** Theta after one step of plain SGD on given samples with given masks. */
async function stepOf(
  network: Network,
  theta: Float64Array,
  {
    x,
    inputs,
    masks,
    learningRate,
  }: { x: Float64Array; inputs: number; masks: Tensor | null; learningRate: number },
): Promise<Float64Array> {
  const shape = { models: 1, batchSize, samples: batchSize, inputs, classes: 3 };
  const optimiser = sgd({ momentum: 0, nesterov: false, weightDecay: 0 });
  await using executor = new ReferenceExecutor();
  const loop = await executor.loop('step', () =>
    trainingLoop(network, shape, { optimiser, constantRate: true, compressibility: 0 }),
  );
  const result = await loop.run(1, {
    theta: tensor([1, 1, theta.length], theta),
    x: tensor([batchSize, inputs], x),
    targets: tensor([batchSize, 3], Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)),
    indices: tensor([1, 1, batchSize], Int32Array.of(0, 1, 2)),
    rate: tensor([], Float64Array.of(learningRate)),
    ...(masks ? { dropout: masks } : {}),
  });
  return (result['theta'] as Tensor).data as Float64Array;
}

/** Mean softmax cross-entropy of rows of logits, sample i of class i. */
function crossEntropy(logits: readonly (readonly number[])[]): number {
  const losses = logits.map((row, i) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return Math.log(total) - (row[i] as number);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

describe('dropout in networks', () => {
  it.each(families)(
    '%s: is where it belongs, and is not there at rate 0',
    (_name, make, _inputs, units) => {
      expect(make(rate).dropout).toEqual({ rate, units });
      expect(make(0).dropout).toEqual({ rate: 0, units: 0 });
      expect(make(rate).parameters).toEqual(make(0).parameters);
      expect(make(rate).key).toBe(`${make(0).key} dropout`);
    },
  );

  it.each(families)('%s: drops nothing where it is evaluated', async (_name, make, inputs) => {
    const shape = { samples: 2, inputs, classes: 3 };
    await using executor = new ReferenceExecutor();
    const loss = async (network: Network) => {
      const program = await executor.program(network.key, () =>
        evaluationProgram(network, 1, shape),
      );
      const result = await program.run({
        theta: tensor([1, 1, network.parameterCount], normals(network.parameterCount, 0.3)),
        x: tensor([2, inputs], normals(2 * inputs)),
        targets: tensor([2, 3], Float64Array.of(1, 0, 0, 0, 1, 0)),
      });
      return result['loss']?.data;
    };
    expect(await loss(make(rate))).toEqual(await loss(make(0)));
  });

  it.each(families)(
    '%s: masks of ones give the step without dropout',
    async (_name, make, inputs, units) => {
      const theta = normals(make(0).parameterCount, 0.3);
      const x = normals(batchSize * inputs);
      const ones = tensor([1, 1, batchSize, units], new Float32Array(batchSize * units).fill(1));
      const common = { x, inputs, learningRate: 0.1 };
      expect(await stepOf(make(rate), theta, { ...common, masks: ones })).toEqual(
        await stepOf(make(0), theta, { ...common, masks: null }),
      );
    },
  );
});

describe('a step with dropout', () => {
  const x = Float64Array.of(0.5, -1, 2, 0.25, -0.75, 1.5);

  /** The loss of a network 2-2-3 with tanh, written out, units times their mask. */
  function lossByHand(theta: Float64Array, masks: Float32Array): number {
    const [w1, b1] = [theta.subarray(0, 4), theta.subarray(4, 6)];
    const [w2, b2] = [theta.subarray(6, 12), theta.subarray(12, 15)];
    const logits = [0, 1, 2].map((n) => {
      const hidden = [0, 1].map((j) => {
        const sum = [0, 1].reduce(
          (total, i) => total + (w1[2 * j + i] as number) * (x[2 * n + i] as number),
          b1[j] as number,
        );
        return Math.tanh(sum) * (masks[2 * n + j] as number);
      });
      return [0, 1, 2].map((c) =>
        hidden.reduce((total, h, j) => total + (w2[2 * c + j] as number) * h, b2[c] as number),
      );
    });
    return crossEntropy(logits);
  }

  it('follows central differences of the loss written out, the masks held', async () => {
    const network = mlp({ sizes: [2, 2, 3], activation: 'tanh', dropout: rate });
    const theta = normals(15, 0.7);
    const scale = Math.fround(1 / (1 - rate));
    const data = Float32Array.of(scale, 0, 0, scale, scale, scale);
    const masks = tensor([1, 1, batchSize, 2], data);
    const next = await stepOf(network, theta, { x, inputs: 2, masks, learningRate: 1 });
    for (let i = 0; i < theta.length; i++) {
      const moved = (by: number) => lossByHand(theta.with(i, (theta[i] as number) + by), data);
      const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      expect((theta[i] as number) - (next[i] as number)).toBeCloseTo(slope, 8);
    }
  });

  it('has the mean of the step without dropout where the loss is linear in the units', async () => {
    // The slope of the last bias at logits that are all 0 does not see the units; the last weights see them times their mask.
    const network = (dropout: number) => mlp({ sizes: [2, 2, 3], activation: 'tanh', dropout });
    const theta = normals(15, 0.7).fill(0, 6);
    const common = { x, inputs: 2, learningRate: 1 };
    const without = await stepOf(network(0), theta, { ...common, masks: null });
    const draws = 400;
    const sums = new Float64Array(15);
    const squares = new Float64Array(15);
    for (let draw = 0; draw < draws; draw++) {
      const of = { seeds: [9], steps: [draw], batch: batchSize };
      const masks = dropoutMasks('dropout', of, { rate, units: 2 });
      (await stepOf(network(rate), theta, { ...common, masks })).forEach((value, i) => {
        sums[i] = (sums[i] as number) + value / draws;
        squares[i] = (squares[i] as number) + value ** 2 / draws;
      });
    }
    for (let i = 6; i < 12; i++) {
      const variance = (squares[i] as number) - (sums[i] as number) ** 2;
      const error = Math.sqrt(variance / draws);
      expect(error).toBeGreaterThan(0);
      expect(Math.abs((sums[i] as number) - (without[i] as number))).toBeLessThan(4 * error);
    }
  });
});
