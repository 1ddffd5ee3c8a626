import { describe, expect, it } from 'vitest';
import {
  convectionSolution,
  reactionSolution,
  type Solution,
} from '#main/datasets/generators/evolution';
import { generateDataset } from '#main/datasets/generators/generate';
import { poissonSolution, poissonSource } from '#main/datasets/generators/poisson';
import { makeTrainingData } from '#main/datasets/training-data';
import { zeroLoss } from '#main/datasets/zero-loss';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { evaluationProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { makeObjective } from '#main/metrics/objective';
import { problemSchemas, type ProblemSpec } from '#shared/domain/problem-spec';
import { centralDifference, exactStatistics, float64Gradient } from '../../tolerances';

const step = 1e-4;
const places = [0.1, 0.37, 0.5, 0.82];
const points = places.flatMap((a) => places.map((b): [number, number] => [a, b]));

/** First derivative by central differences. */
const slope = (f: (h: number) => number) => (f(step) - f(-step)) / (2 * step);
/** Second derivative, of fourth order so that a step of 1e-3 does. */
const bend = (f: (h: number) => number) => {
  const h = 1e-3;
  const sum = 16 * (f(h) + f(-h)) - (f(2 * h) + f(-2 * h)) - 30 * f(0);
  return sum / (12 * h * h);
};

function problem<N extends keyof typeof problemSchemas>(name: N, settings: object = {}) {
  return problemSchemas[name].parse({ name, ...settings }) as Extract<ProblemSpec, { name: N }>;
}

describe('exact solutions', () => {
  const slopes = (u: Solution, x: number, t: number) => ({
    x: slope((h) => u(x + h, t)),
    t: slope((h) => u(x, t + h)),
  });

  it.each([1, -2, 30])(
    'of convection satisfies u_t + %d u_x = 0, its start and its period',
    (beta) => {
      const u = convectionSolution(beta);
      for (const [a, t] of points) {
        const x = 2 * Math.PI * a;
        const { x: ux, t: ut } = slopes(u, x, t);
        expect(Math.abs(ut + beta * ux) / (1 + Math.abs(beta) ** 3)).toBeLessThan(
          centralDifference,
        );
        expect(u(x, 0)).toBeCloseTo(Math.sin(x), 12);
        expect(u(0, t)).toBeCloseTo(u(2 * Math.PI, t), 12);
      }
    },
  );

  it.each([1, 5, -3])(
    'of reaction satisfies u_t = %d u (1 - u), its start and its period',
    (rho) => {
      const u = reactionSolution(rho);
      for (const [a, t] of points) {
        const x = 2 * Math.PI * a;
        const value = u(x, t);
        expect(Math.abs(slopes(u, x, t).t - rho * value * (1 - value))).toBeLessThan(
          centralDifference,
        );
        const width = Math.PI / 4;
        expect(u(x, 0)).toBeCloseTo(Math.exp(-((x - Math.PI) ** 2) / (2 * width ** 2)), 12);
        expect(u(0, t)).toBeCloseTo(u(2 * Math.PI, t), 12);
      }
    },
  );

  it.each([1, 3])(
    'of Poisson with %d half waves satisfies -laplace u = f, and is 0 on the boundary',
    (k) => {
      const [u, f] = [poissonSolution(k), poissonSource(k)];
      for (const [x, y] of points) {
        expect(Math.abs(-bend((h) => u([x + h])) - f([x])) / k ** 6).toBeLessThan(
          centralDifference,
        );
        const laplacian = bend((h) => u([x + h, y])) + bend((h) => u([x, y + h]));
        expect(Math.abs(-laplacian - f([x, y])) / k ** 6).toBeLessThan(centralDifference);
        for (const edge of [u([0]), u([1]), u([0, y]), u([1, y]), u([x, 0]), u([x, 1])])
          expect(Math.abs(edge)).toBeLessThan(exactStatistics);
      }
    },
  );
});

/** Rows of a part of a data set. */
function rowsOf({ inputs, count }: { inputs: Float32Array; count: number }): number[][] {
  const width = inputs.length / count;
  return Array.from({ length: count }, (_, i) => [...inputs.subarray(i * width, (i + 1) * width)]);
}

describe('rows of problems', () => {
  it('hold a point, its start, a time of the boundary and the exact solution', () => {
    const { train, test } = generateDataset(
      problem('convection', { beta: 3, points: 50, grid: 5 }),
    );
    for (const row of [...rowsOf(train), ...rowsOf(test)]) {
      const [x, t, startX, startU, edgeT, exact] = row as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      for (const [value, most] of [
        [x, 2 * Math.PI],
        [startX, 2 * Math.PI],
        [t, 1],
        [edgeT, 1],
      ] as const)
        expect(value >= 0 && value <= most + 1e-6).toBe(true);
      expect(startU).toBeCloseTo(Math.sin(startX), 5);
      expect(exact).toBeCloseTo(Math.sin(x - 3 * t), 5);
    }
    // The first coordinate is the slowest of the grid.
    expect(
      rowsOf(test)
        .map(([x, t]) => [x, t])
        .slice(3, 7),
    ).toEqual(
      [
        [0.2 * Math.PI, 0.7],
        [0.2 * Math.PI, 0.9],
        [0.6 * Math.PI, 0.1],
        [0.6 * Math.PI, 0.3],
      ].map((p) => p.map(Math.fround)),
    );
  });

  it('hold a point, the source, a point of the boundary and the exact solution', () => {
    const line = generateDataset(problem('poisson-1d', { frequency: 2, points: 20, grid: 9 }));
    const rows = rowsOf(line.train);
    for (const [x, source, , exact] of rows as [number, number, number, number][]) {
      expect(source).toBeCloseTo((2 * Math.PI) ** 2 * Math.sin(2 * Math.PI * x), 3);
      expect(exact).toBeCloseTo(Math.sin(2 * Math.PI * x), 5);
    }
    expect(rows.slice(0, 4).map((row) => row[2])).toEqual([0, 1, 0, 1]);

    const square = generateDataset(problem('poisson-2d', { points: 400, grid: 4 }));
    const edges = rowsOf(square.train).map((row) => row.slice(3, 5) as [number, number]);
    const sides = [
      edges.filter(([, y]) => y === 0).length,
      edges.filter(([x]) => x === 1).length,
      edges.filter(([, y]) => y === 1).length,
      edges.filter(([x]) => x === 0).length,
    ];
    expect(edges.every(([x, y]) => [x, y].some((c) => c === 0 || c === 1))).toBe(true);
    for (const count of sides) expect(Math.abs(count - 100)).toBeLessThanOrEqual(3);
  });

  it('lie evenly, the first ones of more too, and at random where that is asked for', () => {
    const inBoxes = (sampling: 'even' | 'random', count: number) => {
      const { train } = generateDataset(problem('poisson-2d', { points: 1600, sampling, grid: 3 }));
      const boxes = new Array<number>(16).fill(0);
      for (const [x, y] of rowsOf(train).slice(0, count) as [number, number][]) {
        const box = 4 * Math.floor(4 * x) + Math.floor(4 * y);
        boxes[box] = (boxes[box] ?? 0) + 1;
      }
      return boxes.map((n) => (16 * n) / count);
    };
    for (const count of [400, 1600])
      expect(Math.max(...inBoxes('even', count).map((n) => Math.abs(n - 1)))).toBeLessThan(0.25);
    // The spread of 100 draws a box is a tenth.
    const spread = inBoxes('random', 1600).reduce((sum, n) => sum + (n - 1) ** 2, 0) / 16;
    expect(Math.sqrt(spread)).toBeGreaterThan(0.05);
    expect(Math.sqrt(spread)).toBeLessThan(0.2);
  });
});

describe('zeroLoss', () => {
  it.each([
    problem('convection', { points: 64, initialWeight: 3 }),
    problem('reaction', { points: 64, fraction: 0.5 }),
    problem('poisson-1d', { points: 64 }),
    problem('poisson-1d', { points: 64, formulation: 'deep-galerkin' }),
    problem('poisson-2d', { points: 64, formulation: 'deep-galerkin', boundary: 'penalty' }),
  ])('is the mean loss of a network of zeros: $name $formulation', async (spec) => {
    await using executor = new ReferenceExecutor();
    const dataset = generateDataset(spec);
    const { train } = makeTrainingData(dataset, spec);
    const { facts } = dataset;
    const inputs = spec.name === 'poisson-1d' ? 1 : 2;
    const network = mlp({ sizes: [inputs, 2, 1], activation: 'tanh' });
    const shape = { samples: train.count, inputs: facts.inputs, classes: 1 };
    const program = await executor.program('zero', () =>
      evaluationProgram(network, 1, { ...shape, objective: makeObjective(spec) }),
    );
    const { loss } = await program.run({
      theta: tensor([1, 1, network.parameterCount], new Float64Array(network.parameterCount)),
      x: tensor([train.count, facts.inputs], train.inputs),
      targets: tensor([train.count, 1], new Float64Array(train.count)),
    });
    const mean = [...(loss?.data ?? [])].reduce((a, b) => a + b, 0) / train.count;
    expect(Math.abs(zeroLoss(spec) - mean) / (mean || 1)).toBeLessThan(float64Gradient);
  });
});
