import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { artifactPath, putArtifact } from '#main/store/artifacts';
import { ProjectStore } from '#main/store/project-store';
import type { TaskOutcome } from '#main/store/result-table';
import type { ArtifactHash, TaskId, TaskResult } from '#main/workers/job';
import type { Measurement } from '#shared/domain/measurement';
import { fillDisk } from '../../fixtures/full-disk';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** Two machines; the processes of the first all live. */
const here = {
  pid: 77,
  host: 'here',
  processSpace: 'here',
  now: () => 1_000,
  findProcess: (): { started: string | null } | null => ({ started: 'first' }),
};
const there = { ...here, host: 'there', processSpace: 'there', findProcess: () => null };

const loss: Measurement = {
  kind: 'scalar',
  name: 'trainLoss',
  subject: { kind: 'run', seed: 0 },
  value: 0.25,
  error: null,
  samples: 'all 1437 training samples',
};

function outcome(taskId: string, changes: Partial<TaskResult> = {}): TaskOutcome {
  return {
    kind: 'result',
    finishedAt: '2026-01-01T00:00:01.000Z',
    result: {
      taskId: taskId as TaskId,
      status: 'done',
      measurements: [loss],
      artifacts: [],
      engine: { name: 'onnx-cpu', device: 'cpu', dtype: 'float32', version: '1' },
      durationMs: 12,
      steps: 44,
      ...changes,
    },
  };
}

describe('a stored spec', () => {
  it('of an older version gets the settings that came later', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    const { experiment } = storeExperiment(store);
    const db = new Database(join(folder, 'project.sqlite'));
    const older = `json_remove(spec, '$.model.dropout', '$.training.checkpoints', '$.training.trajectory')`;
    db.prepare(`UPDATE experiments SET digest = NULL, spec = ${older}`).run();
    expect(db.prepare('SELECT spec FROM experiments').pluck().get()).not.toContain('dropout');
    db.close();
    expect(store.experiments.find(experiment.id)?.spec).toEqual(experiment.spec);
  });
});

