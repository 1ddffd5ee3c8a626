import { describe, expect, it } from 'vitest';
import { bendGradientProgram } from '#main/engine/curve-loop';
import { gradientProgram } from '#main/engine/network-programs';
import type { Measured, TrainedModel } from '#main/metrics/measure';
import { arcLength, arcMean, segmentLengths } from '#main/metrics/mode-connectivity/curve-lengths';
import { curveStreamSeed } from '#main/metrics/mode-connectivity/curve-seed';
import { initialParameters } from '#main/engine/networks/initialise';
import {
  curveCoefficients,
  curveKinds,
  curvePoint,
} from '#main/metrics/mode-connectivity/curve-points';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { definition } from '#main/metrics/mode-connectivity/definition';
import { measure } from '#main/metrics/mode-connectivity/measure';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { oneHot, relativeError } from '../../reference/fixtures';
import { centralDifference, float32Gradient } from '../../tolerances';
import { quickSettings } from './cell-context';

const network = mlp({ sizes: [2, 2], activation: 'relu' });
const samples: SampleTensors = {
  x: tensor([4, 2], Float32Array.of(1, 0, 0, 1, 1, 1, 0, 0)),
  targets: tensor([4, 2], Float32Array.from(oneHot([0, 1, 0, 1], 2))),
  labels: Int32Array.of(0, 1, 0, 1),
};

/** The reference, whose losses overflow in the evaluation of that number. */
function overflowing(evaluation: number): Executor {
  const reference = new ReferenceExecutor();
  let evaluations = 0;
  return {
    stamp: reference.stamp,
    loop: (key, build) => reference.loop(key, build),
    async program(key, build) {
      const program = await reference.program(key, build);
      return {
        async run(inputs) {
          const result = await program.run(inputs);
          const { loss } = result;
          return loss && ++evaluations === evaluation
            ? {
                ...result,
                loss: tensor(loss.shape, new Float64Array(loss.data.length).fill(Infinity)),
              }
            : result;
        },
      };
    },
    [Symbol.asyncDispose]: () => reference[Symbol.asyncDispose](),
  };
}

/** Measurements of one curve whose evaluation of that number overflows. */
async function measurementsOf(
  evaluation: number,
  {
    last = Float32Array.of(0, 1, 1, 0, 0, 0),
    ...change
  }: { last?: Float32Array; [setting: string]: unknown } = {},
) {
  const context: CellContext = {
    executor: overflowing(evaluation),
    objective: crossEntropyObjective,
    network,
    inputs: 2,
    classes: 2,
    train: samples,
    measured: samples,
    measuredOrder: '',
    test: samples,
    all: samples,
  };
  const settings = definition.settings.parse({
    name: 'mode-connectivity',
    epochs: 1,
    batchSize: 2,
    ...change,
  });
  const model = (seed: number, theta: Float32Array): TrainedModel => ({
    seed,
    weights: { theta, statistics: new Float32Array(0) },
    initial: () => ({ theta, statistics: new Float32Array(0) }),
    trajectory: () => [],
  });
  const pair = [model(0, Float32Array.of(1, 0, 0, 1, 0, 0)), model(1, last)] as const;
  const [measured] = await measure.measure(
    { context, settings: quickSettings() },
    [pair],
    settings,
  );
  return measured as Measured;
}

/** Values by name, or the reason for none. */
const scalarsOf = ({ measurements }: Measured) =>
  Object.fromEntries(
    measurements.flatMap((m) => (m.kind === 'scalar' ? [[m.name, m.value ?? m.reason]] : [])),
  );

