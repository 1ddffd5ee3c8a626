/** The table of runs against the results read whole: two ways from the same database to the same rows. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runResults } from '#main/experiments/results';
import { describeRuns, RunReader } from '#main/experiments/run-table';
import type { Plan } from '#main/experiments/plan';
import type { ProjectStore } from '#main/store/project-store';
import type { StoredExperiment } from '#main/store/experiment-table';
import type { TaskOutcome } from '#main/store/result-table';
import type { TaskId } from '#main/workers/job';
import type { RunSort } from '#shared/contract/run-views';
import type { Measurement } from '#shared/domain/measurement';
import { compareScalars, meets, type RunCondition } from '#shared/domain/run-conditions';
import { summarise } from '#shared/domain/statistics';
import { openStore, storeExperiment, testPlan } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

const seeds = [0, 1, 2, 3];
const spec = smallSpec({
  name: 'table',
  axes: [
    { path: 'model.width', role: 'load', values: [4, 8, 16] },
    { path: 'model.activation', role: 'none', values: ['tanh', 'relu'] },
  ],
  seeds,
  metrics: [
    { name: 'hessian', samples: 64, probes: 10 },
    { name: 'cka', samples: 128 },
  ],
});

const scalar = (name: string, own: readonly number[], value: number | null): Measurement => ({
  kind: 'scalar',
  name,
  subject:
    own.length === 1
      ? { kind: 'run', seed: own[0] ?? 0 }
      : { kind: 'pair', seeds: [own[0] ?? 0, own[1] ?? 0] },
  value,
  ...(value === null ? { reason: 'run diverged' } : {}),
  error: name === 'hessianTrace' ? 0.25 : null,
  samples: 'all',
});

/** Numbers that repeat, so that orders have ties, and miss in some runs. */
function measurementsOf({ cell, kind, seeds: own }: Plan['tasks'][number]): Measurement[] {
  const [seed = 0] = own;
  if (kind === 'train') {
    const isDiverged = cell === 2 && seed === 1;
    return [
      scalar('trainLoss', [seed], isDiverged ? null : (cell * 7 + seed * 3) % 5),
      scalar('testAccuracy', [seed], isDiverged ? null : ((cell + seed) % 4) / 4),
    ];
  }
  if (kind === 'hessian') return [scalar('hessianTrace', [seed], cell * 10 + seed)];
  return own.flatMap((a, i) =>
    own.slice(i + 1).map((b) => scalar('cka', [a, b], cell / 7 + (a * b) / 20)),
  );
}

const outcomeOf = (task: Plan['tasks'][number]): TaskOutcome => ({
  kind: 'result',
  finishedAt: `2026-01-0${1 + (task.cell % 3)}T00:00:00.000Z`,
  result: {
    taskId: task.id as TaskId,
    status: task.kind === 'train' && task.cell === 2 && task.seeds[0] === 1 ? 'diverged' : 'done',
    measurements: measurementsOf(task),
    artifacts: [],
    engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
    durationMs: 1000 + task.cell * 100,
    steps: 10 + (task.seeds[0] ?? 0),
  },
});

/** Everything is finished but cell 5, whose trainings wait, and one that failed. */
async function measured() {
  const store = openStore();
  const { experiment, plan } = storeExperiment(store, spec);
  const lease = store.lease.acquire();
  await store.commit(lease, plan.tasks.filter((task) => task.cell !== 5).map(outcomeOf));
  const failed = plan.tasks.find(({ cell, kind }) => cell === 5 && kind === 'train')?.id ?? '';
  await store.commit(lease, [
    {
      kind: 'failed',
      taskId: failed,
      attempts: 3,
      finishedAt: '',
      error: { code: 'internal', message: 'out of memory' },
    },
  ]);
  return { store, experiment, plan, lease };
}

