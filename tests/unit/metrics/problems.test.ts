import { describe, expect, it } from 'vitest';
import { errorPercent, meansOver, relativeError } from '#main/metrics/score';
import { tensor } from '#main/engine/tensor';
import type { TaskResult } from '#main/workers/job';
import type { RunSettings } from '#shared/domain/cells';
import type { SeriesMeasurement } from '#shared/domain/measurement';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { openJobBench } from '../../fixtures/job-bench';
import { measurements, trainings } from '../../fixtures/work';
import { quickSettings } from './cell-context';

const { results: execute } = openJobBench('problems');

/** A small network on a problem, trained by Adam. */
const settingsOf = (dataset: ExperimentSpecInput['dataset'], epochs: number): RunSettings =>
  quickSettings((spec) => {
    spec.dataset = dataset;
    spec.model = { family: 'mlp', width: 16, activation: 'tanh' };
    spec.optimizer = { name: 'adam', learningRate: 0.01, schedule: { name: 'cosine' } };
    spec.training = { epochs, batchSize: 32 };
  });

/** Scalars by name; null ones as their reason. */
const scalarsOf = ({ measurements }: TaskResult) =>
  Object.fromEntries(
    measurements.flatMap((m) => (m.kind === 'scalar' ? [[m.name, m.value ?? m.reason]] : [])),
  ) as Record<string, number | string>;

describe('scores', () => {
  it('are relative L2 errors against the last column, over the range alone', () => {
    const x = tensor([3, 2], Float64Array.of(0, 9, 0, 3, 0, 4));
    const samples = { x, targets: x, labels: new Int32Array(3) };
    const values = { loss: Float64Array.of(8, 1, -3), prediction: Float64Array.of(0, 3.3, 3.6) };
    const means = meansOver('relative-error', [1, 3], { ...values, samples });
    expect(means.loss).toBe(-1);
    expect(means.accuracy).toBeNull();
    expect(means.relativeError).toBeCloseTo(0.1, 12);
    expect(errorPercent(means)).toBeCloseTo(10, 10);
    expect(errorPercent({ loss: 1, accuracy: 0.75, relativeError: null })).toBe(25);
    const lost = { ...values, loss: Float64Array.of(0, NaN, 0), samples };
    expect(meansOver('relative-error', [0, 3], lost)).toEqual({
      loss: null,
      accuracy: null,
      relativeError: null,
    });
  });

  it('are 1 for u = 0, and none where the solution is 0 or not finite', () => {
    expect(relativeError([0, 0], (i) => i + 1, [0, 2])).toBe(1);
    expect(relativeError([1, 1], () => 0, [0, 2])).toBeNull();
    expect(relativeError([NaN], () => 1, [0, 1])).toBeNull();
  });
});

describe('a network on a problem', () => {
  it.each([
    [{ name: 'poisson-1d', points: 512 }, 80, 0.02],
    [{ name: 'poisson-1d', points: 256, boundary: 'penalty' }, 150, 0.05],
    [{ name: 'poisson-1d', points: 256, formulation: 'deep-galerkin' }, 60, 0.01],
    [{ name: 'poisson-2d', points: 256, formulation: 'deep-galerkin', grid: 12 }, 60, 0.02],
    [{ name: 'convection', points: 256, grid: 12 }, 400, 0.05],
    [{ name: 'reaction', points: 256, grid: 12 }, 250, 0.05],
  ] as const)(
    'solves %o in %d epochs to a relative error under %d',
    async (dataset, epochs, most) => {
      const [result] = await execute(settingsOf(dataset, epochs), trainings([0]));
      const scalars = scalarsOf(result as TaskResult);
      expect(scalars['testRelativeError']).toBeLessThan(most);
      expect(scalars['trainRelativeError']).toBeLessThan(most);
      const reason = 'a problem has no classes: its relative error takes the place of accuracy';
      expect([scalars['trainAccuracy'], scalars['testAccuracy']]).toEqual([reason, reason]);
      const { columns } = (result as TaskResult).measurements.find(
        (m): m is SeriesMeasurement => m.kind === 'series',
      ) as SeriesMeasurement;
      expect(Object.keys(columns)).toEqual([
        'epoch',
        'trainLoss',
        'trainRelativeError',
        'testLoss',
        'testRelativeError',
        'learningRate',
      ]);
      expect(columns['testRelativeError']).toHaveLength(epochs + 1);
      expect(columns['testRelativeError']?.at(-1)).toBe(scalars['testRelativeError']);
    },
  );

  it('comes near the least energy of deep Ritz, -(k pi)^2 / 4', async () => {
    const dataset = { name: 'poisson-1d', points: 512, frequency: 2 } as const;
    const [result] = await execute(settingsOf(dataset, 100), trainings([0]));
    const least = -((2 * Math.PI) ** 2) / 4;
    const { testLoss } = scalarsOf(result as TaskResult);
    // The energy exceeds the least by half the squared energy norm of the error.
    expect(testLoss).toBeGreaterThan(least);
    expect((testLoss as number) / least).toBeGreaterThan(0.97);
  });

  it('is measured by every metric: energies below 0, errors in percent, solutions not mixed up', async () => {
    const settings = settingsOf({ name: 'poisson-1d', points: 256 }, 30);
    const trained = await execute(settings, trainings([0, 1]));
    const runs = trained.map((result, seed) => ({
      taskId: result.taskId,
      seed,
      weights: (result.artifacts[0] as TaskResult['artifacts'][0]).hash,
      diverged: false,
    }));
    const [first] = runs as [(typeof runs)[0]];
    const [hessian] = await execute(
      settings,
      measurements({ name: 'hessian', samples: 128, probes: 20 }, [[first]]),
    );
    const sharpness = scalarsOf(hessian as TaskResult);
    expect(sharpness['hessianTopEigenvalue']).toBeGreaterThan(0);
    expect(sharpness['hessianTrace']).toBeGreaterThan(
      sharpness['hessianBottomEigenvalue'] as number,
    );

    const [cka] = await execute(settings, measurements({ name: 'cka', samples: 256 }, [runs]));
    const [likeness] = (cka as TaskResult).measurements;
    expect(likeness?.samples).toBe('first 256 training samples; the solutions there');
    // Both are near the same solution.
    expect(scalarsOf(cka as TaskResult)['cka']).toBeGreaterThan(0.99);

    const [curve] = await execute(
      settings,
      measurements({ name: 'mode-connectivity', epochs: 5, batchSize: 64, learningRate: 1e-3 }, [
        runs,
      ]),
    );
    const along = (curve as TaskResult).measurements.find(
      (m): m is SeriesMeasurement => m.kind === 'series',
    ) as SeriesMeasurement;
    const errors = along.columns['error'] as number[];
    const ends = trained.map((result) => 100 * (scalarsOf(result)['trainRelativeError'] as number));
    expect(errors[0]).toBeCloseTo(ends[0] as number, 3);
    expect(errors.at(-1)).toBeCloseTo(ends[1] as number, 3);
    expect((along.columns['loss'] as number[])[0]).toBeLessThan(0);
    const { curveBarrier } = scalarsOf(curve as TaskResult);
    const mid = ((ends[0] as number) + (ends[1] as number)) / 2;
    expect(curveBarrier).toBeCloseTo(Math.max(...errors) - mid, 3);
  });
});
