import { afterAll, describe, expect, it } from 'vitest';
import {
  curvatureProgram,
  evaluationProgram,
  gradientProgram,
  hessianVectorProgram,
  logitsProgram,
} from '#main/engine/network-programs';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { constant, input } from '#main/engine/graph';
import { mlp } from '#main/engine/networks/mlp';
import { splitParameters } from '#main/engine/networks/network';
import { modelOf } from '#main/engine/objectives/objective';
import { makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';
import { closeExecutors, executors } from '../conformance/executors';
import { tinyCase, tinyProblems, units } from '../fixtures/tiny-solutions';
import { centralDifference, tolerancesOf } from '../tolerances';
import { relativeError } from './fixtures';

afterAll(closeExecutors);

const rows = 5;
const differenceStep = 1e-4;

/** theta + h v. */
const along = (theta: Float64Array, v: ArrayLike<number>, h: number) =>
  theta.map((w, i) => w + h * (v[i] as number));

/** One derivative of a function of the weights along v, by central differences of fourth order. */
function slopeOf(f: (theta: Float64Array) => number, theta: Float64Array, v: ArrayLike<number>) {
  const at = (k: number) => f(along(theta, v, k * differenceStep));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * differenceStep);
}

const unit = (size: number, i: number) => Array.from({ length: size }, (_, k) => Number(k === i));

for (const { executor, tolerances } of executors) {
  // Differences of formulas bound what float64 can show.
  const tolerance = Math.max(tolerances.deep, centralDifference);
  describe.each(tinyProblems)(`$name on ${executor.stamp.name}`, (problem) => {
    const { objective, coordinates, columns, terms } = problem;
    const { size, x, models, vectors } = tinyCase(problem, rows);
    const network = mlp({ sizes: [coordinates, units, 1], activation: 'tanh' });
    const shape = { samples: rows, inputs: columns, classes: 1, objective };
    const data = {
      x: tensor([rows, columns], x),
      targets: tensor([rows, 1], new Float64Array(rows)),
    };
    const rowOf = (r: number) => x.subarray(r * columns, (r + 1) * columns);
    const lossOf = (theta: Float64Array, r: number) =>
      terms(theta, rowOf(r)).reduce((a, b) => a + b, 0);
    /** The textbook's loss: the sum of the means of its terms. */
    const meanLoss = (theta: Float64Array) => {
      const each = Array.from({ length: rows }, (_, r) => terms(theta, rowOf(r)));
      const means = (each[0] as number[]).map(
        (_, k) => each.reduce((total, row) => total + (row[k] as number), 0) / rows,
      );
      return means.reduce((a, b) => a + b, 0);
    };
    const gradientOf = (theta: Float64Array) =>
      Array.from({ length: size }, (_, i) => slopeOf(meanLoss, theta, unit(size, i)));
    const both = Float64Array.from(models.flatMap((theta) => [...theta]));
    const key = `${objective.key} ${network.key}`;

    it('gives the loss of every row, and the solution there', async () => {
      const program = await executor.program(`rows ${key}`, () =>
        evaluationProgram(network, 2, shape),
      );
      const { loss, prediction } = await program.run({
        theta: tensor([2, 1, size], both),
        ...data,
      });
      const expected = models.flatMap((theta) =>
        Array.from({ length: rows }, (_, r) => lossOf(theta, r)),
      );
      expect(relativeError(loss?.data ?? [], expected)).toBeLessThan(tolerance);
      const outputs = await executor.program(`outputs ${key}`, () =>
        logitsProgram(network, 2, shape),
      );
      const { logits } = await outputs.run({ theta: tensor([2, 1, size], both), x: data.x });
      expect(logits?.shape).toEqual([2, rows, 1]);
      expect(relativeError(prediction?.data ?? [], logits?.data ?? [])).toBeLessThan(tolerance);
    });

    it('gives the mean over rows and its gradient: derivatives in the input and the weights', async () => {
      const program = await executor.program(`gradient ${key}`, () =>
        gradientProgram(network, 2, shape),
      );
      const { loss, gradient } = await program.run({ theta: tensor([2, 1, size], both), ...data });
      expect(relativeError(loss?.data ?? [], models.map(meanLoss))).toBeLessThan(tolerance);
      expect(relativeError(gradient?.data ?? [], models.flatMap(gradientOf))).toBeLessThan(
        tolerance,
      );
    });

    it("gives Hessian-vector products both ways, and v'Hv: one derivative more", async () => {
      const expected = models.flatMap((theta) =>
        vectors.flatMap((v) =>
          Array.from({ length: size }, (_, i) =>
            slopeOf((w) => slopeOf(meanLoss, w, unit(size, i)), theta, v),
          ),
        ),
      );
      const flat = Float64Array.from(vectors.flatMap((v) => [...v]));
      const theta = tensor([2, 1, 1, size], both);
      const products = await executor.program(`products ${key}`, () =>
        hessianVectorProgram(network, { models: 2, vectors: 2 }, shape),
      );
      const forward = await products.run({
        theta,
        vectors: tensor([2, 2, 1, size], Float64Array.from([...flat, ...flat])),
        ...data,
      });
      // Differences of differences: a step of 1e-4 leaves eight digits of the first ones.
      const second = Math.max(tolerances.deep, 2e-6);
      expect(relativeError(forward['products']?.data ?? [], expected)).toBeLessThan(second);

      const reverse = await executor.program(`reverse ${key}`, () =>
        hessianVectorProgram(network, { models: 1, vectors: 1 }, shape, {
          form: 'reverse-over-reverse',
        }),
      );
      const one = await reverse.run({
        theta: tensor([1, 1, 1, size], models[0] as Float64Array),
        vectors: tensor([1, 1, 1, size], vectors[0] as Float64Array),
        ...data,
      });
      const exact = forward['products']?.data.slice(0, size) ?? [];
      expect(relativeError(one['products']?.data ?? [], exact)).toBeLessThan(tolerances.deep);

      const curvature = await executor.program(`curvature ${key}`, () =>
        curvatureProgram(network, { models: 2, vectors: 2 }, shape),
      );
      const { curvatures } = await curvature.run({
        theta,
        vectors: tensor([1, 2, 1, size], flat),
        ...data,
      });
      const along = [0, 1, 2, 3].map((k) =>
        (vectors[k % 2] as Float64Array).reduce(
          (total, v, i) => total + v * (expected[k * size + i] as number),
          0,
        ),
      );
      expect(relativeError(curvatures?.data ?? [], along)).toBeLessThan(second);
    });
  });
}

