/** Cells that are kept against cells read from the results from scratch, under whatever is written in between. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CellCache } from '#main/experiments/cell-cache';
import { cellNumbers } from '#main/experiments/results';
import type { TaskOutcome } from '#main/store/result-table';
import type { TaskId } from '#main/workers/job';
import type { DetailedCellMetric } from '#shared/domain/results';
import { scalarDefinitions } from '#shared/domain/scalars';
import { openStore, storeExperiment, testPlan } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

const spec = smallSpec({
  axes: [{ path: 'model.width', role: 'load' as const, values: [2, 3, 4, 5, 6] }],
  metrics: [{ name: 'weight-distance' }, { name: 'hessian' }],
  seeds: [0, 1, 2],
});
const added = {
  metric: { name: 'weight-norms' as const },
  cells: [1, 3],
  addedAt: '2026-01-01T00:00:00.000Z',
};

const value = fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constant(null));
const edit = fc.oneof(
  fc.record({
    kind: fc.constantFrom('done' as const, 'diverged' as const),
    task: fc.nat(),
    values: fc.array(value, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constantFrom('failed' as const, 'redo' as const), task: fc.nat() }),
  fc.record({
    kind: fc.constantFrom('elsewhere' as const),
    task: fc.nat(),
    values: fc.array(value, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constantFrom('more' as const, 'replan' as const) }),
);
const look = fc.option(
  fc.subarray(['trainLoss', 'weightDistance', 'weightNorm', 'testAccuracy', 'none']),
  { nil: undefined },
);

type Task = ReturnType<typeof testPlan>['tasks'][number];

/** A task with a number for each of its subjects: of runs by seed, of pairs by both seeds. */
function outcomeOf(
  task: Task,
  status: 'done' | 'diverged',
  values: readonly (number | null)[],
): TaskOutcome {
  const metric = task.kind === 'train' ? 'training' : task.kind;
  const own = scalarDefinitions.filter((definition) => definition.metric === metric);
  const [first = 0] = task.seeds;
  const pairs = task.seeds.flatMap((a, i) =>
    task.seeds.slice(i + 1).map((b) => [a, b] as [number, number]),
  );
  const measurements = own.flatMap(({ name, over }, i) => {
    const subjects =
      over === 'run'
        ? [{ kind: 'run' as const, seed: first }]
        : pairs.map((seeds) => ({ kind: 'pair' as const, seeds }));
    return subjects.map((subject, k) => {
      const number = values[(i + k) % values.length] ?? null;
      const frame = { kind: 'scalar' as const, name, subject, error: null, samples: 'all' };
      return number === null
        ? { ...frame, value: null, reason: 'it was not finite' }
        : { ...frame, value: number };
    });
  });
  return {
    kind: 'result',
    finishedAt: '',
    result: {
      taskId: task.id as TaskId,
      status,
      measurements,
      artifacts: [],
      engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      durationMs: 1,
      steps: 1,
    },
  };
}

function withoutValues(metric: DetailedCellMetric | undefined) {
  if (!metric) return undefined;
  const {
    values: _,
    errors: _errors,
    errorsOver: _over,
    reasons: _reasons,
    ...statistics
  } = metric;
  return statistics;
}

it('cells that are kept are those read from scratch, whatever is written and whichever scalars were asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(edit, look), { minLength: 1, maxLength: 12 }),
      async (steps) => {
        const store = openStore();
        const other = openStore(store.folder);
        const { experiment, plan } = storeExperiment(store, spec);
        const cache = new CellCache(store);
        let { tasks } = plan;
        for (const [change, scalars] of steps) {
          const task = 'task' in change ? (tasks[change.task % tasks.length] as Task) : null;
          const writer = change.kind === 'elsewhere' ? other : store;
          const lease = writer.lease.acquire();
          if (change.kind === 'more' && tasks.length === plan.tasks.length) {
            tasks = testPlan(spec, [added]).tasks;
            store.addMetrics(experiment.id, [added], tasks);
          } else if (change.kind === 'replan') store.replacePlan(experiment.id, tasks);
          else if (task !== null && change.kind === 'redo') store.redo(lease, [task.id]);
          else if (task !== null && change.kind === 'failed')
            await store.commit(lease, [
              {
                kind: 'failed',
                taskId: task.id,
                error: { code: 'internal', message: 'it broke' },
                attempts: 3,
                finishedAt: '',
              },
            ]);
          else if (task !== null && 'values' in change)
            await writer.commit(lease, [
              outcomeOf(task, change.kind === 'diverged' ? 'diverged' : 'done', change.values),
            ]);
          writer.lease.release(lease);

          const now = store.experiments.find(experiment.id) ?? experiment;
          const kept = await cache.cells(now, scalars);
          const fresh = cellNumbers(store, now);
          expect(kept).toHaveLength(fresh.length);
          for (const [i, { metrics, ...cell }] of fresh.entries()) {
            const { metrics: shown, ...frame } = kept[i] ?? { metrics: {} };
            expect(frame).toEqual(cell);
            if (scalars === undefined)
              expect(Object.keys(shown).sort()).toEqual(Object.keys(metrics).sort());
            for (const [name, statistics] of Object.entries(shown))
              expect(statistics).toEqual(withoutValues(metrics[name]));
            for (const name of scalars ?? []) expect(name in shown).toBe(name in metrics);
          }
        }
        expect([...store.comparison(experiment)].length).toBeGreaterThan(0);
        store[Symbol.dispose]();
        other[Symbol.dispose]();
      },
    ),
    { numRuns: 40 },
  );
});
