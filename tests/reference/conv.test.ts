import { afterAll, describe, expect, it } from 'vitest';
import {
  curvatureProgram,
  gradientProgram,
  hessianVectorProgram,
  logitsProgram,
  statisticsProgram,
} from '#main/engine/network-programs';
import {
  activation,
  convolution,
  flatten,
  linear,
  residual,
  sequence,
  unflatten,
  type Layer,
} from '#main/engine/networks/layers';
import { networkOf, type Network } from '#main/engine/networks/network';
import { normalisation, type Norm } from '#main/engine/networks/norms';
import { averagePool, globalAveragePool, maxPool } from '#main/engine/networks/pooling';
import { transformer } from '#main/engine/networks/transformer';
import { sizeOf, tensor, type Shape, type Tensor } from '#main/engine/tensor';
import { closeExecutors, executors } from '../conformance/executors';
import { oneHot, readFixture, relativeError, type FixtureArray } from './fixtures';

afterAll(closeExecutors);

type Maker = (sample: Shape) => Layer;

/** Two convolutions with a pooling between and the mean pixel after, with or without batch norm. */
function smallCnn(norm: Norm): Maker[] {
  return [
    unflatten([8, 8, 2]),
    convolution('conv1', { out: 4, kernel: 3, padding: 1 }),
    normalisation('bn1', norm),
    activation('relu'),
    maxPool(2),
    convolution('conv2', { out: 6, kernel: 3, stride: 2, padding: 1 }),
    normalisation('bn2', norm),
    activation('relu'),
    globalAveragePool(),
    linear('fc', 3),
  ];
}

const residualBlock: Maker = (sample) =>
  residual(
    sequence(sample, [
      convolution('conv1', { out: 4, kernel: 3, stride: 2, padding: 1 }),
      activation('relu'),
      convolution('conv2', { out: 4, kernel: 3, padding: 1 }),
    ]),
    sequence(sample, [convolution('shortcut', { out: 4, kernel: 1, stride: 2 })]),
  );

const layerNormMlp = [
  linear('fc1', 5),
  normalisation('ln1', 'feature'),
  activation('relu'),
  linear('fc2', 4),
  normalisation('ln2', 'feature'),
  activation('relu'),
  linear('fc3', 3),
];

function encoder(kind: 'gelu' | 'gelu-tanh'): Network {
  return transformer({
    length: 5,
    vocabulary: 11,
    classes: 3,
    width: 8,
    heads: 2,
    depth: 1,
    feedForward: 16,
    activation: kind,
    causal: false,
    pooling: 'last',
  });
}

const networks: Readonly<Record<string, Network>> = {
  cnn: networkOf('cnn', sequence([128], smallCnn('none'))),
  cnn_batchnorm_train: networkOf('cnn batch norm', sequence([128], smallCnn('batch'))),
  cnn_batchnorm_eval: networkOf('cnn batch norm', sequence([128], smallCnn('batch'))),
  residual: networkOf(
    'residual',
    sequence(
      [128],
      [
        unflatten([8, 8, 2]),
        residualBlock,
        activation('relu'),
        averagePool(2),
        flatten(),
        linear('fc', 3),
      ],
    ),
  ),
  mlp_layernorm: networkOf('layer norm', sequence([6], layerNormMlp)),
  transformer_gelu_exact: encoder('gelu'),
  transformer_gelu_tanh: encoder('gelu-tanh'),
};

/** Images of the fixtures are channels first; ours are channels last. */
function channelsLast({ shape, data }: FixtureArray): Float64Array {
  const [count, channels, height, width] = shape as [number, number, number, number];
  const result = new Float64Array(data.length);
  const pixels = height * width;
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < pixels; p++)
        result[(n * pixels + p) * channels + c] = data[(n * channels + c) * pixels + p] as number;
  return result;
}

/** Tokens as rows of one-hot vectors. */
function inputRows(inputs: FixtureArray): Float64Array {
  if (inputs.shape.length === 4) return channelsLast(inputs);
  return inputs.shape[1] === 5 ? oneHot(inputs.data, 11) : Float64Array.from(inputs.data);
}

/**
 * Where element i of our theta lies in the fixture's: the same but for a linear layer that follows a flattened image, whose
 * inputs the fixture counts channels first.
 */
function order(network: Network): number[] {
  let start = 0;
  return network.parameters.flatMap(({ name, shape }) => {
    const from = start;
    start += sizeOf(shape);
    const isAfterImage = name === 'fc.weight' && shape[1] === 16;
    return Array.from({ length: sizeOf(shape) }, (_, i) => {
      if (!isAfterImage) return from + i;
      const [row, at] = [Math.floor(i / 16), i % 16];
      return from + row * 16 + (at % 4) * 4 + Math.floor(at / 4);
    });
  });
}