describe('mode-connectivity', () => {
  it('has every value, a curve and its bend where every loss is finite', async () => {
    const measured = await measurementsOf(Infinity);
    expect(measured.measurements.map(({ kind }) => kind)).toContain('series');
    const scalars = scalarsOf(measured);
    expect(Object.keys(scalars)).toEqual(definition.scalars.map(({ name }) => name));
    for (const value of Object.values(scalars)) expect(value).toBeTypeOf('number');
    expect(scalars['curveLengthRatio']).toBeGreaterThanOrEqual(1);
    expect(Object.keys(measured.vectors?.['curve'] ?? {})).toEqual(['bend']);
  });

  for (const [evaluation, where] of [
    [1, 'at the given points'],
    [2, 'around an extreme, where the statistics are decided'],
  ] as const)
    it(`has no value where the loss is not finite ${where}`, async () => {
      const scalars = scalarsOf(await measurementsOf(evaluation));
      expect(Object.keys(scalars)).toEqual(definition.scalars.map(({ name }) => name));
      for (const value of Object.values(scalars))
        expect(value).toBe('the loss on the curve is not finite');
    });

  it('bends in each place that it is asked to', async () => {
    for (const curve of ['bezier', 'polygon'])
      for (const start of ['midpoint', 'random']) {
        const { vectors, measurements } = await measurementsOf(Infinity, {
          curve,
          start,
          bends: 2,
        });
        const { bend1, bend2, ...others } = vectors?.['curve'] ?? {};
        expect(others).toEqual({});
        expect([bend1?.length, bend2?.length]).toEqual([6, 6]);
        expect(bend1).not.toEqual(bend2);
        const length = measurements.find(({ name }) => name === 'curveLength') as { value: number };
        const along = arcLength({
          kind: curve as 'bezier',
          first: Float32Array.of(1, 0, 0, 1, 0, 0),
          bends: [bend1 as Float32Array, bend2 as Float32Array],
          last: Float32Array.of(0, 1, 1, 0, 0, 0),
        });
        expect(length.value).toBe(along);
      }
  });

  it('starts its bends on the line between the ends, or at fresh networks of its own', async () => {
    // Steps too small to move a float32.
    const still = { learningRate: 1e-30, bends: 2 };
    const [line, fresh] = [
      await measurementsOf(Infinity, still),
      await measurementsOf(Infinity, { ...still, start: 'random' }),
    ];
    const third = 1 / 3;
    expect(
      relativeError(line.vectors?.['curve']?.['bend1'] ?? [], [
        2 * third,
        third,
        third,
        2 * third,
        0,
        0,
      ]),
    ).toBeLessThan(float32Gradient);
    const seed = curveStreamSeed(quickSettings(), [0, 1]);
    expect(fresh.vectors?.['curve']).toEqual({
      bend1: initialParameters(network, seed, 'fan-in-uniform'),
      bend2: initialParameters(network, (seed + 1) >>> 0, 'fan-in-uniform'),
    });
  });

  it('looks at the corners of a polygon, wherever the other points lie', async () => {
    const tsOf = async (curve: string) => {
      const { measurements } = await measurementsOf(Infinity, { curve, bends: 2, points: 11 });
      return measurements.flatMap((m) => (m.kind === 'series' ? (m.columns['t'] ?? []) : []));
    };
    expect(await tsOf('polygon')).toEqual(expect.arrayContaining([1 / 3, 2 / 3]));
    expect(new Set(await tsOf('polygon')).size).toBe((await tsOf('polygon')).length);
  });

  it('states an error of the mean loss that covers what finer sampling of the same curve finds', async () => {
    const meanLoss = async (curve: string, points: number) => {
      const change = { curve, points, start: 'random', bends: 2 };
      const { measurements } = await measurementsOf(Infinity, change);
      return measurements.find(({ name }) => name === 'curveMeanLoss') as ScalarMeasurement;
    };
    for (const curve of ['bezier', 'polygon']) {
      const exact = await meanLoss(curve, 1001);
      for (const points of [5, 7, 11, 21]) {
        const { value, error } = await meanLoss(curve, points);
        const missed = Math.abs((value as number) - (exact.value as number));
        expect(missed, `${curve} ${points}`).toBeLessThanOrEqual(error as number);
      }
    }
  });

  it('has no length in units of the distance where both ends are the same', async () => {
    const scalars = scalarsOf(
      await measurementsOf(Infinity, { last: Float32Array.of(1, 0, 0, 1, 0, 0) }),
    );
    expect(scalars['curveLengthRatio']).toBe('both seeds have the same weights');
    expect(scalars['curveLength']).toBeGreaterThan(0);
  });
});

