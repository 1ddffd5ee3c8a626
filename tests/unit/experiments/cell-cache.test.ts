import { describe, expect, it } from 'vitest';
import { CellCache } from '#main/experiments/cell-cache';
import { cellNumbers, labelledCells } from '#main/experiments/results';
import type { ProjectStore } from '#main/store/project-store';
import type { TaskOutcome } from '#main/store/result-table';
import type { TaskId } from '#main/workers/job';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const axes = [{ path: 'model.width', role: 'load' as const, values: [2, 3, 4, 5, 6, 7, 8, 9] }];
const metrics = [{ name: 'weight-distance' }];

function trained(taskId: string, seed: number, value: number): TaskOutcome {
  return {
    kind: 'result',
    finishedAt: '',
    result: {
      taskId: taskId as TaskId,
      status: 'done',
      measurements: [
        {
          kind: 'scalar',
          name: 'trainLoss',
          subject: { kind: 'run', seed },
          value,
          error: null,
          samples: 'all',
        },
      ],
      artifacts: [],
      engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      durationMs: 1,
      steps: 0,
    },
  };
}

/** What is read when nothing is remembered, without the single values. */
function fresh(store: ProjectStore, id: string) {
  const experiment = store.experiments.find(id);
  if (!experiment) throw new Error('it is there');
  const cells = cellNumbers(store, experiment).map(({ metrics: own, ...cell }) => ({
    ...cell,
    metrics: Object.fromEntries(
      Object.entries(own).map(([name, metric]) => {
        const { values: _, errors: _e, errorsOver: _o, reasons: _r, ...statistics } = metric;
        return [name, statistics];
      }),
    ),
  }));
  return labelledCells(experiment, cells);
}

function project() {
  const folder = temporaryFolder();
  const store = openStore(folder);
  const { experiment, plan } = storeExperiment(store, smallSpec({ axes, metrics, seeds: [0, 1] }));
  const cache = new CellCache(store);
  const remembered = async () => labelledCells(experiment, await cache.cells(experiment));
  const training = (cell: number, seed: number) =>
    plan.tasks.find((t) => t.kind === 'train' && t.cell === cell && t.seeds[0] === seed)?.id ?? '';
  return { folder, store, experiment, cache, remembered, training };
}

describe('CellCache', () => {
  it('is what the database says, before and after each batch of results', async () => {
    const { store, experiment, remembered, training } = project();
    const lease = store.lease.acquire();
    expect(await remembered()).toEqual(fresh(store, experiment.id));
    for (const [cell, seed] of [
      [0, 0],
      [7, 1],
      [0, 1],
      [3, 0],
    ] as const) {
      await store.commit(lease, [trained(training(cell, seed), seed, cell + seed / 4)]);
      expect(await remembered()).toEqual(fresh(store, experiment.id));
    }
    const [first] = (await remembered()).cells;
    expect(first?.metrics['trainLoss']).toMatchObject({ mean: 0.125, n: 2 });
  });

  it('sees results that are forgotten and done again, and those of another process', async () => {
    const { folder, store, experiment, remembered, training } = project();
    const lease = store.lease.acquire();
    await store.commit(lease, [trained(training(1, 0), 0, 5)]);
    expect((await remembered()).cells[1]?.n).toBe(1);
    store.redo(lease, [training(1, 0)]);
    expect((await remembered()).cells[1]?.n).toBe(0);
    store.lease.release(lease);

    const other = openStore(folder);
    await other.commit(other.lease.acquire(), [trained(training(2, 1), 1, 6)]);
    expect((await remembered()).cells[2]?.metrics['trainLoss']?.mean).toBe(6);
    expect(await remembered()).toEqual(fresh(store, experiment.id));
  });

  it('gives callers at the same time the same answer, each as of its own moment', async () => {
    const { store, remembered, training } = project();
    const before = remembered();
    const alike = remembered();
    expect(await before).toEqual(await alike);
    await store.commit(store.lease.acquire(), [trained(training(4, 0), 0, 9)]);
    const after = await remembered();
    expect((await before).cells[4]?.n).toBe(0);
    expect(after.cells[4]?.n).toBe(1);
  });
});
