import { afterAll, describe, expect, it } from 'vitest';
import { bendGradientProgram } from '#main/engine/curve-loop';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { evaluationProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { arcMean, segmentLengths } from '#main/metrics/mode-connectivity/curve-lengths';
import {
  curveCoefficients,
  curvePoint,
  type Curve,
} from '#main/metrics/mode-connectivity/curve-points';
import {
  curveResolution,
  curveStatistics,
  refinementPoints,
} from '#main/metrics/mode-connectivity/curve-statistics';
import { curveRateFactor } from '#main/metrics/mode-connectivity/curve-training';
import { barrierOf } from '#main/metrics/linear-barrier/barrier';
import { linearPoint } from '#main/metrics/linear-path';
import { largestRise } from '#main/metrics/monotone-interpolation/bump';
import { closeExecutors, executors } from '../conformance/executors';
import {
  centralDifference,
  exactStatistics,
  float32Gradient,
  float64Gradient,
} from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';

afterAll(closeExecutors);

const fixture = readFixture('connectivity.json');
const ts: number[] = fixture.t.data;
const labels: number[] = fixture.model.labels.data ?? fixture.model.labels;
const network = mlp({ sizes: fixture.model.sizes, activation: 'tanh' });
const size = network.parameterCount;
const problem = {
  x: tensor([40, 6], Float64Array.from(fixture.model.inputs.data)),
  targets: tensor([40, 3], oneHot(labels, 3)),
};

describe('curveStatistics', () => {
  it('agrees with the fixture for error and loss along the trained curves', () => {
    for (const curve of fixture.curves) {
      for (const [values, expected] of [
        [curve.error_percent.data, curve.error_statistics],
        [curve.loss.data, curve.loss_statistics],
      ]) {
        const { mid, tStar, connectivity, barrier, gain } = curveStatistics(ts, values);
        const got = [mid, tStar, connectivity, barrier, gain];
        expect(
          relativeError(got, [
            expected.mid,
            expected.t_star,
            expected.mc,
            expected.barrier,
            expected.gain,
          ]),
        ).toBeLessThan(exactStatistics);
      }
    }
  });

  it('takes the first of equal deviations, ends included', () => {
    for (const { name, t, values, statistics: expected } of fixture.statistics_cases) {
      const got = curveStatistics(t.data ?? t, values.data ?? values);
      expect([got.tStar, got.connectivity, got.barrier, got.gain], name).toEqual([
        expected.t_star,
        expected.mc,
        expected.barrier,
        expected.gain,
      ]);
    }
  });

  it('takes the first end where nothing deviates more than the ends, however their mean is rounded', () => {
    const errors = [7, 31, 100, 444, 1000].map((wrong) => 100 * (1 - (1437 - wrong) / 1437));
    for (const first of errors)
      for (const last of errors) {
        const values = [first, (first + last) / 2, last, last];
        const { tStar, connectivity } = curveStatistics([0, 0.3, 0.6, 1], values);
        expect(tStar, `${first} to ${last}`).toBe(0);
        expect(Math.sign(connectivity), `${first} to ${last}`).toBe(Math.sign(last - first));
      }
  });
});

/** The names of the fixture for the kinds of curves. */
const kinds = [
  ['bezier', 'bezier'],
  ['chain', 'polygon'],
] as const;

describe.each(kinds)('the curve that the fixture calls %s', (name, kind) => {
  const expected = fixture.curves.find((c: { kind: string }) => c.kind === name);
  const float32 = ({ data }: { data: number[] }) => Float32Array.from(data);
  const curve: Curve = {
    kind,
    first: float32(fixture.first),
    bends: [float32(fixture.bend)],
    last: float32(fixture.last),
  };
  // In float64, as the fixture is.
  const points = ts.flatMap((t) => {
    const [a, b, c] = curveCoefficients(kind, t) as [number, number, number];
    return Array.from(
      { length: size },
      (_, i) => a * fixture.first.data[i] + b * fixture.bend.data[i] + c * fixture.last.data[i],
    );
  });

  it('passes through the points of the fixture', () => {
    expect(relativeError(points, expected.parameters.data)).toBeLessThan(exactStatistics);
    const rounded = ts.flatMap((t) => [...curvePoint(curve, t)]);
    expect(relativeError(rounded, expected.parameters.data)).toBeLessThan(float32Gradient);
  });

  it('has the losses and errors of the fixture', async () => {
    await using executor = new ReferenceExecutor();
    const program = await executor.program('evaluate', () =>
      evaluationProgram(network, ts.length, { samples: 40, inputs: 6, classes: 3 }),
    );
    const { loss, prediction } = await program.run({
      theta: tensor([ts.length, 1, size], Float64Array.from(points)),
      ...problem,
    });
    const means = ts.map(
      (_, s) =>
        Array.from(loss?.data.slice(40 * s, 40 * (s + 1)) ?? []).reduce((p, q) => p + q, 0) / 40,
    );
    const errors = ts.map(
      (_, s) =>
        (100 * labels.filter((label, i) => prediction?.data[40 * s + i] !== label).length) / 40,
    );
    expect(relativeError(means, expected.loss.data)).toBeLessThan(float64Gradient);
    expect(relativeError(errors, expected.error_percent.data)).toBeLessThan(exactStatistics);
  });

  it('has the lengths of the fixture, and the means over them', () => {
    const lengths = segmentLengths(curve, ts);
    expect(relativeError(lengths, expected.segment_lengths.data)).toBeLessThan(float32Gradient);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(total / expected.length).toBeCloseTo(1, 6);
    const weights = ts.map((_, i) => ((lengths[i - 1] ?? 0) + (lengths[i] ?? 0)) / 2 / total);
    expect(relativeError(weights, expected.arc_weights.data)).toBeLessThan(float32Gradient);
    // From the fixture's own lengths the means are exact.
    for (const [values, mean] of [
      [expected.loss.data, expected.arc_mean_loss],
      [expected.error_percent.data, expected.arc_mean_error_percent],
    ])
      expect(arcMean(values, expected.segment_lengths.data)).toBeCloseTo(mean, 12);
  });

  for (const { name: engine, executor, tolerances } of executors) {
    it(`has the bend gradient of the fixture, with and without penalty, on ${engine}`, async () => {
      const { t, coefficient, gradient, gradient_with_l2: penalised } = expected.bend_gradient;
      const decay: number = expected.bend_gradient.weight_decay;
      expect(decay).toBeGreaterThan(0);
      const coefficients = curveCoefficients(kind, t);
      expect(coefficients[1]).toBeCloseTo(coefficient, 14);
      for (const [weightDecay, gradients] of [
        [0, gradient],
        [decay, penalised],
      ] as const) {
        const shape = { models: 1, samples: 40, inputs: 6, classes: 3 };
        const program = await executor.program(`bend ${name} ${weightDecay}`, () =>
          bendGradientProgram(network, shape, { weightDecay, bends: 1 }),
        );
        const flat = (a: { data: number[] }) => tensor([1, 1, size], Float64Array.from(a.data));
        const result = await program.run({
          first: flat(fixture.first),
          bend: flat(fixture.bend),
          last: flat(fixture.last),
          coefficients: tensor([1, 1, 3], Float64Array.from(coefficients)),
          ...problem,
        });
        expect(relativeError(result['gradient']?.data ?? [], gradients.data)).toBeLessThan(
          tolerances.gradient,
        );
      }
    });
  }
});

describe('the straight line', () => {
  const alphas: number[] = fixture.linear.between_ends.alphas.data;

  it('has the bumps and barriers of the losses of the fixture', () => {
    for (const { loss, bump, monotone, barrier, barrier_alpha: at } of [
      fixture.linear.between_ends,
      fixture.linear.from_initialisation,
    ]) {
      expect(largestRise(loss.data)).toBe(bump);
      expect(largestRise(loss.data) === 0).toBe(monotone);
      const got = barrierOf(alphas, loss.data);
      expect(Math.abs((got?.height ?? NaN) - barrier)).toBeLessThan(exactStatistics);
      expect(got?.alpha).toBe(at);
    }
  });

  it('has the losses of the fixture at its points', async () => {
    await using executor = new ReferenceExecutor();
    const program = await executor.program('line', () =>
      evaluationProgram(network, 21, { samples: 40, inputs: 6, classes: 3 }),
    );
    const { from_initialisation: fromStart, between_ends: between } = fixture.linear;
    for (const [first, last, { loss: expected }] of [
      [fixture.first, fixture.last, between],
      [fromStart.initialisation, fixture.first, fromStart],
    ]) {
      const [a, b] = [Float32Array.from(first.data), Float32Array.from(last.data)];
      const points = Float32Array.from(alphas.flatMap((alpha) => [...linearPoint(a, b, alpha)]));
      const theta = tensor([21, 1, size], points);
      const { loss } = await program.run({ theta, ...problem });
      const means = alphas.map(
        (_, s) =>
          Array.from(loss?.data.slice(40 * s, 40 * (s + 1)) ?? []).reduce((p, q) => p + q, 0) / 40,
      );
      expect(relativeError(means, expected.data)).toBeLessThan(float32Gradient);
    }
  });

  it('has the bump of each list of the fixture', () => {
    for (const { name, values, bump, monotone } of fixture.bumps) {
      expect(largestRise(values.data ?? values), name).toBe(bump);
      expect(bump === 0, name).toBe(monotone);
    }
  });
});

describe.each(fixture.product_loss as { name: string }[])(
  'the loss 0.5 (w1 w2 - 1)^2 on the $name',
  (one) => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    const { first, last, bend, ...expected } = one as any;
    const loss = (w1: number, w2: number) => 0.5 * (w1 * w2 - 1) ** 2;
    const pointOf = (coefficients: readonly number[], at: readonly { data: number[] }[]) =>
      [0, 1].map((i) =>
        coefficients.reduce((sum, c, j) => sum + c * (at[j]?.data[i] as number), 0),
      ) as [number, number];
    const paths = {
      linear: (t: number) => pointOf([1 - t, t], [first, last]),
      bezier: (t: number) => pointOf(curveCoefficients('bezier', t), [first, bend, last]),
      chain: (t: number) => pointOf(curveCoefficients('polygon', t), [first, bend, last]),
    };

    it.each(['linear', 'bezier', 'chain'] as const)('follows the %s path', (name) => {
      const { t, parameters, loss: values, statistics } = expected[name];
      const points = (t.data as number[]).map(paths[name]);
      expect(relativeError(points.flat(), parameters.data)).toBeLessThan(exactStatistics);
      const losses = points.map(([w1, w2]) => loss(w1, w2));
      expect(relativeError(losses, values.data)).toBeLessThan(float64Gradient);
      const got = curveStatistics(t.data, values.data);
      expect([got.mid, got.tStar]).toEqual([statistics.mid, statistics.t_star]);
      const three = [got.connectivity, got.barrier, got.gain];
      expect(
        relativeError(three, [statistics.mc, statistics.barrier, statistics.gain]),
      ).toBeLessThan(exactStatistics);
      // Both ends are minima with loss 0: the barrier of the line is its largest loss.
      expect(barrierOf(t.data, values.data)?.height).toBeCloseTo(statistics.barrier, 12);
    });

    it('has the closed forms of the middle of the line', () => {
      const [a, b] = [first.data[0], last.data[0]] as [number, number];
      const { linear_midpoint_closed_form: middle, linear_mc_closed_form: mc } = expected;
      if (middle !== undefined) {
        expect(loss(...paths.linear(0.5))).toBeCloseTo(middle, 12);
        expect(0.5 * ((a - b) ** 2 / (4 * a * b)) ** 2).toBeCloseTo(middle, 12);
      }
      if (mc !== undefined) {
        const losses = ts.map((t) => loss(...paths.linear(t)));
        expect(curveStatistics(ts, losses).connectivity).toBeCloseTo(mc, 12);
      }
      expect([middle, mc].some((value) => value !== undefined)).toBe(true);
    });

    it.each(['bezier', 'chain'] as const)('has the bend gradient of the %s', (name) => {
      const { t, gradient } = expected[name].bend_gradient;
      const kind = name === 'bezier' ? 'bezier' : 'polygon';
      const at = (moved: readonly number[]) => {
        const coefficients = curveCoefficients(kind, t);
        return loss(...pointOf(coefficients, [first, { data: [...moved] }, last]));
      };
      const step = 1e-5;
      const slopes = [0, 1].map((i) => {
        const to = (sign: number) =>
          at(bend.data.map((v: number, j: number) => (i === j ? v + sign * step : v)));
        return (to(1) - to(-1)) / (2 * step);
      });
      expect(relativeError(slopes, gradient.data)).toBeLessThan(centralDifference);
    });

    it('is as curved at the first minimum as its closed form says', () => {
      const [w1, w2] = first.data as [number, number];
      const mixed = 2 * w1 * w2 - 1;
      expect(
        relativeError([w2 * w2, mixed, mixed, w1 * w1], expected.hessian_first.data),
      ).toBeLessThan(exactStatistics);
      expect(
        relativeError([0, w1 * w1 + w2 * w2], expected.hessian_first_eigenvalues.data),
      ).toBeLessThan(exactStatistics);
    });
  },
);

