import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '#main/experiments/plan';
import { encodeState } from '#main/checkpoints/training-state';
import { checkpointPath, putCheckpoint } from '#main/store/checkpoint-files';
import { artifactPath, putArtifact } from '#main/store/artifacts';
import { ProjectStore } from '#main/store/project-store';
import type { CheckResult } from '#main/workbench/check';
import { checkProject } from '#main/workbench/project-check';
import type { ArtifactHash, TaskId, TaskResult } from '#main/workers/job';
import type { Measurement } from '#shared/domain/measurement';
import { defaultThresholds } from '#shared/domain/phases';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

let folder: string;
let plan: Plan;
let hashes: Map<string, string>;

/** Of a cell, a name and a seed there is one number. */
const aNumber = ({ kind, seeds }: { readonly kind: string; readonly seeds: readonly number[] }) =>
  ({
    kind: 'scalar',
    name: kind === 'train' ? 'trainLoss' : `${kind} of ${seeds.join('-')}`,
    subject: { kind: 'run', seed: seeds[0] ?? 0 },
    value: 0.1,
    error: null,
    samples: 'all',
  }) satisfies Measurement;

function outcomeOf(
  taskId: string,
  measurements: readonly Measurement[],
  artifacts: TaskResult['artifacts'] = [],
) {
  const result: TaskResult = {
    taskId: taskId as TaskId,
    status: 'done',
    measurements,
    artifacts,
    engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
    durationMs: 1,
    steps: 1,
  };
  return { kind: 'result', result, finishedAt: '2026-01-01T00:00:00.000Z' } as const;
}

/** A finished project: every task has a number, every training its weights. */
beforeEach(async () => {
  folder = join(temporaryFolder(), 'project');
  const store = ProjectStore.open(folder);
  const stored = storeExperiment(store);
  plan = stored.plan;
  hashes = new Map();
  const lease = store.lease.acquire();
  const outcomes = plan.tasks.map((task) => {
    const put = putArtifact(store.artifactsFolder, Buffer.from(`weights ${task.id}`));
    const artifact = { ...put, name: 'weights', hash: put.hash as ArtifactHash };
    if (task.kind === 'train') hashes.set(task.id, put.hash);
    else rmSync(artifactPath(store.artifactsFolder, put.hash));
    return outcomeOf(task.id, [aNumber(task)], task.kind === 'train' ? [artifact] : []);
  });
  await store.commit(lease, outcomes);
  store.writeAsOwner(lease, () => store.experiments.setState(stored.experiment.id, 'finished'));
  store.lease.release(lease);
  store[Symbol.dispose]();
});

async function checked(repair = false, of = folder): Promise<Record<string, CheckResult>> {
  const results: Record<string, CheckResult> = {};
  for await (const result of checkProject(of, repair)) results[result.name] = result;
  for (const { detail } of Object.values(results)) expect(detail).not.toContain('\n');
  return results;
}

const bad = (results: Record<string, CheckResult>) =>
  Object.values(results).flatMap(({ name, status }) => (status === 'ok' ? [] : [[name, status]]));

const weightsOf = (seed: number) => {
  const task = plan.tasks.find((t) => t.kind === 'train' && t.cell === 0 && t.seeds[0] === seed);
  const hash = hashes.get(task?.id ?? '') ?? '';
  return { id: task?.id ?? '', hash, path: artifactPath(join(folder, 'artifacts'), hash) };
};

const statesOf = () => {
  using store = ProjectStore.open(folder, { mode: 'read' });
  return Object.groupBy(store.tasks.ofExperiment('e-small'), (task) => task.state);
};

function tamper(sql: string): void {
  const db = new Database(join(folder, 'project.sqlite'));
  db.pragma('foreign_keys = OFF');
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.close();
}

