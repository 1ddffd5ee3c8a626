/** Spectral density, Gauss-Newton, eigenvectors and sample convergence as metrics, against dense matrices. */
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import * as eigenvectors from '#main/metrics/hessian-eigenvectors/definition';
import { measure as measureEigenvectors } from '#main/metrics/hessian-eigenvectors/measure';
import * as gaussNewton from '#main/metrics/gauss-newton/definition';
import { measure as measureGaussNewton } from '#main/metrics/gauss-newton/measure';
import type { Measured, RunMeasure } from '#main/metrics/measure';
import * as convergence from '#main/metrics/sample-convergence/definition';
import { measure as measureConvergence } from '#main/metrics/sample-convergence/measure';
import * as sharpness from '#main/metrics/sharpness/definition';
import { measure as measureSharpness } from '#main/metrics/sharpness/measure';
import * as density from '#main/metrics/spectral-density/definition';
import { measure as measureDensity } from '#main/metrics/spectral-density/measure';
import {
  fixtureCell,
  fixtureSamples,
  scalarNamed,
  seriesNamed,
  trainedModel,
} from '../fixtures/fixture-cell';
import { float32Gradient } from '../tolerances';
import { readFixture } from './fixtures';

const executor = new OnnxCpuExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

/** Distance of a scalar from the truth in its own errors, float32 rounding of the truth allowed for. */
function deviation(measured: Measured | undefined, name: string, truth: number): number {
  const { value, error } = scalarNamed(measured?.measurements ?? [], name);
  const rounding = float32Gradient * Math.abs(truth);
  return Math.max(0, Math.abs((value as number) - truth) - rounding) / ((error ?? 0) + rounding);
}

const sumOf = (values: readonly (number | null)[] | undefined) =>
  (values ?? []).reduce<number>((total, x) => total + (x ?? 0), 0);