for (const { name, executor, tolerances } of executors) {
  const { gradient: tolerance, deep: deepTolerance } = tolerances;
  for (const fixture of readFixture('conv.json').cases) {
    describe(`${fixture.name} on ${name}`, () => {
      const network = networks[fixture.name] as Network;
      const size = network.parameterCount;
      const x = inputRows(fixture.inputs);
      const shape = { samples: 8, inputs: x.length / 8, classes: 3 };
      const place = order(network);
      const ours = (flat: readonly number[]) =>
        Float64Array.from(place, (at) => flat[at] as number);
      const theta = ours(fixture.parameters.flatMap((p: FixtureArray) => p.data));
      const count = fixture.vectors.shape[0] as number;
      const vectors: Float64Array[] = Array.from({ length: count }, (_, k) =>
        ours(fixture.vectors.data.slice(k * size, (k + 1) * size)),
      );
      const policy = fixture.batchnorm?.mode === 'eval' ? 'running' : 'batch';
      const given = (lead: readonly number[]): Record<string, Tensor> => ({
        theta: tensor([...lead, size], theta),
        x: tensor([8, shape.inputs], x),
        targets: tensor([8, 3], oneHot(fixture.labels.data, 3)),
        ...(policy === 'running' && network.statisticsCount > 0
          ? {
              statistics: tensor(
                [...lead, network.statisticsCount],
                Float64Array.from(fixture.batchnorm.buffers.flatMap((b: FixtureArray) => b.data)),
              ),
            }
          : {}),
      });
      const key = `${fixture.name}`;

      it('has the parameters of the fixture in its order', () => {
        expect(network.parameters.map(({ name, shape }) => ({ name, shape: [...shape] }))).toEqual(
          fixture.parameters.map((p: { name: string; shape: number[] }) => ({
            name: p.name,
            shape: p.shape,
          })),
        );
        expect(network.statistics.map((s) => s.name)).toEqual(
          (fixture.batchnorm?.buffers ?? fixture.batchnorm?.buffers_before ?? []).map(
            (b: { name: string }) => b.name,
          ),
        );
      });

      it('gives the logits, the loss and the gradient', async () => {
        const logitsOf = await executor.program(`logits ${key}`, () =>
          logitsProgram(network, 1, shape, policy),
        );
        const { logits } = await logitsOf.run(given([1, 1]));
        expect(relativeError(logits?.data ?? [], fixture.logits.data)).toBeLessThan(tolerance);
        const gradientOf = await executor.program(`gradient ${key}`, () =>
          gradientProgram(network, 1, shape, policy),
        );
        const { loss, gradient } = await gradientOf.run(given([1, 1]));
        expect(relativeError(loss?.data ?? [], [fixture.loss])).toBeLessThan(tolerance);
        expect(relativeError(gradient?.data ?? [], ours(fixture.gradient.data))).toBeLessThan(
          tolerance,
        );
      });

      it('gives Hessian-vector products both ways', async () => {
        const expected = vectors.map((_, k) =>
          ours(fixture.hessian_vector_products.data.slice(k * size, (k + 1) * size)),
        );
        const forward = await executor.program(`forward ${key}`, () =>
          hessianVectorProgram(network, { models: 1, vectors: count }, shape, { policy }),
        );
        const both = Float64Array.from(vectors.flatMap((v) => [...v]));
        const { products } = await forward.run({
          ...given([1, 1, 1]),
          vectors: tensor([1, count, 1, size], both),
        });
        expect(
          relativeError(
            products?.data ?? [],
            expected.flatMap((v) => [...v]),
          ),
        ).toBeLessThan(deepTolerance);
        const reverse = await executor.program(`reverse ${key}`, () =>
          hessianVectorProgram(network, { models: 1, vectors: 1 }, shape, {
            form: 'reverse-over-reverse',
            policy,
          }),
        );
        for (const [k, v] of vectors.entries()) {
          const { products: one } = await reverse.run({
            ...given([1, 1, 1]),
            vectors: tensor([1, 1, 1, size], v),
          });
          expect(relativeError(one?.data ?? [], expected[k] as Float64Array)).toBeLessThan(
            deepTolerance,
          );
        }
      });

      it("gives v'Hv by two forward passes", async () => {
        const program = await executor.program(`curvature ${key}`, () =>
          curvatureProgram(network, { models: 1, vectors: count }, shape, policy),
        );
        const { curvatures } = await program.run({
          ...given([1, 1, 1]),
          vectors: tensor([1, count, 1, size], Float64Array.from(vectors.flatMap((v) => [...v]))),
        });
        const products: number[] = fixture.hessian_vector_products.data;
        const directions: number[] = fixture.vectors.data;
        const expected = vectors.map((_, k) =>
          products
            .slice(k * size, (k + 1) * size)
            .reduce((total, h, i) => total + h * (directions[k * size + i] as number), 0),
        );
        expect(relativeError(curvatures?.data ?? [], expected)).toBeLessThan(deepTolerance);
      });

      if (fixture.batchnorm?.mode === 'train') {
        it("gives the batch's statistics, of which the running averages are made", async () => {
          const program = await executor.program(`statistics ${key}`, () =>
            statisticsProgram(network, 1, shape),
          );
          const { statistics } = await program.run(given([1, 1]));
          const flat = (buffers: FixtureArray[]) => buffers.flatMap((b) => b.data);
          const before = flat(fixture.batchnorm.buffers_before);
          const after = Array.from(
            statistics?.data ?? [],
            (value, i) => 0.9 * (before[i] as number) + 0.1 * value,
          );
          expect(relativeError(after, flat(fixture.batchnorm.buffers_after))).toBeLessThan(
            tolerance,
          );
        });
      }
    });
  }
}
