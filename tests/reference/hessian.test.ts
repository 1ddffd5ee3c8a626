import { afterAll, describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { definition } from '#main/metrics/hessian/definition';
import { measure } from '#main/metrics/hessian/measure';
import type { Measurement } from '#shared/domain/measurement';
import {
  fixtureCell,
  fixtureSamples,
  scalarNamed,
  seriesNamed,
  trainedModel,
} from '../fixtures/fixture-cell';
import { readFixture } from './fixtures';

const executor = new OnnxCpuExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

describe('hessian', () => {
  for (const fixture of readFixture('mlp.json').cases) {
    const around = fixtureCell(executor, fixture);
    const run = trainedModel(5, fixture.flat.data);
    const size: number = fixture.flat.data.length;
    const measured = async (options: object): Promise<readonly Measurement[]> => {
      const settings = definition.settings.parse({
        name: 'hessian',
        samples: fixtureSamples,
        ...options,
      });
      const [result] = await measure.measure(around, [run], settings);
      return result?.measurements ?? [];
    };
    const exact: number[] = fixture.hessian_eigenvalues.data;
    const top = exact.at(-1) as number;
    const bottom = exact[0] as number;
    const blockTrace = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => from + i).reduce(
        (sum, i) => sum + (fixture.hessian.data[i * (size + 1)] as number),
        0,
      );

    it(`brackets the dense spectrum of the ${fixture.activation} network within its residuals`, async () => {
      const got = await measured({});
      for (const [name, value] of [
        ['hessianTopEigenvalue', top],
        ['hessianBottomEigenvalue', bottom],
      ] as const) {
        const m = scalarNamed(got, name);
        expect(Math.abs((m.value as number) - value)).toBeLessThanOrEqual(
          (m.error as number) + 1e-5 * top,
        );
        expect(m.samples).toBe('first 20 training samples');
        expect(m.subject).toEqual({ kind: 'run', seed: 5 });
      }
      const ratio = scalarNamed(got, 'hessianNegativeRatio');
      expect(Math.abs((ratio.value as number) - Math.abs(bottom / top))).toBeLessThan(
        (ratio.error as number) + 1e-5,
      );
    });

    it.each(['hutchinson', 'hutch++'])(
      `estimates the dense trace of the ${fixture.activation} network within four standard errors by %s`,
      async (traceMethod) => {
        const got = await measured({ probes: 60, traceMethod });
        const trace = scalarNamed(got, 'hessianTrace');
        expect(Math.abs((trace.value as number) - fixture.hessian_trace)).toBeLessThan(
          4 * (trace.error as number),
        );
        expect(trace.errorOver).toMatch(/standard error over \d+ Rademacher probes/);
      },
    );

    it(`estimates the trace of each layer of the ${fixture.activation} network within four standard errors`, async () => {
      const got = await measured({ probes: 60, layerTraces: true });
      const { columns, facts } = seriesNamed(got, 'hessian-layer-traces');
      expect(facts?.['names']).toEqual(['fc1', 'fc2', 'fc3']);
      const ends = [0, 35, 59, 74];
      columns['trace']?.forEach((value, i) => {
        const truth = blockTrace(ends[i] as number, ends[i + 1] as number);
        expect(Math.abs((value as number) - truth)).toBeLessThan(
          4 * (columns['standardError']?.[i] as number),
        );
      });
      const total = (columns['trace'] ?? []).reduce((a, b) => (a as number) + (b as number), 0);
      const whole = scalarNamed(got, 'hessianTrace').value as number;
      expect((total as number) / whole - 1).toBeCloseTo(0, 5);
      const plain = await measured({ probes: 60 });
      expect((scalarNamed(plain, 'hessianTrace').value as number) / whole - 1).toBeCloseTo(0, 4);
      expect(plain.some((m) => m.name === 'hessian-layer-traces')).toBe(false);
    });

    it(`tells how its estimates for the ${fixture.activation} network settled`, async () => {
      const got = await measured({});
      const { columns } = seriesNamed(got, 'hessian-convergence');
      expect(columns['top']?.at(-1)).toBe(scalarNamed(got, 'hessianTopEigenvalue').value);
      expect(columns['bottom']?.at(-1)).toBe(scalarNamed(got, 'hessianBottomEigenvalue').value);
      const probes = seriesNamed(got, 'hessian-trace-convergence').columns;
      const trace = scalarNamed(got, 'hessianTrace');
      expect(probes['trace']?.at(-1)).toBe(trace.value);
      expect(probes['high']?.at(-1)).toBe((trace.value as number) + (trace.error as number));
    });

    it(`finds the top eigenvalue of the ${fixture.activation} network by power iteration too, and no bottom one`, async () => {
      const got = await measured({ method: 'power' });
      const value = scalarNamed(got, 'hessianTopEigenvalue').value as number;
      expect(Math.abs(value / top - 1)).toBeLessThan(0.05);
      expect(scalarNamed(got, 'hessianBottomEigenvalue')).toMatchObject({
        value: null,
        reason: 'power iteration gives the top eigenvalue only',
      });
    });
  }
});