for (const fixture of readFixture('mlp.json').cases)
  describe(`of the ${fixture.activation} network`, () => {
    const around = fixtureCell(executor, fixture);
    const size: number = fixture.flat.data.length;
    const dense: number[] = fixture.hessian.data;
    const exact: number[] = fixture.hessian_eigenvalues.data;
    const runs = [
      trainedModel(0, fixture.flat.data),
      trainedModel(
        1,
        (fixture.flat.data as number[]).map((x, i) => 0.8 * x + 0.05 * Math.sin(i)),
      ),
    ];
    const samples = fixtureSamples;

    it('spectral-density has the moments of the dense Hessian within four of its errors', async () => {
      const settings = density.definition.settings.parse({
        ...{ name: 'spectral-density', samples, steps: 30, probes: 200 },
      });
      const [found] = await measureDensity.measure(around, runs.slice(0, 1), settings);
      const squared = dense.reduce((sum, x) => sum + x * x, 0);
      expect(deviation(found, 'spectralMean', fixture.hessian_trace / size)).toBeLessThan(4);
      expect(deviation(found, 'spectralSecondMoment', squared / size)).toBeLessThan(4);
      const below = -1e-3 * (exact.at(-1) as number);
      const negative = exact.filter((l) => l < below).length / size;
      const mass = scalarNamed(found?.measurements ?? [], 'spectralNegativeMass');
      // A node may stand for eigenvalues on both sides of the border.
      const error = 4 * (mass.error as number) + 0.05;
      expect(Math.abs((mass.value as number) - negative)).toBeLessThan(error);
      const nodes = seriesNamed(found?.measurements ?? [], 'spectral-nodes').columns;
      expect(sumOf(nodes['weight'])).toBeCloseTo(200, 9);
      const curve = seriesNamed(found?.measurements ?? [], 'spectral-density').columns;
      const grid = curve['eigenvalue'] as readonly number[];
      const width = (grid[1] as number) - (grid[0] as number);
      expect(sumOf(curve['density']) * width).toBeCloseTo(1, 3);
    });

    it('spectral-density of one vector has no error and says so', async () => {
      const settings = density.definition.settings.parse({
        ...{ name: 'spectral-density', samples, steps: 5, probes: 1 },
      });
      const [found] = await measureDensity.measure(around, runs.slice(0, 1), settings);
      expect(scalarNamed(found?.measurements ?? [], 'spectralMean')).toMatchObject({
        error: null,
        errorOver: 'unknown: 5 steps from one Rademacher vector',
      });
    });

    it('gauss-newton has the top eigenvalue and the trace of the dense matrix', async () => {
      const settings = gaussNewton.definition.settings.parse({ name: 'gauss-newton', samples });
      const [found] = await measureGaussNewton.measure(around, runs.slice(0, 1), settings);
      const top = fixture.gauss_newton_eigenvalues.data.at(-1) as number;
      expect(deviation(found, 'gaussNewtonTopEigenvalue', top)).toBeLessThan(1);
      expect(deviation(found, 'gaussNewtonTrace', fixture.gauss_newton_trace)).toBeLessThan(4);
    });

    it('gauss-newton is null for problems, with the reason', async () => {
      const settings = gaussNewton.definition.settings.parse({ name: 'gauss-newton', samples });
      const { context } = around;
      const objective = { ...context.objective, score: 'relative-error' } as const;
      const ofProblem = { ...around, context: { ...context, objective } };
      const [found] = await measureGaussNewton.measure(ofProblem, runs.slice(0, 1), settings);
      expect(scalarNamed(found?.measurements ?? [], 'gaussNewtonTrace')).toMatchObject({
        value: null,
        reason: "a problem's loss is not a function of the outputs at the samples alone",
      });
    });

    it('hessian-eigenvectors has eigenvalues within its residuals, and orthonormal eigenvectors', async () => {
      const count = 5;
      const settings = eigenvectors.definition.settings.parse({
        ...{ name: 'hessian-eigenvectors', samples, count },
      });
      const [found] = await measureEigenvectors.measure(around, runs.slice(0, 1), settings);
      const { columns } = seriesNamed(found?.measurements ?? [], 'hessian-eigenvalues');
      const vectors = Object.values(found?.vectors?.['hessian-eigenvectors'] ?? {});
      expect(vectors).toHaveLength(count);
      vectors.forEach((v, i) => {
        const value = columns['value']?.[i] as number;
        const residual = columns['residual']?.[i] as number;
        expect(Math.abs(value - (exact.at(-1 - i) as number))).toBeLessThan(residual + 1e-6);
        const rest = Array.from(v, (x, row) =>
          v.reduce((sum, y, j) => sum + (dense[row * size + j] as number) * y, -value * x),
        );
        expect(Math.hypot(...rest)).toBeLessThan(residual + 1e-5);
        vectors.forEach((u, j) => {
          const inner = v.reduce((sum, x, k) => sum + x * (u[k] as number), 0);
          expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThan(1e-6);
        });
      });
      const gradient: number[] = fixture.gradient.data;
      const square = gradient.reduce((sum, x) => sum + x * x, 0);
      const within = vectors.reduce(
        (sum, v) => sum + v.reduce((inner, x, k) => inner + x * (gradient[k] as number), 0) ** 2,
        0,
      );
      const part = scalarNamed(found?.measurements ?? [], 'gradientInTopSubspace').value as number;
      expect(part / (within / square) - 1).toBeCloseTo(0, 4);
      const ratio = scalarNamed(found?.measurements ?? [], 'hessianEigenvalueRatio');
      const truth = (exact.at(-2) as number) / (exact.at(-1) as number);
      expect(Math.abs((ratio.value as number) - truth)).toBeLessThan(
        (ratio.error as number) + 1e-6,
      );
    });

    it('sample-convergence compares with all samples, and is exact where all are asked for', async () => {
      const ofAll = convergence.definition.settings.parse({
        ...{ name: 'sample-convergence', samples },
      });
      const [same] = await measureConvergence.measure(around, runs.slice(0, 1), ofAll);
      for (const name of ['topEigenvalueSampleError', 'traceSampleError'])
        expect(scalarNamed(same?.measurements ?? [], name)).toMatchObject({ value: 0, error: 0 });
      const settings = convergence.definition.settings.parse({
        ...{ name: 'sample-convergence', samples: 10, probes: 40 },
      });
      const [found] = await measureConvergence.measure(around, runs.slice(0, 1), settings);
      const { columns } = seriesNamed(found?.measurements ?? [], 'sample-convergence');
      expect(columns['samples']).toEqual([10, fixtureSamples]);
      const [part, whole] = columns['topEigenvalue'] as [number, number];
      expect(Math.abs(whole / (exact.at(-1) as number) - 1)).toBeLessThan(1e-3);
      const top = scalarNamed(found?.measurements ?? [], 'topEigenvalueSampleError');
      expect(top.value).toBeCloseTo(part / whole - 1, 9);
      const [low, all] = columns['trace'] as [number, number];
      const trace = scalarNamed(found?.measurements ?? [], 'traceSampleError');
      expect(trace.value).toBeCloseTo(low / all - 1, 9);
      expect(trace.error).toBeGreaterThan(0);
    });

    it('sharpness rises with the radius, above the first-order rise where the loss curves up', async () => {
      const rise = async (radius: number) => {
        const settings = sharpness.definition.settings.parse({
          ...{ name: 'sharpness', samples, radius, draws: 20 },
        });
        const [found] = await measureSharpness.measure(around, runs.slice(0, 1), settings);
        return scalarNamed(found?.measurements ?? [], 'samSharpness').value as number;
      };
      const [small, large] = [await rise(0.01), await rise(0.1)];
      expect(large).toBeGreaterThan(10 * small * 0.9);
      // The best of the ball is at least what the gradient's direction gives, to second order.
      const gradient: number[] = fixture.gradient.data;
      const square = gradient.reduce((sum, x) => sum + x * x, 0);
      const curved = gradient.reduce(
        (sum, x, i) =>
          sum +
          x * gradient.reduce((inner, y, j) => inner + (dense[i * size + j] as number) * y, 0),
        0,
      );
      const along = 0.01 * Math.sqrt(square) + (0.5 * 0.01 ** 2 * curved) / square;
      expect(small).toBeGreaterThan(along * (1 - 1e-3));
    });

    const all: readonly (readonly [string, RunMeasure<never>, unknown])[] = [
      [
        'spectral-density',
        measureDensity,
        density.definition.settings.parse({
          name: 'spectral-density',
          samples,
          steps: 10,
          probes: 2,
        }),
      ],
      [
        'gauss-newton',
        measureGaussNewton,
        gaussNewton.definition.settings.parse({ name: 'gauss-newton', samples, probes: 10 }),
      ],
      [
        'hessian-eigenvectors',
        measureEigenvectors,
        eigenvectors.definition.settings.parse({ name: 'hessian-eigenvectors', samples, count: 3 }),
      ],
      [
        'sample-convergence',
        measureConvergence,
        convergence.definition.settings.parse({
          name: 'sample-convergence',
          samples: 10,
          probes: 5,
        }),
      ],
      [
        'sharpness',
        measureSharpness,
        sharpness.definition.settings.parse({ name: 'sharpness', samples, steps: 3, draws: 4 }),
      ],
    ];
    it.each(all)(
      '%s gives each of two runs the numbers it has alone',
      async (_, measure, settings) => {
        const together = await measure.measure(around, runs, settings as never);
        for (const [i, run] of runs.entries()) {
          const [alone] = await measure.measure(around, [run], settings as never);
          expect(together[i]).toEqual(alone);
        }
        expect(together[0]).not.toEqual({ ...together[1] });
      },
    );
  });
