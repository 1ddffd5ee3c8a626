import { afterAll, describe, expect, it } from 'vitest';
import {
  curvatureProgram,
  evaluationProgram,
  gradientProgram,
  hessianVectorProgram,
  logitsProgram,
} from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { closeExecutors, executors } from '../conformance/executors';
import { oneHot, readFixture, relativeError } from './fixtures';

afterAll(closeExecutors);

for (const { name, executor, tolerances } of executors) {
  const tolerance = tolerances.gradient;
  for (const fixture of readFixture('mlp.json').cases) {
    describe(`MLP with ${fixture.activation} on ${name}`, () => {
      const network = mlp({ sizes: fixture.sizes, activation: fixture.activation });
      const samples = fixture.samples as number;
      const shape = { samples, inputs: 6, classes: fixture.classes as number };
      const size = fixture.parameter_count as number;
      const labels: number[] = fixture.labels.data ?? fixture.labels;
      const theta = Float64Array.from(fixture.flat.data);
      const x = tensor([samples, 6], Float64Array.from(fixture.inputs.data));
      const targets = tensor([samples, 3], oneHot(labels, 3));

      it('has the parameters of the fixture in its order', () => {
        expect(network.parameterCount).toBe(size);
        expect(network.parameters.map((p) => p.name)).toEqual(
          fixture.parameters.map((p: { name: string }) => p.name),
        );
      });

      it('gives the logits, loss and errors', async () => {
        const logits = await (
          await executor.program(`logits ${network.key}`, () => logitsProgram(network, 1, shape))
        ).run({ theta: tensor([1, 1, size], theta), x });
        expect(relativeError(logits['logits']?.data ?? [], fixture.logits.data)).toBeLessThan(
          tolerance,
        );
        const program = await executor.program(`evaluate ${network.key}`, () =>
          evaluationProgram(network, 1, shape),
        );
        const { loss, prediction } = await program.run({
          theta: tensor([1, 1, size], theta),
          x,
          targets,
        });
        const mean = Array.from(loss?.data ?? []).reduce((a, b) => a + b, 0) / samples;
        expect(Math.abs(mean - fixture.loss) / fixture.loss).toBeLessThan(tolerance);
        const wrong = labels.filter((label, i) => prediction?.data[i] !== label).length;
        expect((100 * wrong) / samples).toBeCloseTo(fixture.error_percent, 10);
      });

      it('gives the gradient', async () => {
        const program = await executor.program(`gradient ${network.key}`, () =>
          gradientProgram(network, 1, shape),
        );
        const { gradient } = await program.run({ theta: tensor([1, 1, size], theta), x, targets });
        expect(relativeError(gradient?.data ?? [], fixture.gradient.data)).toBeLessThan(tolerance);
      });

      it('gives the gradient of smoothed labels', async () => {
        const { epsilon, gradient: expected } = fixture.label_smoothing;
        const smoothed = oneHot(labels, 3).map((t) => (1 - epsilon) * t + epsilon / 3);
        const program = await executor.program(`gradient ${network.key}`, () =>
          gradientProgram(network, 1, shape),
        );
        const { gradient } = await program.run({
          theta: tensor([1, 1, size], theta),
          x,
          targets: tensor([samples, 3], smoothed),
        });
        expect(relativeError(gradient?.data ?? [], expected.data)).toBeLessThan(tolerance);
      });

      it('gives Hessian-vector products, forward over reverse, two vectors at once', async () => {
        const program = await executor.program(`forward ${network.key}`, () =>
          hessianVectorProgram(network, { models: 1, vectors: 2 }, shape),
        );
        const vectors = tensor([1, 2, 1, size], Float64Array.from(fixture.vectors.data));
        const { products } = await program.run({
          theta: tensor([1, 1, 1, size], theta),
          vectors,
          x,
          targets,
        });
        expect(
          relativeError(products?.data ?? [], fixture.hessian_vector_products.data),
        ).toBeLessThan(tolerance);
      });

      it('gives Hessian-vector products, reverse over reverse', async () => {
        const program = await executor.program(`reverse ${network.key}`, () =>
          hessianVectorProgram(network, { models: 1, vectors: 1 }, shape, {
            form: 'reverse-over-reverse',
          }),
        );
        for (const k of [0, 1]) {
          const vectors = tensor(
            [1, 1, 1, size],
            Float64Array.from(fixture.vectors.data.slice(k * size, (k + 1) * size)),
          );
          const { products } = await program.run({
            theta: tensor([1, 1, 1, size], theta),
            vectors,
            x,
            targets,
          });
          const expected = fixture.hessian_vector_products.data.slice(k * size, (k + 1) * size);
          expect(relativeError(products?.data ?? [], expected)).toBeLessThan(tolerance);
        }
      });

      it("gives second derivatives v'Hv along vectors that two models share", async () => {
        const program = await executor.program(`curvature ${network.key}`, () =>
          curvatureProgram(network, { models: 2, vectors: 2 }, shape),
        );
        const { curvatures } = await program.run({
          theta: tensor(
            [2, 1, 1, size],
            Float64Array.from([...theta.map((w) => 0.5 * w), ...theta]),
          ),
          vectors: tensor([1, 2, 1, size], Float64Array.from(fixture.vectors.data)),
          x,
          targets,
        });
        const expected = [0, 1].map((k) => {
          const own: number[] = fixture.vectors.data.slice(k * size, (k + 1) * size);
          const products: number[] = fixture.hessian_vector_products.data.slice(
            k * size,
            (k + 1) * size,
          );
          return own.reduce((total, v, i) => total + v * (products[i] as number), 0);
        });
        expect(relativeError(curvatures?.data.slice(2) ?? [], expected)).toBeLessThan(tolerance);
      });

      it('gives the whole dense Hessian from unit vectors of two models at once', async () => {
        const program = await executor.program(`dense ${network.key}`, () =>
          hessianVectorProgram(network, { models: 2, vectors: size }, shape),
        );
        const identity = new Float64Array(size * size).map((_, i) =>
          i % (size + 1) === 0 ? 1 : 0,
        );
        const both = Float64Array.from([...identity, ...identity]);
        const { products } = await program.run({
          theta: tensor(
            [2, 1, 1, size],
            Float64Array.from([...theta.map((w) => 0.5 * w), ...theta]),
          ),
          vectors: tensor([2, size, 1, size], both),
          x,
          targets,
        });
        const second = (products?.data ?? new Float64Array()).slice(size * size);
        expect(relativeError(second, fixture.hessian.data)).toBeLessThan(tolerance);
      });
    });
  }
}
