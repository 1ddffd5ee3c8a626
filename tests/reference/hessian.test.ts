import { afterAll, describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { measureHessian } from '#main/metrics/hessian/hessian';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import type { HessianSettings } from '#main/metrics/hessian/definition';
import { metricSchema } from '#shared/domain/spec';
import { oneHot, readFixture } from './fixtures';

const executor = new OnnxCpuExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

describe('measureHessian', () => {
  for (const fixture of readFixture('mlp.json').cases) {
    const labels: number[] = fixture.labels.data ?? fixture.labels;
    const samples: SampleTensors = {
      x: tensor([20, 6], Float32Array.from(fixture.inputs.data)),
      targets: tensor([20, 3], Float32Array.from(oneHot(labels, 3))),
      labels: Int32Array.from(labels),
    };
    const context: CellContext = {
      executor,
      network: mlp({ sizes: fixture.sizes, activation: fixture.activation }),
      objective: crossEntropyObjective,
      inputs: 6,
      classes: 3,
      train: samples,
      measured: samples,
      measuredOrder: '',
      test: samples,
      all: samples,
    };
    const theta = Float32Array.from(fixture.flat.data);
    const models = [{ seed: 5, weights: { theta, statistics: new Float32Array(0) } }];
    const measure = async (options: object): Promise<Record<string, ScalarMeasurement>> => {
      const metric = metricSchema.parse({
        name: 'hessian',
        samples: 20,
        ...options,
      }) as unknown as HessianSettings;
      const [result] = await measureHessian(context, models, metric);
      return Object.fromEntries(
        (result ?? []).flatMap((m) => (m.kind === 'scalar' ? [[m.name, m]] : [])),
      );
    };

    it(`brackets the dense spectrum of the ${fixture.activation} network within its residuals`, async () => {
      const got = await measure({});
      const exact: number[] = fixture.hessian_eigenvalues.data;
      for (const [name, value] of [
        ['hessianTopEigenvalue', exact.at(-1)],
        ['hessianBottomEigenvalue', exact[0]],
      ] as const) {
        const m = got[name] as ScalarMeasurement;
        expect(Math.abs((m.value as number) - (value as number))).toBeLessThanOrEqual(
          (m.error as number) + 1e-5 * (exact.at(-1) as number),
        );
        expect(m.samples).toBe('first 20 training samples');
        expect(m.subject).toEqual({ kind: 'run', seed: 5 });
      }
      const ratio = Math.abs((exact[0] as number) / (exact.at(-1) as number));
      expect(Math.abs((got['hessianNegativeRatio']?.value as number) - ratio)).toBeLessThan(
        (got['hessianNegativeRatio']?.error as number) + 1e-5,
      );
    });

    it(`estimates the dense trace of the ${fixture.activation} network within four standard errors`, async () => {
      const { hessianTrace } = await measure({ probes: 1000 });
      expect(Math.abs((hessianTrace?.value as number) - fixture.hessian_trace)).toBeLessThan(
        4 * (hessianTrace?.error as number),
      );
      expect(hessianTrace?.errorOver).toMatch(/standard error over \d+ Rademacher probes/);
    });

    it(`finds the top eigenvalue of the ${fixture.activation} network by power iteration too, and no bottom one`, async () => {
      const got = await measure({ method: 'power' });
      const exact: number[] = fixture.hessian_eigenvalues.data;
      expect(
        Math.abs((got['hessianTopEigenvalue']?.value as number) / (exact.at(-1) as number) - 1),
      ).toBeLessThan(0.05);
      expect(got['hessianBottomEigenvalue']).toMatchObject({
        value: null,
        reason: 'power iteration gives the top eigenvalue only',
      });
    });
  }
});