describe.each(tinyProblems)('dropout on $name', (problem) => {
  it('drops the same units at every point of a sample', async () => {
    await using executor = new ReferenceExecutor();
    const { objective, coordinates, columns } = problem;
    const { size, x, models } = tinyCase(problem, rows);
    const theta = models[0] as Float64Array;
    const network = mlp({ sizes: [coordinates, units, 1], activation: 'tanh', dropout: 0.5 });
    const lossWith = async (weights: Float64Array, mask: readonly number[] | null) => {
      const node = input('theta', [1, 1, size]);
      const model = modelOf(
        network,
        {
          parameters: splitParameters(network, node),
          lead: [1],
          masks:
            mask && constant(Array.from({ length: rows }, () => mask).flat(), [1, rows, units]),
        },
        null,
      );
      const loss = objective.losses(model, {
        x: input('x', [rows, columns]),
        targets: input('targets', [rows, 1]),
      });
      const program = await executor.program(String(mask), () => makeProgram({ loss }));
      const result = await program.run({
        theta: tensor([1, 1, size], weights),
        x: tensor([rows, columns], x),
      });
      return [...(result['loss']?.data ?? [])];
    };
    // Without its second unit, the others twice as strong: the weights of the last layer say the same.
    const first = units * (coordinates + 1);
    const dropped = theta.map((w, i) =>
      i < first || i === size - 1 ? w : i === first + 1 ? 0 : 2 * w,
    );
    const masked = await lossWith(theta, [2, 0, 2]);
    expect(relativeError(masked, await lossWith(dropped, null))).toBeLessThan(
      tolerancesOf['reference']!.op,
    );
    expect(relativeError(masked, await lossWith(theta, null))).toBeGreaterThan(0.01);
  });
});