const stateOf = (_: string, stored: string) => (stored === 'pending' ? 'ready' : stored) as never;
const read = (store: ProjectStore, experiment: StoredExperiment) =>
  new RunReader(store, experiment, stateOf);
const all = { offset: 0, limit: 1000 };
const everything = { filter: [], archived: 'shown' as const, sort: [] as RunSort };

const columns = [
  'model.width',
  'model.activation',
  'seed',
  'state',
  'trainLoss',
  'testAccuracy',
  'hessianTrace',
  'cka',
];

/** The same rows from the results read whole; a run's pairs by the numbers as they were made. */
function expectedRows(store: ProjectStore, experiment: StoredExperiment) {
  return runResults(store, experiment, (task) => stateOf('', task.state)).map((run) => {
    const isThere = run.cell !== 5;
    const others = seeds.filter((seed) => seed !== run.seed);
    const cka = isThere
      ? others.reduce((sum, seed) => sum + run.cell / 7 + (seed * run.seed) / 20, 0) / others.length
      : null;
    const values: Record<string, number | string | boolean | null> = {
      ...run.axes,
      ...run.metrics,
      seed: run.seed,
      state: run.state,
      cka,
    };
    return { ...run, values: columns.map((name) => values[name] ?? null) };
  });
}
type Row = ReturnType<typeof expectedRows>[number];
const valueOf = (row: Row, name: string) => row.values[columns.indexOf(name)] ?? null;
const nameOf = ({ cell, seed }: { cell: number; seed: number }) => `${cell}.${seed}`;