describe('ProjectStore.open', () => {
  it('makes the folder, and opens it again', () => {
    const folder = join(temporaryFolder(), 'deep', 'project');
    ProjectStore.open(folder)[Symbol.dispose]();
    expect(readdirSync(folder).sort()).toEqual(['artifacts', 'project.sqlite']);
    openStore(folder);
  });

  it('refuses a place that cannot be a folder and leaves nothing half made', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'file'), '');
    expect(() => ProjectStore.open(join(root, 'file', 'project'))).toThrow(
      expect.objectContaining({ code: 'store' }),
    );
    expect(readdirSync(root)).toEqual(['file']);
  });

  it('takes back what it made when the rest fails', () => {
    const root = temporaryFolder();
    const folder = join(root, 'project');
    mkdirSync(folder);
    writeFileSync(join(folder, 'artifacts'), 'a file in the way');
    expect(() => ProjectStore.open(folder)).toThrow(expect.objectContaining({ code: 'store' }));
    expect(readdirSync(folder)).toEqual(['artifacts']);
  });

  it('reads no project where there is none, and makes none', () => {
    const folder = join(temporaryFolder(), 'missing');
    expect(() => ProjectStore.open(folder, { mode: 'read' })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe('ProjectStore.addExperiment', () => {
  it('says that a name is in use, also when another process took it meanwhile', () => {
    const folder = temporaryFolder();
    const { experiment, plan } = storeExperiment(openStore(folder));
    const late = openStore(folder);
    expect(() => late.addExperiment({ ...experiment, id: 'other' }, plan.tasks)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    late.addExperiment({ ...experiment, id: 'other', name: 'other' }, plan.tasks);
    const draft = { ...experiment, name: experiment.name };
    expect(() => late.changeDraft('other', draft, plan.tasks)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    expect(late.experiments.list().map(({ name }) => name)).toEqual([experiment.name, 'other']);
  });
});

describe('ProjectStore.commit', () => {
  it('writes a result that comes back as it was', async () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const lease = store.lease.acquire();
    const id = plan.tasks[0]?.id ?? '';
    const series: Measurement = {
      kind: 'series',
      name: 'training',
      subject: { kind: 'run', seed: 0 },
      columns: { epoch: [1, 2], trainLoss: [0.5, null] },
      samples: 'all 1437 training samples',
    };
    const missing: Measurement = { ...loss, name: 'testLoss', value: null, reason: 'diverged' };
    await store.commit(lease, [outcome(id, { measurements: [loss, missing, series] })]);
    expect(store.results.measurementsOf(id)).toEqual([loss, missing, series]);
    expect(store.tasks.ofExperiment(experiment.id)[0]).toMatchObject({
      state: 'done',
      durationMs: 12,
      steps: 44,
    });
  });

  it('keeps a value that is not finite as null with a reason', async () => {
    const store = openStore();
    const { plan } = storeExperiment(store);
    const id = plan.tasks[0]?.id ?? '';
    await store.commit(store.lease.acquire(), [
      outcome(id, { measurements: [{ ...loss, value: NaN }] }),
    ]);
    expect(store.results.measurementsOf(id)).toEqual([
      { ...loss, value: null, reason: 'came out as NaN' },
    ]);
  });

  it('writes nothing at all when an artifact is missing: the database never points to nothing', async () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const lease = store.lease.acquire();
    const artifacts = [{ name: 'weights', hash: 'ab'.repeat(32) as ArtifactHash, sizeBytes: 1 }];
    const [first, second] = plan.tasks.map((task) => task.id);
    await expect(
      store.commit(lease, [outcome(first ?? ''), outcome(second ?? '', { artifacts })]),
    ).rejects.toThrow(expect.objectContaining({ code: 'store' }));
    const states = store.tasks.ofExperiment(experiment.id).map((task) => task.state);
    expect(new Set(states)).toEqual(new Set(['pending']));
  });

  it('changes a finished task no more', async () => {
    const store = openStore();
    const { plan } = storeExperiment(store);
    const lease = store.lease.acquire();
    const id = plan.tasks[0]?.id ?? '';
    await store.commit(lease, [outcome(id)]);
    const error = { code: 'internal', message: 'late' } as const;
    await store.commit(lease, [
      outcome(id, { measurements: [{ ...loss, value: 9 }] }),
      { kind: 'failed', taskId: id, error, attempts: 3, finishedAt: '' },
      { kind: 'cancelled', taskId: id },
    ]);
    expect(store.results.measurementsOf(id)).toEqual([loss]);
    expect(store.tasks.states([id]).get(id)).toBe('done');
  });

  it('refuses a result under a lease that was lost, and writes nothing', async () => {
    const folder = temporaryFolder();
    let now = 0;
    const first = openStore(folder, { ...here, now: () => now });
    const { plan } = storeExperiment(first);
    const old = first.lease.acquire();
    now += 60_000;
    const second = openStore(folder, { ...there, now: () => now });
    expect(second.lease.acquire().fence).toBe(old.fence + 1);
    const id = plan.tasks[0]?.id ?? '';
    await expect(first.commit(old, [outcome(id)])).rejects.toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    expect(first.tasks.states([id]).get(id)).toBe('pending');
  });
});

describe('lease', () => {
  it('is free for its own process when the disk does not let go of it, and for others when it does', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    const other = openStore(folder);
    const lease = store.lease.acquire();
    const makeRoom = fillDisk(folder);
    expect(store.lease.release(lease)).toBe(false);
    expect(store.lease.holder()).toBeNull();
    expect(other.lease.holder()).not.toBeNull();
    makeRoom();
    expect(store.lease.release(lease)).toBe(true);
    expect(other.lease.holder()).toBeNull();
    expect(other.lease.acquire().fence).toBe(lease.fence + 1);
  });

  it('can be taken anew by the process that could not give it back', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    const lease = store.lease.acquire();
    const makeRoom = fillDisk(folder);
    store.lease.release(lease);
    makeRoom();
    const next = store.lease.acquire();
    expect(next.fence).toBe(lease.fence + 1);
    // The late release of the old one takes nothing from the new one.
    store.lease.release(lease);
    expect(() => store.lease.require(next)).not.toThrow();
  });

  it('is held by one process, and the other is told by whom', () => {
    const folder = temporaryFolder();
    openStore(folder, here).lease.acquire();
    const other = openStore(folder, { ...here, pid: 78 });
    expect(() => other.lease.acquire()).toThrow(/process 77 on here running since 1970-01-01/);
    expect(other.lease.isHeld()).toBe(true);
  });

  it.each([
    ['a dead process', () => null],
    ['a process whose id another one has now', () => ({ started: 'later' })],
  ])('is taken over from %s at once, with a higher token', (_name, findProcess) => {
    const folder = temporaryFolder();
    const first = openStore(folder, here).lease.acquire();
    const other = openStore(folder, { ...here, pid: 78, findProcess });
    expect(other.lease.acquire().fence).toBe(first.fence + 1);
  });

  it.each([-3_600_000, 3_600_000])(
    'is not taken from a living process when the clock jumps by %i ms',
    (jumpMs) => {
      const folder = temporaryFolder();
      openStore(folder, here).lease.acquire();
      const other = openStore(folder, { ...here, pid: 78, now: () => here.now() + jumpMs });
      expect(() => other.lease.acquire()).toThrow(expect.objectContaining({ code: 'conflict' }));
    },
  );

  it('goes by the heartbeat where nobody can say when a process started', () => {
    const folder = temporaryFolder();
    const blind = { ...here, findProcess: () => ({ started: null }) };
    openStore(folder, blind).lease.acquire();
    const other = openStore(folder, { ...blind, pid: 78 });
    expect(() => other.lease.acquire()).toThrow(expect.objectContaining({ code: 'conflict' }));
    openStore(folder, { ...blind, pid: 78, now: () => 17_000 }).lease.acquire();
  });

  it('is not taken from a living process of another machine', () => {
    const folder = temporaryFolder();
    openStore(folder, here).lease.acquire();
    const other = openStore(folder, there);
    expect(() => other.lease.acquire()).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('is taken over by another machine when its heartbeat stops, and the silent owner notices', () => {
    const folder = temporaryFolder();
    const silent = openStore(folder, here);
    const lease = silent.lease.acquire();
    expect(silent.lease.renew(lease)).toBe(true);
    openStore(folder, { ...there, now: () => 17_000 }).lease.acquire();
    expect(silent.lease.renew(lease)).toBe(false);
  });

  it('is free after a release, and a release of an old one frees nothing', () => {
    const store = openStore(temporaryFolder(), here);
    const old = store.lease.acquire();
    store.lease.release(old);
    expect(store.lease.isHeld()).toBe(false);
    store.lease.acquire();
    store.lease.release(old);
    expect(store.lease.isHeld()).toBe(true);
  });
});

describe('readers', () => {
  it('read while another process holds the lease and writes', async () => {
    const folder = temporaryFolder();
    const writer = openStore(folder);
    const { experiment, plan } = storeExperiment(writer);
    const lease = writer.lease.acquire();
    using reader = ProjectStore.open(folder, { mode: 'read' });
    const before = reader.otherWrites();
    await writer.commit(lease, [outcome(plan.tasks[0]?.id ?? '')]);
    expect(reader.results.scalarsOf(experiment.id)).toHaveLength(1);
    expect(reader.otherWrites()).not.toBe(before);
  });
});

describe('ProjectStore.removeExperiment', () => {
  it('keeps what another experiment uses and removes the rest with its files', async () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const other = storeExperiment(store, smallSpec({ name: 'other', seeds: [0] }));
    const lease = store.lease.acquire();
    const put = (text: string) => putArtifact(store.artifactsFolder, Buffer.from(text));
    const trainings = plan.tasks.filter((task) => task.kind === 'train' && task.cell === 0);
    const [shared, own] = trainings.map((task, index) => {
      const { hash, sizeBytes } = put(`weights ${index}`);
      return {
        id: task.id,
        artifacts: [{ name: 'weights', hash: hash as ArtifactHash, sizeBytes }],
      };
    });
    if (!shared || !own) throw new Error('the small spec has two seeds');
    await store.commit(lease, [outcome(shared.id, shared), outcome(own.id, own)]);
    store.removeExperiment(experiment.id);
    expect(store.tasks.states([shared.id, own.id])).toEqual(new Map([[shared.id, 'done']]));
    const exists = ({ artifacts }: typeof own) =>
      existsSync(artifactPath(store.artifactsFolder, artifacts[0]?.hash ?? ''));
    expect([exists(shared), exists(own)]).toEqual([true, false]);
    expect(store.tasks.ofExperiment(other.experiment.id)).toHaveLength(other.plan.tasks.length);
    expect(store.inspect().integrityProblems()).toEqual([]);
    expect(store.inspect().foreignKeyProblems()).toEqual([]);
  });

  it('does not mind files that are gone already', async () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const { hash, sizeBytes } = putArtifact(store.artifactsFolder, Buffer.from('x'));
    const artifacts = [{ name: 'weights', hash: hash as ArtifactHash, sizeBytes }];
    await store.commit(store.lease.acquire(), [outcome(plan.tasks[0]?.id ?? '', { artifacts })]);
    rmSync(artifactPath(store.artifactsFolder, hash));
    expect(() => store.removeExperiment(experiment.id)).not.toThrow();
  });
});
