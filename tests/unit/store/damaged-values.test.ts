import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { ProjectStore } from '#main/store/project-store';
import type { TaskId, TaskResult } from '#main/workers/job';
import type { Measurement } from '#shared/domain/measurement';
import { openStore, storeExperiment } from '../../fixtures/open-project';

/** Changes values behind the program's back. */
function tamper(store: ProjectStore, sql: string): void {
  const db = new Database(join(store.folder, 'project.sqlite'));
  db.pragma('ignore_check_constraints = ON');
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.close();
}

const oneLineAdvice =
  /^project\.sqlite, [^\n]*must [^\n]*, got [^\n]*; restore it from a copy[^\n]*$/;
const corrupt: unknown = expect.objectContaining({ code: 'store-corrupt' });

describe('a value that is not what was written', () => {
  it.each([
    ['UPDATE experiments SET spec = \'{"specVersion": 1, \'', 'experiments.spec of "small"'],
    ["UPDATE experiments SET spec = '[]'", 'experiments.spec of "small"'],
    ["UPDATE experiments SET thresholds = ''", 'experiments.thresholds of "small"'],
    ["UPDATE experiments SET thresholds = 'null'", 'experiments.thresholds of "small"'],
    ["UPDATE experiments SET spec = replace(spec, '0.05', '0.06')", 'experiments row of "small"'],
    ["UPDATE experiments SET engine = 'reference'", 'experiments row of "small"'],
  ])('is refused on reading: %s', (sql, place) => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    tamper(store, sql);
    for (const read of [
      () => store.experiments.list(),
      () => store.experiments.find(experiment.id),
      () => store.experiments.findByName('small'),
      () => store.experiments.setThresholds(experiment.id, experiment.thresholds),
    ]) {
      expect(read).toThrow(corrupt);
      expect(read).toThrow(oneLineAdvice);
      expect(read).toThrow(place);
    }
  });

  it.each(['[0', '{}', '["0"]'])('is refused in the seeds of a task: %s', (seeds) => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    tamper(store, `UPDATE experiment_tasks SET seeds = '${seeds}'`);
    expect(() => store.tasks.ofExperiment(experiment.id)).toThrow(corrupt);
  });

  it('is refused in series and in the spec of a task', () => {
    const store = openStore();
    const { plan } = storeExperiment(store);
    const id = plan.tasks[0]?.id ?? '';
    tamper(
      store,
      `INSERT INTO series VALUES ('${id}', 0, 'training', 0, NULL, '{"loss": 1}', '', NULL)`,
    );
    expect(() => store.results.measurementsOf(id)).toThrow(/series\.columns of task/);
    tamper(
      store,
      "UPDATE tasks SET spec = 'x', state = 'done', engine_name = 'e', duration_ms = 1",
    );
    expect(() => store.tasks.spec(id)).toThrow(/tasks\.spec of/);
    expect(() => store.results.durations('e', 1)).toThrow(corrupt);
  });

  it.each([
    ['a number', 'UPDATE scalars SET value = 0.2', 'other numbers in 1 tasks'],
    ['a reason in place of a number', "UPDATE scalars SET value = NULL, reason = 'lost'", 'in 1'],
    ['a cell', 'UPDATE experiment_tasks SET cell = 1 WHERE position = 0', 'plan of "small"'],
  ])('is refused before results leave the program: %s', async (_name, sql, words) => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const measurement: Measurement = {
      kind: 'scalar',
      name: 'trainLoss',
      subject: { kind: 'run', seed: 0 },
      value: 0.1,
      error: null,
      samples: 'all',
    };
    const result: TaskResult = {
      taskId: plan.tasks[0]?.id as TaskId,
      status: 'done',
      measurements: [measurement],
      artifacts: [],
      engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      durationMs: 0.1,
      steps: 1,
    };
    await store.commit(store.lease.acquire(), [{ kind: 'result', result, finishedAt: '' }]);
    store.requireUnchanged(experiment);
    tamper(store, sql);
    const check = () => store.requireUnchanged(experiment);
    expect(check).toThrow(corrupt);
    expect(check).toThrow(words);
  });

  it('is read again after the thresholds were changed by the program', () => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    const thresholds = { ...experiment.thresholds, cka: 0.7 };
    store.experiments.setThresholds(experiment.id, thresholds);
    expect(store.experiments.find(experiment.id)).toEqual({ ...experiment, thresholds });
  });
});
