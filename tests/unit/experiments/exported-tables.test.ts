import { describe, expect, it } from 'vitest';
import { exportedTable, type ExportedTable } from '#main/experiments/exported-tables';
import { cellsResult, pairResults, runResults } from '#main/experiments/results';
import type { ProjectStore } from '#main/store/project-store';
import type { TaskId } from '#main/workers/job';
import type { ExportLevel } from '#shared/domain/data-export';
import type { Measurement } from '#shared/domain/measurement';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

const samples = 'all';
const numbers: Readonly<Record<string, (cell: number, seeds: readonly number[]) => Measurement[]>> =
  {
    train: (cell, [seed = 0]) => [
      {
        ...{ kind: 'scalar', name: 'trainLoss', subject: { kind: 'run', seed }, samples },
        ...(seed === 2
          ? { value: null, reason: 'the run diverged', error: null }
          : { value: cell + seed / 8, error: null }),
      },
      {
        ...{ kind: 'series', name: 'training', subject: { kind: 'run', seed }, samples },
        columns: { epoch: [1, 2, 3], trainLoss: [2, seed === 2 ? null : 1, 0.5], seed: [9, 9, 9] },
      },
    ],
    cka: (cell) => [
      {
        ...{ kind: 'scalar', name: 'cka', subject: { kind: 'pair', seeds: [0, 1] }, samples },
        ...{ value: 0.5 + cell, error: 0.01 },
      },
      {
        ...{ kind: 'field', name: 'plane', subject: { kind: 'pair', seeds: [0, 1] }, samples },
        ...{ x: [-1, 0, 1], y: [5, 6], values: [1, 2, 3, 4, null, 6] },
      },
    ],
  };

/** 3 cells by 40: more than are read at once. */
async function measured() {
  const store = openStore();
  const spec = smallSpec({
    seeds: [0, 1, 2],
    metrics: [{ name: 'cka', samples: 128 }],
    axes: [
      {
        path: 'model.width',
        role: 'load',
        values: Array.from({ length: 40 }, (_, i) => 4 + i),
      },
    ],
  });
  const { experiment, plan } = storeExperiment(store, spec);
  const lease = store.lease.acquire();
  await store.commit(
    lease,
    plan.tasks.map((task) => ({
      kind: 'result' as const,
      finishedAt: '',
      result: {
        taskId: task.id as TaskId,
        status: 'done' as const,
        measurements: numbers[task.kind]?.(task.cell, task.seeds) ?? [],
        ...{ artifacts: [], durationMs: 1, steps: 0 },
        engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      },
    })),
  );
  return { store, experiment };
}

const tableOf = (
  store: ProjectStore,
  experiment: Parameters<typeof exportedTable>[1],
  level: ExportLevel,
) => exportedTable(store, experiment, { level, labelling: {} });

/** Rows as objects. */
function objects({ columns, rows }: ExportedTable): Record<string, unknown>[] {
  return [...rows].map((row) => {
    expect(row).toHaveLength(columns.length);
    return Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]));
  });
}

describe('exportedTable', () => {
  it('has the cells of the results, read in parts', async () => {
    const { store, experiment } = await measured();
    const whole = cellsResult(store, experiment);
    const rows = objects(tableOf(store, experiment, 'cells'));
    expect(rows).toHaveLength(40);
    for (const [i, cell] of whole.cells.entries())
      expect(rows[i]).toMatchObject({
        cell: cell.index,
        'model.width': 4 + i,
        ...{ n: cell.n, diverged: cell.diverged, phase: cell.phase },
        trainLossMean: i + 1 / 16,
        ...{ trainLossN: 2, trainLossMissing: 1, trainLossOver: 'seeds' },
        trainLossReasons: '1 of 3 missing: the run diverged',
        ...{ ckaMean: 0.5 + i, ckaOver: 'pairs', ckaMissing: 2 },
      });
  });

  it('has the runs and pairs of the results, and tells missing numbers from absent ones', async () => {
    const { store, experiment } = await measured();
    const runs = objects(tableOf(store, experiment, 'runs'));
    const expected = runResults(store, experiment, { stateOf: () => 'done' });
    expect(runs.map((row) => [row['cell'], row['seed'], row['trainLoss']]).sort()).toEqual(
      expected.map((run) => [run.cell, run.seed, run.metrics['trainLoss']]).sort(),
    );
    expect(runs.filter((row) => row['trainLossReason'] !== null)).toHaveLength(40);
    expect(runs[0]).toMatchObject({ trainLossReason: null, testLoss: null });
    const pairs = objects(tableOf(store, experiment, 'pairs'));
    expect(pairs.map((row) => [row['cell'], row['seedA'], row['seedB'], row['cka']])).toEqual(
      pairResults(store, experiment).map((p) => [p.cell, ...p.seeds, p.metrics['cka']]),
    );
  });

  it('has every point of every series and field', async () => {
    const { store, experiment } = await measured();
    const table = tableOf(store, experiment, 'series');
    const rows = objects(table);
    expect(rows).toHaveLength(40 * (3 * 3 + 6));
    const first = rows.filter((row) => row['cell'] === 7 && row['series'] === 'training');
    expect(first.map((row) => [row['seed'], row['point'], row['epoch'], row['trainLoss']])).toEqual(
      [0, 1, 2].flatMap((seed) => [
        [seed, 0, 1, 2],
        [seed, 1, 2, seed === 2 ? null : 1],
        [seed, 2, 3, 0.5],
      ]),
    );
    // A column of a series with the name of one beside it.
    expect(first[0]).toMatchObject({ seed: 0, 'training.seed': 9, x: null });
    const field = rows.filter((row) => row['cell'] === 39 && row['series'] === 'plane');
    expect(field.map((row) => [row['otherSeed'], row['x'], row['y'], row['value']])).toEqual([
      [1, -1, 5, 1],
      [1, 0, 5, 2],
      [1, 1, 5, 3],
      [1, -1, 6, 4],
      [1, 0, 6, null],
      [1, 1, 6, 6],
    ]);
    expect(table.columns.find(({ name }) => name === 'trainLoss')?.definition).toContain(
      'training: Train loss (nats)',
    );
  });

  it('gives each scalar its unit and definition', async () => {
    const { store, experiment } = await measured();
    const { columns } = tableOf(store, experiment, 'runs');
    expect(columns.find(({ name }) => name === 'trainLoss')).toEqual({
      name: 'trainLoss',
      type: 'number',
      unit: 'nats',
      definition:
        'Mean cross-entropy over the training samples at the end of training, without weight decay.',
    });
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
  });
});
