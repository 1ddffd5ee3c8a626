import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Soundness } from '#main/workbench/soundness';
import type { TaskId } from '#main/workers/job';
import { openStore, storeExperiment } from '../../fixtures/open-project';

/** Written by another process, past the program. */
function tamper(folder: string, sql: string): void {
  const db = new Database(join(folder, 'project.sqlite'));
  db.exec(sql);
  db.close();
}

it('screens are shown what is stored, told of damage once it is found, and shown it again after a repair', async () => {
  const store = openStore();
  const { experiment, plan } = storeExperiment(store);
  const result = {
    taskId: plan.tasks[0]?.id as TaskId,
    status: 'done' as const,
    measurements: [
      {
        kind: 'scalar' as const,
        name: 'trainLoss',
        subject: { kind: 'run' as const, seed: 0 },
        value: 0.1,
        error: null,
        samples: 'all',
      },
    ],
    artifacts: [],
    engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32' as const, version: '1' },
    durationMs: 0.1,
    steps: 1,
  };
  await store.commit(store.lease.acquire(), [{ kind: 'result', result, finishedAt: '' }]);
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
