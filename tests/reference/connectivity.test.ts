import { afterAll, describe, expect, it } from 'vitest';
import { bendGradientProgram } from '#main/engine/curve-loop';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { evaluationProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import {
  bezierCoefficients,
  curveResolution,
  curveStatistics,
  refinementPoints,
} from '#main/metrics/mode-connectivity/curve-statistics';
import { curveRateFactor } from '#main/metrics/mode-connectivity/mode-connectivity';
import { closeExecutors, executors } from '../conformance/executors';
import { exactStatistics, float64Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';

afterAll(closeExecutors);

const fixture = readFixture('connectivity.json');
const ts: number[] = fixture.t.data;
const bezier = fixture.curves.find((c: { kind: string }) => c.kind === 'bezier');
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

  it('knows the closed form of opposite minima of a product', () => {
    for (const { first, last, bend, bezier: expected } of fixture.product_loss) {
      const loss = ts.map((t) => {
        const [a, b, c] = bezierCoefficients(t);
        const w = [0, 1].map((i) => a * first.data[i] + b * bend.data[i] + c * last.data[i]);
        return 0.5 * ((w[0] as number) * (w[1] as number) - 1) ** 2;
      });
      const values = expected.loss?.data ?? expected.values?.data;
      expect(relativeError(loss, values)).toBeLessThan(1e-9);
    }
  });
});

describe('the Bezier curve', () => {
  const points = ts.flatMap((t) => {
    const [a, b, c] = bezierCoefficients(t);
    return Array.from(
      { length: size },
      (_, i) => a * fixture.first.data[i] + b * fixture.bend.data[i] + c * fixture.last.data[i],
    );
  });

  it('passes through the points of the fixture', () => {
    expect(relativeError(points, bezier.parameters.data)).toBeLessThan(exactStatistics);
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
    expect(relativeError(means, bezier.loss.data)).toBeLessThan(float64Gradient);
    expect(relativeError(errors, bezier.error_percent.data)).toBeLessThan(exactStatistics);
  });

  for (const { name, executor, tolerances } of executors) {
    it(`has the bend gradient of the fixture, with and without penalty, on ${name}`, async () => {
      const { gradient, gradient_with_l2: penalised, ...rest } = bezier.bend_gradient;
      const decay: number = rest.wd ?? rest.weight_decay ?? rest.l2;
      expect(decay).toBeGreaterThan(0);
      for (const [weightDecay, expected] of [
        [0, gradient],
        [decay, penalised],
      ] as const) {
        const shape = { models: 1, samples: 40, inputs: 6, classes: 3 };
        const program = await executor.program(`bend ${weightDecay}`, () =>
          bendGradientProgram(network, shape, weightDecay),
        );
        const flat = (a: { data: number[] }) => tensor([1, 1, size], Float64Array.from(a.data));
        const result = await program.run({
          first: flat(fixture.first),
          bend: flat(fixture.bend),
          last: flat(fixture.last),
          coefficients: tensor([1, 1, 3], Float64Array.from(bezierCoefficients(0.3))),
          ...problem,
        });
        expect(relativeError(result['gradient']?.data ?? [], expected.data)).toBeLessThan(
          tolerances.gradient,
        );
      }
    });
  }
});

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
