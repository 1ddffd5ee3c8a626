import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Workbench } from '#main/workbench';
import { writeLargeProject } from '../../fixtures/large-project';
import { openStore, storeExperiment, testPlan } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** Rows of every table that an experiment leaves rows in. */
function rowsIn(folder: string): Record<string, number> {
  const tables = [
    ...['experiments', 'experiment_tasks', 'tasks', 'task_reads', 'scalars', 'series'],
    ...['task_artifacts', 'runs', 'run_numbers', 'removals', 'log', 'additions'],
  ];
  const db = new Database(join(folder, 'project.sqlite'), { readonly: true });
  const counts = tables.map((table) => [
    table,
    db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number,
  ]);
  db.close();
  return Object.fromEntries(counts) as Record<string, number>;
}

describe('ProjectStore.removal', () => {
  it('leaves nothing of the experiment and all of the others, in many steps', async () => {
    const folder = temporaryFolder();
    await writeLargeProject(folder, { side: 6, seeds: 3 });
    const store = openStore(folder);
    const others = rowsIn(folder);
    store.removeExperiment('e-large');
    const empty = rowsIn(folder);
    expect(Object.values(empty).every((count) => count === 0)).toBe(true);
    expect(others['run_numbers']).toBeGreaterThan(3000);

    const { experiment } = storeExperiment(store, smallSpec({ name: 'other' }));
    const before = rowsIn(folder);
    storeExperiment(store, smallSpec({ name: 'doomed', seeds: [0, 1, 2, 3] }));
    let steps = 0;
    for (const _ of store.removal('e-doomed')) steps += 1;
    expect(steps).toBeGreaterThan(2);
    expect(rowsIn(folder)).toEqual(before);
    expect(store.experiments.list().map(({ id }) => id)).toEqual([experiment.id]);
    store.requireUnchanged(experiment);
  });

  it('takes it out of sight with the first step, and its name is free', () => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    const steps = store.removal(experiment.id);
    steps.next();
    expect(store.experiments.list()).toEqual([]);
    expect(store.experiments.find(experiment.id)).toBeNull();
    expect(store.experiments.findByName(experiment.name)).toBeNull();
    // It needs the same tasks: no half of what is there.
    const { tasks } = testPlan(experiment.spec);
    store.addExperiment({ ...experiment, id: 'e-again' }, tasks);
    while (steps.next().done !== true);
    expect(store.experiments.list().map(({ id }) => id)).toEqual(['e-again']);
    expect(store.tasks.ofExperiment('e-again')).toHaveLength(tasks.length);
    expect(store.inspect().foreignKeyProblems()).toEqual([]);
    expect(store.removalsBegun()).toEqual([]);
  });

  it('takes tasks with it that an older plan has left, which read its trainings', () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    store.replacePlan(
      experiment.id,
      plan.tasks.filter(({ kind }) => kind === 'train'),
    );
    store.removeExperiment(experiment.id);
    expect(rowsIn(store.folder)).toMatchObject({ tasks: 0, task_reads: 0, experiments: 0 });
  });

  it('is gone on with by the next workbench when a process has ended in between', async () => {
    const folder = temporaryFolder();
    {
      const store = openStore(folder);
      const { experiment } = storeExperiment(store);
      const steps = store.removal(experiment.id);
      steps.next();
      steps.next();
      store[Symbol.dispose]();
    }
    expect(rowsIn(folder)['tasks']).toBeGreaterThan(0);
    await using _workbench = Workbench.open({ folder, workers: 1 });
    await expect.poll(() => rowsIn(folder)['removals'], { timeout: 10_000 }).toBe(0);
    expect(Object.values(rowsIn(folder)).every((count) => count === 0)).toBe(true);
  });
});
