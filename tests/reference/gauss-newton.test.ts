import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { gaussNewtonCurvatureProgram, gaussNewtonVectorProgram } from '#main/engine/gauss-newton';
import { hessianVectorProgram } from '#main/engine/network-programs';
import { cnn } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { denseAlgebra, float64Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((total, v, i) => total + v * (b[i] as number), 0);
const normals = (count: number, seed: number) => {
  const stream = new RandomStream(seed, 'test', count);
  return Float64Array.from({ length: count }, () => 0.3 * stream.normal());
};

describe('gaussNewtonVectorProgram', () => {
  for (const fixture of readFixture('mlp.json').cases) {
    const network = mlp({ sizes: fixture.sizes, activation: fixture.activation });
    const size = network.parameterCount;
    const shape = { samples: 20, inputs: 6, classes: 3 };
    const labels: number[] = fixture.labels.data ?? fixture.labels;
    const data = {
      x: tensor([20, 6], Float64Array.from(fixture.inputs.data)),
      targets: tensor([20, 3], oneHot(labels, 3)),
      theta: tensor([1, 1, 1, size], Float64Array.from(fixture.flat.data)),
    };
    const vectors = (rows: number[], count: number) =>
      tensor([1, count, 1, size], Float64Array.from(rows));

    it(`gives the products of the fixture, ${fixture.activation}`, async () => {
      await using executor = new ReferenceExecutor();
      const program = await executor.program('products', () =>
        gaussNewtonVectorProgram(network, { models: 1, vectors: 2 }, shape),
      );
      const { products } = await program.run({
        ...data,
        vectors: vectors(fixture.vectors.data, 2),
      });
      expect(
        relativeError(products?.data ?? [], fixture.gauss_newton_vector_products.data),
      ).toBeLessThan(float64Gradient);
    });

    it(`gives the trace of the fixture over all unit vectors, ${fixture.activation}`, async () => {
      await using executor = new ReferenceExecutor();
      const units = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
      const program = await executor.program('curvatures', () =>
        gaussNewtonCurvatureProgram(network, { models: 1, vectors: size }, shape),
      );
      const { curvatures } = await program.run({ ...data, vectors: vectors(units, size) });
      const trace = Array.from(curvatures?.data ?? []).reduce((a, b) => a + b, 0);
      expect(trace / fixture.gauss_newton_trace - 1).toBeCloseTo(0, 9);
    });
  }

  it('is the Hessian of a network without hidden layers', async () => {
    await using executor = new ReferenceExecutor();
    const network = mlp({ sizes: [4, 3], activation: 'tanh' });
    const size = network.parameterCount;
    const shape = { samples: 5, inputs: 4, classes: 3 };
    const run = async (build: typeof gaussNewtonVectorProgram) => {
      const program = await executor.program(build.name, () =>
        build(network, { models: 2, vectors: 2 }, shape),
      );
      const { products } = await program.run({
        x: tensor([5, 4], normals(20, 1)),
        targets: tensor([5, 3], oneHot([0, 1, 2, 0, 1], 3)),
        theta: tensor([2, 1, 1, size], normals(2 * size, 2)),
        vectors: tensor([2, 2, 1, size], normals(4 * size, 3)),
      });
      return products?.data ?? [];
    };
    const hessian = await run(hessianVectorProgram);
    expect(relativeError(await run(gaussNewtonVectorProgram), hessian)).toBeLessThan(denseAlgebra);
  });

  it("is symmetric and not negative for packed convolutional networks, and v'Gv agrees", async () => {
    await using executor = new ReferenceExecutor();
    const network = cnn({
      ...{ image: [4, 4, 1], classes: 3, width: 2, depth: 2 },
      activation: 'tanh',
      norm: 'batch',
    });
    const size = network.parameterCount;
    const shape = { samples: 4, inputs: 16, classes: 3 };
    const own = normals(2 * size, 5);
    const statistics = Float64Array.from(
      { length: 2 * network.statisticsCount },
      (_, i) => 1 + 0.1 * Math.sin(i),
    );
    const data = {
      x: tensor([4, 16], normals(64, 1)),
      targets: tensor([4, 3], oneHot([0, 1, 2, 0], 3)),
      theta: tensor([2, 1, 1, size], normals(2 * size, 2)),
      statistics: tensor([2, 1, 1, network.statisticsCount], statistics),
    };
    const products = await executor.program('products', () =>
      gaussNewtonVectorProgram(network, { models: 2, vectors: 2 }, shape),
    );
    const curvatures = await executor.program('curvatures', () =>
      gaussNewtonCurvatureProgram(network, { models: 2, vectors: 2 }, shape),
    );
    const twice = new Float64Array([...own, ...own]);
    const g = (await products.run({ ...data, vectors: tensor([2, 2, 1, size], twice) }))[
      'products'
    ];
    const c = (await curvatures.run({ ...data, vectors: tensor([1, 2, 1, size], own) }))[
      'curvatures'
    ];
    const row = (values: ArrayLike<number> | undefined, i: number) =>
      Array.from(values ?? []).slice(i * size, (i + 1) * size);
    for (const model of [0, 1]) {
      const [u, v] = [row(own, 0), row(own, 1)];
      const [gu, gv] = [row(g?.data, 2 * model), row(g?.data, 2 * model + 1)];
      expect(dot(u, gv) / dot(v, gu) - 1).toBeCloseTo(0, 9);
      expect(dot(u, gu)).toBeGreaterThan(0);
      expect((c?.data[2 * model] ?? 0) / dot(u, gu) - 1).toBeCloseTo(0, 9);
      expect((c?.data[2 * model + 1] ?? 0) / dot(v, gv) - 1).toBeCloseTo(0, 9);
    }
  });
});
