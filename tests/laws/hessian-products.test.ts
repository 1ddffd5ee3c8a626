import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { gradientProgram, hessianVectorProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { largestDifference, relativeError } from '../reference/fixtures';
import { denseAlgebra, centralDifference } from '../tolerances';

const network = mlp({ sizes: [3, 4, 2], activation: 'tanh' });
const size = network.parameterCount;
const shape = { samples: 5, inputs: 3, classes: 2 };
const executor = new ReferenceExecutor();

const vector = (length: number) =>
  fc.array(
    fc.integer({ min: -200, max: 200 }).map((v) => v / 100),
    { minLength: length, maxLength: length },
  );
const data = {
  x: tensor(
    [5, 3],
    Float64Array.from({ length: 15 }, (_, i) => Math.sin(3 * i + 1)),
  ),
  targets: tensor(
    [5, 2],
    Float64Array.from({ length: 10 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 1 : 0)),
  ),
};

async function product(
  theta: readonly number[],
  vectors: readonly (readonly number[])[],
): Promise<number[][]> {
  const key = `product ${vectors.length}`;
  const program = await executor.program(key, () =>
    hessianVectorProgram(network, { models: 1, vectors: vectors.length }, shape),
  );
  const { products } = await program.run({
    theta: tensor([1, 1, 1, size], Float64Array.from(theta)),
    vectors: tensor([1, vectors.length, 1, size], Float64Array.from(vectors.flat())),
    ...data,
  });
  return vectors.map((_, k) => Array.from(products?.data.slice(k * size, (k + 1) * size) ?? []));
}

async function gradient(theta: readonly number[]): Promise<number[]> {
  const program = await executor.program('gradient', () => gradientProgram(network, 1, shape));
  const result = await program.run({
    theta: tensor([1, 1, size], Float64Array.from(theta)),
    ...data,
  });
  return Array.from(result['gradient']?.data ?? []);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, v, i) => total + v * (b[i] as number), 0);

describe('Hessian-vector products', () => {
  it('are linear and symmetric', async () => {
    await fc.assert(
      fc.asyncProperty(vector(size), vector(size), vector(size), async (theta, u, v) => {
        const both = u.map((a, i) => 2 * a - 3 * (v[i] as number));
        const [hu, hv, hBoth] = (await product(theta, [u, v, both])) as [
          number[],
          number[],
          number[],
        ];
        expect(
          largestDifference(
            hBoth,
            hu.map((a, i) => 2 * a - 3 * (hv[i] as number)),
          ),
        ).toBeLessThan(denseAlgebra);
        expect(Math.abs(dot(u, hv) - dot(v, hu))).toBeLessThan(denseAlgebra);
      }),
      { numRuns: 30 },
    );
  });

  it('are the central differences of the gradient', async () => {
    await fc.assert(
      fc.asyncProperty(vector(size), vector(size), async (theta, v) => {
        const h = 1e-4;
        const moved = (sign: number) =>
          gradient(theta.map((a, i) => a + sign * h * (v[i] as number)));
        const [plus, minus] = [await moved(1), await moved(-1)];
        const difference = plus.map((p, i) => (p - (minus[i] as number)) / (2 * h));
        const [exact] = await product(theta, [v]);
        expect(relativeError([...(exact ?? []), 1], [...difference, 1])).toBeLessThan(
          10 * centralDifference,
        );
      }),
      { numRuns: 20 },
    );
  });
});
