/** What holds for every registered metric, run as a worker runs it: each result as alone, each scalar told, every null with a reason. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskResult, TrainedRun } from '#main/workers/job';
import type { RunSettings } from '#shared/domain/cells';
import type { MetricDefinition } from '#shared/domain/metric-definition';
import { metricDefinitions, overOf } from '#shared/domain/metric-registry';
import { findMetricSetting } from '#shared/domain/settings';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { openJobBench } from '../../fixtures/job-bench';
import { measurements, only, trainings, type Work } from '../../fixtures/work';
import { quickSettings } from './cell-context';

const { results: execute } = openJobBench('every-metric');

/** Three runs with their trajectories. */
async function trained(settings: RunSettings): Promise<TrainedRun[]> {
  const results = await execute(settings, trainings([0, 1, 2]));
  return results.map((result, seed) => {
    const hashOf = (name: string) => result.artifacts.find((a) => a.name === name)?.hash;
    return {
      taskId: result.taskId,
      seed,
      weights: hashOf('weights') as TrainedRun['weights'],
      trajectory: hashOf('trajectory') as TrainedRun['weights'],
      diverged: result.status === 'diverged',
    };
  });
}

const settingsOf = (change: (spec: ExperimentSpecInput) => void): RunSettings =>
  quickSettings((spec) => {
    spec.training = { epochs: 3, batchSize: 16, trajectory: { name: 'epochs', every: 1 } };
    change(spec);
  });

/** What is dear is asked for less often here: the definitions' defaults are for real sweeps. */
const thrift: Readonly<Record<string, number>> = {
  samples: 48,
  probes: 10,
  points: 11,
  epochs: 1,
  steps: 12,
  directions: 3,
  planes: 2,
  draws: 6,
  batchSize: 48,
};

function thrifty({ name }: MetricDefinition) {
  const asked = Object.entries(thrift).filter(
    ([key, value]) => findMetricSetting(name, key)?.accepts(value) === true,
  );
  return { name, ...Object.fromEntries(asked) };
}

/** The tasks of a metric over three runs. */
function workOf(metric: MetricDefinition, runs: readonly TrainedRun[]): Work {
  const [a, b, c] = runs as [TrainedRun, TrainedRun, TrainedRun];
  const subjects = {
    run: runs.map((run) => [run]),
    pair: [
      [a, b],
      [b, c],
    ],
    'all-pairs': [runs],
    'three-runs': [runs],
  }[metric.subject];
  return measurements(thrifty(metric), subjects);
}

/** A result without when and how long. */
const numbers = ({ measurements: found, artifacts, status, steps }: TaskResult) => ({
  found,
  artifacts,
  status,
  steps,
});

function expectComplete(metric: MetricDefinition, results: readonly TaskResult[]): void {
  const names = new Set(metric.scalars.map(({ name }) => name));
  for (const { measurements: found } of results) {
    const scalars = found.flatMap((m) => (m.kind === 'scalar' ? [m] : []));
    const bySubject = Map.groupBy(scalars, (m) => JSON.stringify(m.subject));
    for (const own of bySubject.values()) {
      expect(new Set(own.map(({ name }) => name))).toEqual(names);
      expect(own).toHaveLength(names.size);
    }
    for (const m of found) {
      expect(m.samples).not.toBe('');
      expect(m.subject.kind).toBe(overOf(metric.subject));
      if (m.kind === 'scalar' && m.value === null) expect(m.reason).toMatch(/\S{3}/);
      if (m.kind === 'scalar' && m.value !== null) expect(Number.isFinite(m.value)).toBe(true);
      if (m.kind === 'scalar' && m.error !== null) {
        expect(m.error).toBeGreaterThanOrEqual(0);
        expect(m.errorOver).toMatch(/\S{3}/);
      }
      if (m.kind === 'field') expect(m.values).toHaveLength(m.x.length * m.y.length);
      if (m.kind === 'series')
        expect(new Set(Object.values(m.columns).map((column) => column.length)).size).toBe(1);
    }
  }
}

const cases = metricDefinitions.map((metric) => [metric.name, metric] as const);

describe('every metric', () => {
  let runs: TrainedRun[];
  const settings = settingsOf(() => undefined);
  beforeAll(async () => {
    runs = await trained(settings);
  });

  it.each(cases)('%s gives each subject its numbers, the same bits as alone', async (_, metric) => {
    const work = workOf(metric, runs);
    const together = await execute(settings, work);
    expect(together).toHaveLength(work.tasks.length);
    expectComplete(metric, together);
    const [drawn] = together;
    for (const { series } of metric.drawings ?? [])
      if (series !== 'hessian-layer-traces' && series !== 'cka-layers')
        expect(drawn?.measurements.map(({ name }) => name)).toContain(series);
    const last = work.tasks.length - 1;
    const [alone] = await execute(settings, only(work, last));
    expect(numbers(alone as TaskResult)).toEqual(numbers(together[last] as TaskResult));
  });

  it.each(cases)('%s is null with that reason where a run diverged', async (_, metric) => {
    const marked = runs.map((run) => ({ ...run, diverged: run.seed === 0 }));
    const results = await execute(settings, workOf(metric, marked));
    expectComplete(metric, results);
    const touched = results
      .flatMap(({ measurements: found }) => found)
      .filter(({ subject: s }) => (s.kind === 'run' ? s.seed === 0 : s.seeds.includes(0)));
    if (metric.scalars.length > 0) expect(touched.length).toBeGreaterThan(0);
    for (const m of touched) expect(m).toMatchObject({ kind: 'scalar', value: null });
    for (const m of touched)
      expect(m.kind === 'scalar' ? m.reason : '').toBe('the run with seed 0 diverged');
  });
});

describe('every metric on', () => {
  it.each([
    [
      'a convolutional network with batch norm',
      { family: 'cnn', width: 3, depth: 2, norm: 'batch' },
    ],
    ['a residual network', { family: 'resnet', width: 2, depth: 8 }],
  ] as const)('%s is complete', { timeout: 120_000 }, async (_, model) => {
    const settings = settingsOf((spec) => {
      spec.model = model;
    });
    const runs = await trained(settings);
    for (const metric of metricDefinitions)
      expectComplete(metric, await execute(settings, workOf(metric, runs)));
  });

  it('a problem is complete', { timeout: 120_000 }, async () => {
    const settings = settingsOf((spec) => {
      spec.dataset = { name: 'poisson-1d', points: 64 };
      spec.model = { family: 'mlp', width: 6, activation: 'tanh' };
    });
    const runs = await trained(settings);
    for (const metric of metricDefinitions)
      expectComplete(metric, await execute(settings, workOf(metric, runs)));
  });

  it(
    'a training that changes nothing has reasons for what it lacks',
    { timeout: 120_000 },
    async () => {
      const settings = settingsOf((spec) => {
        spec.optimizer = { name: 'sgd', learningRate: 1e-30, momentum: 0 };
      });
      const runs = await trained(settings);
      for (const metric of metricDefinitions)
        expectComplete(metric, await execute(settings, workOf(metric, runs)));
    },
  );

  it('an exploded network has reasons for what it lacks', { timeout: 120_000 }, async () => {
    const settings = settingsOf((spec) => {
      spec.model = { family: 'mlp', width: 4, depth: 1 };
      spec.optimizer = { name: 'sgd', learningRate: 1e6, momentum: 0.9 };
    });
    const runs = (await trained(settings)).map((run) => ({ ...run, diverged: false }));
    for (const metric of metricDefinitions)
      expectComplete(metric, await execute(settings, workOf(metric, runs)));
  });
});