describe('arcLength', () => {
  const at = (...values: number[]) => Float32Array.from(values);

  it('is that of the legs of a polygon, wherever its corners are', () => {
    const curve = {
      kind: 'polygon',
      first: at(0, 0),
      bends: [at(3, 4), at(3, 0)],
      last: at(6, 4),
    } as const;
    expect(arcLength(curve)).toBeCloseTo(14, 12);
  });

  it('is that of a parabola', () => {
    // x = 2t, y = 4t(1-t): the parabola y = x (2 - x) between its roots.
    const curve = { kind: 'bezier', first: at(0, 0), bends: [at(1, 2)], last: at(2, 0) } as const;
    const exact = Math.sqrt(5) + Math.asinh(2) / 2;
    expect(Math.abs(arcLength(curve) / exact - 1)).toBeLessThan(1e-6);
  });

  it('is 0, and no mean is defined over it, where all points are one', () => {
    const curve = { kind: 'bezier', first: at(1, 2), bends: [at(1, 2)], last: at(1, 2) } as const;
    expect(arcLength(curve)).toBe(0);
    expect(arcMean([3, 4, 5], segmentLengths(curve, [0, 0.5, 1]))).toBeNull();
  });
});

describe('several bends', () => {
  it('make the same curve as one, where they lie on it', () => {
    // Degree elevation: a quadratic Bezier curve has the control points (p0 + 2 p1)/3 and (2 p1 + p2)/3 of a cubic one.
    const [first, middle, last] = [
      Float32Array.of(0, 3),
      Float32Array.of(6, 9),
      Float32Array.of(3, -3),
    ];
    const mix = (a: Float32Array, b: Float32Array, share: number) =>
      a.map((v, i) => (1 - share) * v + share * (b[i] as number));
    const bends = [mix(first, middle, 2 / 3), mix(middle, last, 1 / 3)];
    for (const t of [0, 0.1, 0.37, 0.5, 0.9, 1]) {
      const cubic = curvePoint({ kind: 'bezier', first, bends, last }, t);
      const quadratic = curvePoint({ kind: 'bezier', first, bends: [middle], last }, t);
      expect(relativeError(cubic, quadratic)).toBeLessThan(float32Gradient);
    }
    for (const kind of curveKinds)
      for (const t of [0, 0.2, 0.5, 0.8, 1]) {
        const coefficients = curveCoefficients(kind, t, 4);
        expect(coefficients).toHaveLength(6);
        expect(coefficients.reduce((sum, c) => sum + c, 0)).toBeCloseTo(1, 14);
      }
  });

  it('have the gradients of central differences', async () => {
    await using executor = new ReferenceExecutor();
    const shape = { models: 1, samples: 4, inputs: 2, classes: 2 };
    const coefficients = curveCoefficients('bezier', 0.3, 2);
    const program = await executor.program('bends', () =>
      bendGradientProgram(network, shape, { weightDecay: 0.1, bends: 2 }),
    );
    const loss = await executor.program('loss', () => gradientProgram(network, 1, shape));
    const first = Float64Array.of(1, 0.2, 0, 1, -0.3, 0);
    const last = Float64Array.of(0, 1, 1, 0.5, 0, 0.7);
    const bend = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));
    const { x, targets } = samples;
    const at = async (moved: Float64Array) => {
      const points = [first, moved.subarray(0, 6), moved.subarray(6), last];
      const theta = first.map((_, i) =>
        points.reduce((sum, p, j) => sum + (coefficients[j] as number) * (p[i] as number), 0),
      );
      const result = await loss.run({ theta: tensor([1, 1, 6], theta), x, targets });
      const square = theta.reduce((sum, v) => sum + v * v, 0);
      return (result['loss']?.data[0] as number) + 0.05 * square;
    };
    const step = 1e-5;
    const slopes = [];
    for (const i of bend.keys()) {
      const to = (sign: number) => at(bend.map((v, j) => (i === j ? v + sign * step : v)));
      slopes.push(((await to(1)) - (await to(-1))) / (2 * step));
    }
    const { gradient } = await program.run({
      first: tensor([1, 1, 6], first),
      bend: tensor([1, 2, 6], bend),
      last: tensor([1, 1, 6], last),
      coefficients: tensor([1, 1, 4], Float64Array.from(coefficients)),
      x,
      targets,
    });
    expect(relativeError(gradient?.data ?? [], slopes)).toBeLessThan(centralDifference);
  });
});