describe('RunReader.page', () => {
  it('gives the values, errors and reasons that the results read whole have', async () => {
    const { experiment, store } = await measured();
    const { rows, total } = read(store, experiment).page({ ...everything, columns }, all);
    const expected = expectedRows(store, experiment);
    expect(total).toBe(24);
    expect(rows.map(nameOf)).toEqual(expected.map(nameOf));
    for (const [i, row] of rows.entries()) {
      for (const [column, value] of (expected[i]?.values ?? []).entries()) {
        if (columns[column] === 'cka' && value !== null)
          expect(row.values[column]).toBeCloseTo(Number(value), 12);
        else expect(row.values[column]).toBe(value);
      }
      expect(row.errors[columns.indexOf('hessianTrace')]).toBe(
        expected[i]?.errors['hessianTrace'] ?? null,
      );
      const own = Object.entries(expected[i]?.reasons ?? {}).filter(([name]) =>
        columns.includes(name),
      );
      expect(Object.entries(row.reasons).filter(([name]) => name !== 'cka')).toEqual(own);
    }
  });

  it('pages without gaps or repeats and counts all, also beyond the end', async () => {
    const { experiment, store } = await measured();
    const reader = read(store, experiment);
    const sort = [{ by: 'trainLoss', descending: true }];
    const names = [0, 7, 14, 21].flatMap((offset) =>
      reader.page({ ...everything, sort, columns: [] }, { offset, limit: 7 }).rows.map(nameOf),
    );
    expect(names).toEqual(reader.keys({ ...everything, sort }).map(([c, s]) => `${c}.${s}`));
    expect(new Set(names).size).toBe(24);
    const beyond = reader.page({ ...everything, columns: [] }, { offset: 99, limit: 7 });
    expect(beyond).toEqual({ total: 24, rows: [] });
  });

  it('follows what is written between two pages of the same question', async () => {
    const { experiment, store } = await measured();
    const reader = read(store, experiment);
    const sort = [{ by: 'tags', descending: false }];
    const first = () => reader.page({ ...everything, sort, columns: ['tags'] }, all).rows[0];
    const before = first();
    const other = reader.page({ ...everything, columns: [] }, all).rows.at(-1);
    expect(before).toBeDefined();
    expect(first()).toEqual(before);
    const task = store.runs.taskOf(experiment.id, [other?.cell ?? -1, other?.seed ?? -1]);
    store.markRuns([task ?? ''], { kind: 'add-tag', tag: 'first' });
    expect(first()).toMatchObject({ cell: other?.cell, seed: other?.seed, values: ['first'] });
  });

  it.each<[string]>([
    ['trainLoss'],
    ['-testAccuracy'],
    ['-model.width,testAccuracy'],
    ['model.activation,-hessianTrace'],
    ['-state,-seed'],
    ['cka,-trainLoss'],
  ])('orders by %s as the rows themselves do, missing values last', async (text) => {
    const { experiment, store } = await measured();
    const sort = text
      .split(',')
      .map((by) => ({ by: by.replace('-', ''), descending: by.startsWith('-') }));
    const expected = expectedRows(store, experiment)
      .map((row, i) => ({ row, i }))
      .sort((a, b) => {
        for (const { by, descending } of sort) {
          const [x, y] = [valueOf(a.row, by), valueOf(b.row, by)];
          const order = compareScalars(x, y);
          if (order === 0) continue;
          return x === null || y === null || !descending ? order : -order;
        }
        return a.i - b.i;
      })
      .map(({ row }) => nameOf(row));
    const { rows } = read(store, experiment).page({ ...everything, sort, columns: [] }, all);
    expect(rows.map(nameOf)).toEqual(expected);
  });

  it.each<[string, RunCondition[]]>([
    ['a number above', [{ field: 'testAccuracy', relation: 'above', values: [0.25] }]],
    ['a number at most', [{ field: 'trainLoss', relation: 'at-most', values: [2] }]],
    ['a mean of pairs', [{ field: 'cka', relation: 'at-least', values: [0.2] }]],
    ['a missing number', [{ field: 'testAccuracy', relation: 'missing', values: [] }]],
    ['a setting', [{ field: 'model.width', relation: 'below', values: [16] }]],
    ['a setting of words', [{ field: 'model.activation', relation: 'is-not', values: ['relu'] }]],
    ['states', [{ field: 'state', relation: 'is', values: ['failed', 'diverged'] }]],
    [
      'several at once',
      [
        { field: 'model.width', relation: 'is', values: [4, 16] },
        { field: 'seed', relation: 'above', values: [0] },
        { field: 'trainLoss', relation: 'is-not', values: [0, 1] },
      ],
    ],
  ])('filters by %s as the rows themselves would', async (_what, filter) => {
    const { experiment, store } = await measured();
    const expected = expectedRows(store, experiment)
      .filter((row) => filter.every((condition) => meets(valueOf(row, condition.field), condition)))
      .map(nameOf);
    const found = read(store, experiment).page({ ...everything, filter, columns: [] }, all);
    expect(found.rows.map(nameOf)).toEqual(expected);
    expect(found.total).toBe(expected.length);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(24);
  });

  it.each([
    ['note', 'Äpfel', 'äpfel', true],
    ['note', 'ΣΊΣΥΦΟΣ', 'σίσυ', true],
    ['note', '50% done_1', '0% D', true],
    ['note', '50% done_1', '50_', false],
    ['tags', 'über', 'ÜBER', true],
    ['tags', 'über', 'uber', false],
  ] as const)(
    'searches %s %j for %j without regard to case, as texts of settings are',
    async (field, own, sought, isFound) => {
      const { experiment, store } = await measured();
      const task = store.runs.taskOf(experiment.id, [1, 2]) ?? '';
      store.markRuns(
        [task],
        field === 'note' ? { kind: 'note', note: own } : { kind: 'add-tag', tag: own },
      );
      const condition: RunCondition = { field, relation: 'contains', values: [sought] };
      expect(meets(own, condition)).toBe(isFound);
      const { rows } = read(store, experiment).page(
        { ...everything, filter: [condition], columns: [] },
        all,
      );
      expect(rows.map(nameOf)).toEqual(isFound ? ['1.2'] : []);
    },
  );

  it('refuses fields and conditions that do not exist, every one of them', async () => {
    const { experiment, store } = await measured();
    const reader = read(store, experiment);
    const page = (asked: object) => () =>
      reader.page({ ...everything, columns: [], ...asked }, all);
    expect(page({ columns: ['seed; DROP TABLE runs', 'nope'] })).toThrow(/DROP TABLE runs.*nope/);
    expect(page({ sort: [{ by: 'nope', descending: false }] })).toThrow(/sort: must be fields/);
    expect(
      page({
        filter: [
          { field: 'trainLoss', relation: 'above', values: ['warm'] },
          { field: 'tags', relation: 'below', values: ['a'] },
        ],
      }),
    ).toThrow(/trainLoss: value must be a number.*tags: relation must be/);
    const quoted: RunCondition = {
      field: 'note',
      relation: 'contains',
      values: [`'; DROP TABLE runs`],
    };
    expect(reader.page({ ...everything, filter: [quoted], columns: [] }, all).total).toBe(0);
  });
});