describe('refinementPoints', () => {
  it('adds thirds of the intervals around the largest and the smallest value', () => {
    expect(refinementPoints([0, 0.5, 1], [1, 4, 0]).map((t) => Number(t.toFixed(4)))).toEqual([
      0.1667, 0.3333, 0.6667, 0.8333, 0.6667, 0.8333, 1, 1,
    ]);
  });
});

describe('curveResolution', () => {
  it('is half the larger step to a neighbour of the deciding value, never 0 at a peak', () => {
    const { connectivity, barrier, gain } = curveResolution([1, 4, 10, 7, 0, 2]);
    expect([connectivity, barrier, gain]).toEqual([3, 3, 3.5]);
    expect(curveResolution([1, 1, 1]).barrier).toBe(0);
  });

  it('covers what finer sampling of a smooth curve finds', () => {
    for (const count of [7, 11, 19]) {
      const sample = (n: number) => Array.from({ length: n }, (_, i) => i / (n - 1));
      const bump = (t: number) =>
        20 * Math.exp(-(((t - 0.43) / 0.15) ** 2)) - 5 * Math.exp(-(((t - 0.8) / 0.1) ** 2));
      const [coarse, fine] = [sample(count).map(bump), sample(2001).map(bump)];
      const exact = curveStatistics(sample(2001), fine);
      const got = curveStatistics(sample(count), coarse);
      const resolution = curveResolution(coarse);
      for (const name of ['connectivity', 'barrier', 'gain'] as const) {
        expect(Math.abs(got[name] - exact[name]), name).toBeLessThanOrEqual(resolution[name]);
      }
    }
  });
});

describe('curveRateFactor', () => {
  it('is 1 for the first half, falls linearly to 0.01 at 90% and stays', () => {
    expect([0, 0.5, 0.7, 0.9, 1].map(curveRateFactor)).toEqual([
      1,
      1,
      expect.closeTo(0.505, 12),
      expect.closeTo(0.01, 12),
      0.01,
    ]);
  });
});
