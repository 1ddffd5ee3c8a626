import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { curvatureProgram, hessianVectorProgram } from '#main/engine/network-programs';
import { cnn, resnet } from '#main/engine/networks/convolutional';
import type { Network } from '#main/engine/networks/network';
import { mlp } from '#main/engine/networks/mlp';
import { transformer } from '#main/engine/networks/transformer';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { oneHot, relativeError } from '../../reference/fixtures';

/** Both routes in float64: rounding alone. */
const rounding = 1e-12;
const classes = 3;
const samples = 4;
const vectorCount = 2;

const normals = (count: number, seed: number) => {
  const stream = new RandomStream(seed, 'test', count);
  return Float64Array.from({ length: count }, () => 0.3 * stream.normal());
};
const image = { image: [4, 4, 1], classes, width: 2, activation: 'tanh', norm: 'none' } as const;
const images = { inputs: 16, x: normals(samples * 16, 1) };
/** Three tokens of five symbols a sample, one-hot. */
const symbols = Array.from({ length: samples * 3 }, (_, i) => (3 * i + 1) % 5);
const tokens = { inputs: 15, x: oneHot(symbols, 5) };
const cases: readonly { network: Network; inputs: number; x: Float64Array }[] = [
  { network: mlp({ sizes: [16, 3, classes], activation: 'tanh' }), ...images },
  { network: cnn({ ...image, depth: 2 }), ...images },
  { network: resnet({ ...image, depth: 8, skip: true }), ...images },
  {
    network: transformer({
      vocabulary: 5,
      length: 3,
      classes,
      width: 4,
      depth: 1,
      heads: 2,
      feedForward: 8,
      activation: 'tanh',
      causal: false,
      pooling: 'last',
    }),
    ...tokens,
  },
];

describe.each(cases)('curvature of two packed models, $network.key', ({ network, inputs, x }) => {
  it("gives v'Hv along shared vectors as the Hessian-vector products of each model do", async () => {
    await using executor = new ReferenceExecutor();
    const size = network.parameterCount;
    const shape = { samples, inputs, classes };
    const data = {
      x: tensor([samples, inputs], x),
      targets: tensor([samples, classes], oneHot([0, 1, 2, 0], classes)),
    };
    const theta = normals(2 * size, 2);
    const vectors = normals(vectorCount * size, 3);
    const packed = await executor.program('packed', () =>
      curvatureProgram(network, { models: 2, vectors: vectorCount }, shape),
    );
    const { curvatures } = await packed.run({
      theta: tensor([2, 1, 1, size], theta),
      vectors: tensor([1, vectorCount, 1, size], vectors),
      ...data,
    });
    const alone = await executor.program('alone', () =>
      hessianVectorProgram(network, { models: 1, vectors: vectorCount }, shape),
    );
    const expected: number[] = [];
    for (const model of [0, 1]) {
      const { products } = await alone.run({
        theta: tensor([1, 1, 1, size], theta.slice(model * size, (model + 1) * size)),
        vectors: tensor([1, vectorCount, 1, size], vectors),
        ...data,
      });
      for (let k = 0; k < vectorCount; k++) {
        const own = vectors.slice(k * size, (k + 1) * size);
        expected.push(own.reduce((sum, v, i) => sum + v * (products?.data[k * size + i] ?? 0), 0));
      }
    }
    expect(relativeError(curvatures?.data ?? [], expected)).toBeLessThan(rounding);
  });
});