describe('RunReader.groups', () => {
  it('has the statistics of the runs in each group', async () => {
    const { experiment, store } = await measured();
    const { groups, total } = read(store, experiment).groups({
      ...everything,
      by: 'model.width',
      columns: ['testAccuracy', 'hessianTrace', 'state'],
    });
    const rows = expectedRows(store, experiment);
    expect(total).toBe(24);
    expect(groups.map(({ value }) => value)).toEqual([4, 8, 16]);
    for (const group of groups) {
      const own = rows.filter((row) => valueOf(row, 'model.width') === group.value);
      const values = own.map((row) => valueOf(row, 'testAccuracy') as number | null);
      const { mean, median, n, sd } = summarise(values);
      const known = values.filter((value) => value !== null);
      expect(group.runs).toBe(own.length);
      expect(Object.keys(group.numbers)).toEqual(['testAccuracy', 'hessianTrace']);
      expect(group.numbers['testAccuracy']).toEqual({
        ...{ n, mean, sd, median },
        ...{ min: Math.min(...known), max: Math.max(...known) },
      });
    }
  });
  it('groups by words and states, and refuses numbers', async () => {
    const { experiment, store } = await measured();
    const reader = read(store, experiment);
    const runsBy = (by: string) =>
      reader
        .groups({ ...everything, by, columns: [] })
        .groups.map(({ runs, value }) => [value, runs]);
    expect(runsBy('model.activation')).toEqual([
      ['relu', 12],
      ['tanh', 12],
    ]);
    expect(runsBy('state')).toEqual([
      ['diverged', 1],
      ['done', 19],
      ['failed', 1],
      ['ready', 3],
    ]);
    expect(() => runsBy('trainLoss')).toThrow(/group: must be a setting or one of/);
  });
});

