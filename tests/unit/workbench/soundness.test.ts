import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Soundness } from '#main/workbench/soundness';
import type { TaskOutcome } from '#main/store/result-table';
import type { TaskId } from '#main/workers/job';
import { openStore, storeExperiment } from '../../fixtures/open-project';

/** Written by another process, past the program. */
function tamper(folder: string, sql: string): void {
  const db = new Database(join(folder, 'project.sqlite'));
  db.exec(sql);
  db.close();
}

/** A finished task with the train loss of seed 0. */
const trained = (taskId: string, value: number): TaskOutcome => ({
  kind: 'result',
  finishedAt: '',
  result: {
    taskId: taskId as TaskId,
    status: 'done',
    measurements: [
      {
        kind: 'scalar',
        name: 'trainLoss',
        subject: { kind: 'run', seed: 0 },
        value,
        error: null,
        samples: 'all',
      },
    ],
    artifacts: [],
    engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
    durationMs: 0.1,
    steps: 1,
  },
});

it('screens are shown what is stored, told of damage once it is found, and shown it again after a repair', async () => {
  const store = openStore();
  const { experiment, plan } = storeExperiment(store);
  await store.commit(store.lease.acquire(), [trained(plan.tasks[0]?.id ?? '', 0.1)]);
  tamper(store.folder, 'UPDATE scalars SET value = 0.2');

  const damaged: string[] = [];
  const soundness = new Soundness(store, (id) => damaged.push(id));
  const look = () => {
    soundness.compareSoon(experiment);
  };
  expect(look).not.toThrow();
  await expect.poll(() => damaged).toEqual([experiment.id]);
  expect(look).toThrow('other numbers in 1 tasks');
  expect(look).toThrow('other numbers in 1 tasks');
  expect(damaged).toHaveLength(1);

  tamper(store.folder, 'UPDATE scalars SET value = 0.1');
  expect(look).not.toThrow();
  expect(() => {
    soundness.require(experiment);
  }).not.toThrow();
  expect(look).not.toThrow();
});

it('finds numbers of the table of runs that are not those of the results', async () => {
  const store = openStore();
  const { experiment, plan } = storeExperiment(store);
  const training = plan.tasks.find(({ kind }) => kind === 'train');
  await store.commit(store.lease.acquire(), [trained(training?.id ?? '', 0.1)]);
  const isSound = () => {
    new Soundness(store, () => undefined).require(experiment);
  };
  expect(isSound).not.toThrow();
  for (const [harm, mended] of [
    ['UPDATE run_numbers SET value = 0.2', 'UPDATE run_numbers SET value = 0.1'],
    ['UPDATE run_numbers SET cell = cell + 1', 'UPDATE run_numbers SET cell = cell - 1'],
    [
      `UPDATE runs SET seed = 9 WHERE task_id = '${training?.id}'`,
      `UPDATE runs SET seed = 0 WHERE task_id = '${training?.id}'`,
    ],
  ] as const) {
    tamper(store.folder, harm);
    expect(isSound).toThrow('other numbers in 1 tasks');
    tamper(store.folder, mended);
    expect(isSound).not.toThrow();
  }
});
