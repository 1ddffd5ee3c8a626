/** The progress of an experiment, counted by hand from its tasks. */
import { describe, expect, it } from 'vitest';
import { experimentProgress } from '#main/experiments/progress';
import type { Scheduler } from '#main/experiments/scheduler';
import type { CountedTask, StoredTask } from '#main/store/task-table';
import type { TaskState } from '#shared/domain/results';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

/** Two cells of two seeds with their distances: four trainings of 100 s and two measurements of 10 s, as expected; all take twice that. */
function report(options: {
  states: readonly TaskState[];
  durations?: readonly (number | null)[];
  scheduler?: Partial<Scheduler>;
  begunShare?: (task: CountedTask) => number | null;
}) {
  const store = openStore();
  const spec = smallSpec({ metrics: [{ name: 'weight-distance' }] });
  const { experiment } = storeExperiment(store, spec);
  const stored = store.tasks.ofExperiment(experiment.id);
  const order = (task: StoredTask) => (task.kind === 'train' ? 0 : 1);
  const tasks = [...stored]
    .sort((a, b) => order(a) - order(b))
    .map((task, i) => ({ ...task, durationMs: options.durations?.[i] ?? null }));
  const states = new Map(tasks.map(({ id }, i) => [id, options.states[i] ?? 'waiting']));
  return experimentProgress({
    experiment: { ...experiment, activeMs: 5_000 },
    state: 'running',
    tasks,
    stateOf: ({ id }) => states.get(id) ?? 'waiting',
    failuresOf: () => [],
    // A scheduler owns processes: here is what is asked of it.
    scheduler: (options.scheduler ?? null) as Scheduler | null,
    expectedMs: ({ kind }) => (kind === 'train' ? 100_000 : 10_000),
    factors: () => 2,
    begunShare: options.begunShare ?? (() => null),
  });
}

const idle = {
  isActive: () => true,
  runningMs: () => 1_000,
  workers: 2,
  workersBusy: 2,
  throughput: { perSecond: () => 77 },
  graph: { nodes: new Map() },
} as unknown as Partial<Scheduler>;
const withTraining = (of: object) =>
  ({ ...idle, training: { of: () => of } }) as unknown as Partial<Scheduler>;
const kindOf = (progress: ReturnType<typeof report>, kind: string) =>
  progress.kinds.find((row) => row.kind === kind);

describe('experimentProgress', () => {
  it('counts tasks and runs by state, and adds up the time that finished ones took', () => {
    const progress = report({
      states: ['done', 'diverged', 'failed', 'running', 'done', 'waiting'],
      durations: [700, 30, null, null, 9, null],
    });
    expect(progress.tasks).toMatchObject({
      done: 2,
      diverged: 1,
      failed: 1,
      running: 1,
      waiting: 1,
    });
    expect(progress.runs).toMatchObject({
      done: 1,
      diverged: 1,
      failed: 1,
      running: 1,
      waiting: 0,
    });
    expect(kindOf(progress, 'train')).toMatchObject({
      total: 4,
      done: 2,
      failed: 1,
      running: 1,
      spentMs: 730,
    });
    expect(kindOf(progress, 'weight-distance')).toMatchObject({ total: 2, done: 1, spentMs: 9 });
    expect(progress.cells).toEqual([
      { index: 0, runs: ['done', 'diverged'], measured: 1, toMeasure: 1, failed: 0 },
      { index: 1, runs: ['failed', 'running'], measured: 0, toMeasure: 1, failed: 1 },
    ]);
    expect(progress.elapsedMs).toBe(5_000);
    expect([progress.etaMs, progress.stepsPerSecond]).toEqual([null, null]);
  });

  it('spreads what is left over the workers, and is never shorter than the longest task', () => {
    const all = report({ states: [], scheduler: idle });
    // Four trainings of 200 s and two measurements of 20 s on two workers.
    expect([all.etaMs, all.elapsedMs, all.stepsPerSecond]).toEqual([420_000, 6_000, 77]);
    expect(kindOf(all, 'train')?.leftMs).toBe(400_000);
    const last = report({
      states: ['done', 'done', 'done', 'ready', 'done', 'done'],
      scheduler: idle,
    });
    expect(last.etaMs).toBe(200_000);
  });

  it('leaves out the part of a training that was put down which it has done', () => {
    const progress = report({
      states: ['ready', 'done', 'done', 'done', 'done', 'done'],
      scheduler: idle,
      begunShare: ({ kind }) => (kind === 'train' ? 0.75 : null),
    });
    expect(progress.begun).toMatchObject([{ share: 0.75 }]);
    expect([kindOf(progress, 'train')?.leftMs, progress.etaMs]).toEqual([25_000, 50_000]);
  });

  it('takes trainings that run together as the time of one, told by their own pace', () => {
    const scheduler = withTraining({ steps: 10, totalSteps: 40, packed: 2, leftMs: 30_000 });
    const progress = report({
      states: ['running', 'running', 'done', 'done', 'done', 'done'],
      scheduler,
    });
    expect(progress.trainings).toMatchObject([
      { seed: 0, steps: 10, totalSteps: 40 },
      { seed: 1, steps: 10, totalSteps: 40 },
    ]);
    // One worker is busy for 30 s, the other has nothing to do.
    expect([kindOf(progress, 'train')?.leftMs, progress.etaMs]).toEqual([15_000, 30_000]);
    const four = report({
      states: ['running', 'running', 'running', 'running', 'done', 'done'],
      scheduler,
    });
    expect([kindOf(four, 'train')?.leftMs, four.etaMs]).toEqual([30_000, 30_000]);
  });
});