describe('what the table orders by', () => {
  const indexed = ({ folder }: ProjectStore) => {
    const db = new Database(join(folder, 'project.sqlite'), { readonly: true });
    try {
      const rows = (sql: string) => db.prepare(sql).raw().all();
      return {
        kept: rows('SELECT * FROM run_numbers ORDER BY 1, 2, 3, 4, 5'),
        runs: rows('SELECT * FROM runs ORDER BY 1, 2'),
        // Anew from the results, by another way than the triggers take.
        results:
          rows(`SELECT u.experiment_id, n.name, u.cell, n.seed, n.partner, n.value, n.error, n.reason
          FROM numbers_of_runs n JOIN experiment_tasks u ON u.task_id = n.task_id ORDER BY 1, 2, 3, 4, 5`),
        trainings:
          rows(`SELECT u.experiment_id, u.position, t.id, u.cell, json_extract(u.seeds, '$[0]')
          FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id AND t.kind = 'train' ORDER BY 1, 2`),
      };
    } finally {
      db.close();
    }
  };
  const expectWhole = (store: ProjectStore) => {
    const { kept, results, runs, trainings } = indexed(store);
    expect(kept).toEqual(results);
    expect(runs).toEqual(trainings);
    return kept.length;
  };

  it('follows results, shared work, work done again, new plans and removal', async () => {
    const { experiment, lease, plan, store } = await measured();
    const before = expectWhole(store);
    expect(before).toBeGreaterThan(100);

    // Another experiment shares two of the widths, in other cells.
    const half = {
      ...spec,
      name: 'half',
      axes: spec.axes.map((a, i) => (i === 0 ? { ...a, values: [16, 8] } : a)),
    };
    const other = storeExperiment(store, half);
    expect(expectWhole(store)).toBeGreaterThan(before);
    const late = other.plan.tasks.filter(({ kind }) => kind === 'train').slice(0, 8);
    await store.commit(lease, late.map(outcomeOf));
    expectWhole(store);

    const lost = plan.tasks.find(({ cell, kind }) => cell === 3 && kind === 'train')?.id ?? '';
    expect(store.redo(lease, [lost]).trainings).toBe(1);
    expectWhole(store);
    await store.commit(lease, plan.tasks.filter(({ cell }) => cell === 3).map(outcomeOf));
    expectWhole(store);

    store.replacePlan(experiment.id, testPlan(half).tasks);
    expectWhole(store);
    store.removeExperiment(experiment.id);
    expectWhole(store);
    store.removeExperiment(other.experiment.id);
    expect(expectWhole(store)).toBe(0);
  });
});

describe('marks of runs', () => {
  it('hide, name and annotate runs in every experiment that has them, and change no number', async () => {
    const { experiment, store } = await measured();
    const other = storeExperiment(store, { ...spec, name: 'same runs' }).experiment;
    const numbers = () => runResults(store, experiment, () => 'done').map(({ metrics }) => metrics);
    const before = numbers();
    const [first = '', second = ''] = [0, 1].map(
      (seed) => store.runs.taskOf(experiment.id, [0, seed]) ?? '',
    );
    store.markRuns([first, second], { kind: 'add-tag', tag: 'odd' });
    store.markRuns([first, second], { kind: 'add-tag', tag: 'odd' });
    store.markRuns([first], { kind: 'note', note: 'Look again' });
    store.markRuns([second], { kind: 'archive', archived: true });
    for (const one of [experiment, other]) {
      const total = (archived: 'hidden' | 'shown' | 'only', filter: RunCondition[] = []) =>
        read(store, one).page({ filter, archived, sort: [], columns: [] }, all).total;
      expect([total('hidden'), total('shown'), total('only')]).toEqual([23, 24, 1]);
      expect(total('shown', [{ field: 'tags', relation: 'is', values: ['odd'] }])).toBe(2);
      expect(total('shown', [{ field: 'tags', relation: 'is-not', values: ['odd'] }])).toBe(22);
      expect(total('shown', [{ field: 'tags', relation: 'contains', values: ['D'] }])).toBe(2);
      expect(total('shown', [{ field: 'tags', relation: 'missing', values: [] }])).toBe(22);
      expect(total('shown', [{ field: 'note', relation: 'contains', values: ['look'] }])).toBe(1);
      expect(describeRuns(store, one)).toMatchObject({
        runs: 24,
        archived: 1,
        tags: [{ tag: 'odd', runs: 2 }],
      });
    }
    const [row] = read(store, experiment).page({ ...everything, columns: ['tags'] }, all).rows;
    expect(row).toMatchObject({
      tags: ['odd'],
      note: 'Look again',
      archived: false,
      values: ['odd'],
    });
    expect(numbers()).toEqual(before);
    store.markRuns([first, second], { kind: 'remove-tag', tag: 'odd' });
    store.markRuns([second], { kind: 'archive', archived: false });
    expect(describeRuns(store, experiment)).toMatchObject({ archived: 0, tags: [] });
  });
});