const runTable = () => {
  const db = new Database(join(folder, 'project.sqlite'), { readonly: true });
  const rows = ['runs', 'run_numbers'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5`).raw().all(),
  );
  db.close();
  return rows;
};

/** What can happen to a file. */
const harm: Record<string, (path: string) => void> = {
  'is missing': (path) => rmSync(path),
  'is cut off': (path) => truncateSync(path, 3),
  'has other bytes': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  'is a folder': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
};

describe('checkProject', () => {
  it('finds nothing wrong with a sound project, and changes nothing with or without repair', async () => {
    expect(bad(await checked())).toEqual([]);
    expect((await checked(true))['project repair']?.detail).toBe('nothing to repair');
    expect(readdirSync(folder).sort()).toEqual(['artifacts', 'project.sqlite']);
  });

  it.each(Object.keys(harm))(
    'finds an artifact that %s, and says how to repair it',
    async (how) => {
      const { hash, path } = weightsOf(0);
      harm[how]?.(path);
      const results = await checked();
      expect(bad(results)).toEqual([['project artifacts', 'failed']]);
      expect(results['project artifacts']?.detail).toContain(hash);
      expect(results['project artifacts']?.detail).toContain(
        `phasescape doctor --project ${folder} --repair`,
      );
      expect(statesOf().pending).toBeUndefined();
    },
  );

  it.each(Object.keys(harm))(
    'repairs an artifact that %s: training and what reads it are to be done again, and no file is deleted',
    async (how) => {
      const { hash, id, path } = weightsOf(0);
      harm[how]?.(path);
      const results = await checked(true);
      expect(bad(results)).toEqual([]);
      // One training, its Hessian, and CKA, distance and connectivity of its cell.
      expect(results['project repair']?.detail).toMatch(
        /1 trainings and 4 measurements are to be done again; run again: small$/,
      );
      const { done, pending } = statesOf();
      const lost = plan.tasks.filter((task) => task.id === id || task.reads.includes(id));
      expect(new Set(pending?.map((task) => task.id))).toEqual(new Set(lost.map((t) => t.id)));
      expect(done).toHaveLength(plan.tasks.length - 5);
      expect(existsSync(join(folder, 'set-aside', hash))).toBe(how !== 'is missing');
      using store = ProjectStore.open(folder, { mode: 'read' });
      expect(store.experiments.list()[0]?.state).toBe('paused');
      expect(store.results.measurementsOf(id)).toEqual([]);
      expect(putArtifact(store.artifactsFolder, Buffer.from(`weights ${id}`)).hash).toBe(hash);
    },
  );

  it('finds and repairs results that are gone or have other numbers', async () => {
    const hessian = plan.tasks.find((task) => task.kind === 'hessian')?.id ?? '';
    const cka = plan.tasks.find((task) => task.kind === 'cka')?.id ?? '';
    tamper(`DELETE FROM scalars WHERE task_id = '${hessian}'`);
    tamper(`UPDATE scalars SET value = 0.2 WHERE task_id = '${cka}'`);
    const results = await checked();
    expect(bad(results)).toEqual([
      ['project results', 'failed'],
      ['project table of runs', 'failed'],
    ]);
    expect(results['project results']?.detail).toMatch(/1 without results and 2 with other/);
    expect(bad(await checked(true))).toEqual([]);
    expect(new Set(statesOf().pending?.map((task) => task.id))).toEqual(new Set([hessian, cka]));
  });

  it('finds nothing wrong with a metric that yields fields only, or nothing of a diverged run', async () => {
    const kind = 'random-surface';
    const field: Measurement = {
      kind: 'field',
      name: 'random-surface-loss',
      subject: { kind: 'run', seed: 0 },
      x: [0],
      y: [0],
      values: [0.1],
      samples: 'all',
      facts: {},
    };
    using store = ProjectStore.open(folder);
    const spec = smallSpec({ name: 'slices', metrics: [{ name: kind }] });
    const lease = store.lease.acquire();
    const surfaces = storeExperiment(store, spec).plan.tasks.filter((task) => task.kind === kind);
    const outcomes = surfaces.map(({ id }, i) => outcomeOf(id, i === 0 ? [] : [field]));
    await store.commit(lease, outcomes);
    store.lease.release(lease);
    expect(bad(await checked())).toEqual([]);
    tamper(`DELETE FROM series WHERE task_id = '${surfaces[1]?.id}'`);
    expect(bad(await checked())).toEqual([['project results', 'failed']]);
  });

  it.each([
    ['another value', `UPDATE run_numbers SET value = value + 1 WHERE seed = 0`],
    ['a missing number', `DELETE FROM run_numbers WHERE seed = 0`],
    [
      'a number too many',
      `INSERT INTO run_numbers VALUES ('e-small', 'x', 0, 0, 0, 1, NULL, NULL)`,
    ],
    ['a missing run', `DELETE FROM runs WHERE seed = 1`],
    ['a run elsewhere', `UPDATE runs SET cell = 7 WHERE seed = 1`],
    ['runs of an experiment that is gone', `INSERT INTO runs VALUES ('gone', 0, 'x', 0, 0)`],
  ])('finds %s in the table of runs, and makes it anew from the results', async (_what, sql) => {
    const before = runTable();
    tamper(sql);
    const results = await checked();
    expect(bad(results)).toEqual([['project table of runs', 'failed']]);
    expect(results['project table of runs']?.detail).toMatch(/--repair makes it anew/);
    expect((await checked(true))['project repair']?.detail).toMatch(/made anew/);
    expect(bad(await checked())).toEqual([]);
    expect(runTable()).toEqual(before);
    expect(Object.keys(statesOf())).toEqual(['done']);
  });

  it('finds saved views that are not as they were written, and takes those away', async () => {
    {
      using store = ProjectStore.open(folder);
      for (const name of ['kept', 'changed'])
        store.views.save('e-small', {
          ...{ name, settings: { a: 'b' }, thresholds: defaultThresholds, savedAt: '' },
        });
    }
    tamper(`UPDATE views SET settings = '{"a":"c"}' WHERE name = 'changed'`);
    const results = await checked();
    expect(bad(results)).toEqual([['project views', 'failed']]);
    expect(results['project views']?.detail).toContain('"changed"');
    await checked(true);
    using store = ProjectStore.open(folder);
    expect(store.views.list('e-small').map(({ name }) => name)).toEqual(['kept']);
  });

  it('finds rows without what they point to, and another plan', async () => {
    tamper(`UPDATE task_artifacts SET task_id = 'nobody' WHERE hash = '${weightsOf(0).hash}'`);
    tamper('UPDATE experiment_tasks SET cell = 1 WHERE position = 0');
    const detail = (await checked())['project database']?.detail;
    expect(detail).toMatch(/1 rows of task_artifacts without their tasks; a plan of "small"/);
  });

  it('finds a damaged experiment', async () => {
    tamper("UPDATE experiments SET spec = 'x'");
    expect((await checked())['project database']).toMatchObject({ status: 'failed' });
  });

  it('tells files that no result names, and leaves them', async () => {
    const extra = join(folder, 'artifacts', '.put-1-abc');
    writeFileSync(extra, 'x');
    expect(bad(await checked(true))).toEqual([['project files', 'warning']]);
    expect(existsSync(extra)).toBe(true);
  });

  it('repairs nothing while another process runs experiments', async () => {
    const store = openStore(folder);
    store.lease.acquire();
    rmSync(weightsOf(0).path);
    const results = await checked(true);
    expect(bad(results)).toEqual([['project repair', 'failed']]);
    expect(results['project repair']?.detail).toContain(`process ${process.pid}`);
    expect(statesOf().pending).toBeUndefined();
  });

  it('accepts a place where a project can be made, and leaves nothing there', async () => {
    const root = temporaryFolder();
    expect(bad(await checked(false, join(root, 'new', 'project')))).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([
    '/dev/null/project',
    '/proc/project',
    `/tmp/${'x'.repeat(300)}`,
    import.meta.filename,
    join(import.meta.filename, 'project'),
    import.meta.dirname,
    '/tmp/a\0b',
  ])('refuses %s', async (path) => {
    expect(bad(await checked(false, path))).toEqual([['project', 'failed']]);
  });

  it('tells checkpoints that are damaged and those of no unfinished training', async () => {
    using store = ProjectStore.open(folder);
    const [done = ''] = plan.tasks.map(({ id }) => id);
    const open = storeExperiment(store, smallSpec({ name: 'open', seeds: [7] }));
    const [unfinished = ''] = open.plan.tasks.map(({ id }) => id);
    const facts = { run: { points: [{ hash: 'a'.repeat(64) }] } };
    const state = encodeState(facts, {});
    putCheckpoint(store.checkpointsFolder, unfinished, state);
    const detail = async () => (await checked())['project checkpoints']?.detail;
    expect(await detail()).toMatch(/^1 of unfinished trainings, 1 KiB, each as it was written$/);
    putCheckpoint(store.checkpointsFolder, done, state);
    writeFileSync(checkpointPath(store.checkpointsFolder, unfinished), 'something else');
    expect(await detail()).toMatch(
      new RegExp(
        `got 1 damaged \\(${unfinished}\\), .*; 1 of no unfinished training \\(${done}\\)`,
      ),
    );
  });
});
