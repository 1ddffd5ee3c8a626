import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkpointPath,
  putCheckpoint,
  readCheckpoint,
  type CheckpointFiles,
} from '#main/store/checkpoint-files';
import { DataFormatError, StoreError } from '#shared/errors';
import { fakeResult } from '../../fixtures/fake-pool';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const older = Uint8Array.of(1, 2, 3);
const newer = Uint8Array.of(4, 5, 6, 7);

function failingWith(code: string, on: keyof CheckpointFiles): CheckpointFiles {
  const refuse = () => {
    throw Object.assign(new Error(code), { code });
  };
  return { ...fs, [on]: refuse };
}

describe('putCheckpoint', () => {
  it('replaces the one before, under the name of its training alone', () => {
    const folder = join(temporaryFolder(), 'checkpoints');
    putCheckpoint(folder, 'task', older);
    putCheckpoint(folder, 'task', newer);
    expect(fs.readdirSync(folder)).toEqual(['task']);
    expect(readCheckpoint(folder, 'task')).toEqual(Buffer.from(newer));
    expect(readCheckpoint(folder, 'other')).toBeNull();
  });

  it.each([
    ['ENOSPC', 'writeSync', /full disk/],
    ['EIO', 'fsyncSync', /check the disk/],
    ['EROFS', 'renameSync', /read-only file system/],
  ] as const)('keeps the one before and leaves nothing behind on %s', (code, on, words) => {
    const folder = temporaryFolder();
    putCheckpoint(folder, 'task', older);
    const put = () => {
      putCheckpoint(folder, 'task', newer, failingWith(code, on));
    };
    expect(put).toThrow(StoreError);
    expect(put).toThrow(words);
    expect(fs.readdirSync(folder)).toEqual(['task']);
    expect(readCheckpoint(folder, 'task')).toEqual(Buffer.from(older));
  });
});

describe('readCheckpoint', () => {
  it('refuses every changed byte and every shorter file', () => {
    const folder = temporaryFolder();
    putCheckpoint(folder, 'task', newer);
    const path = checkpointPath(folder, 'task');
    const bytes = fs.readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (bytes[at] as number) ^ 1;
      fs.writeFileSync(path, damaged);
      expect(() => readCheckpoint(folder, 'task'), `byte ${at}`).toThrow(DataFormatError);
      fs.writeFileSync(path, bytes.subarray(0, at));
      expect(() => readCheckpoint(folder, 'task'), `${at} bytes`).toThrow(/SHA-256/);
    }
  });
});

describe('a project', () => {
  const names = (folder: string) => fs.readdirSync(folder).sort();

  it('removes a checkpoint when the result of its training is in the database, not before', async () => {
    const store = openStore();
    const { plan } = storeExperiment(store);
    const [first, second] = plan.tasks.map(({ id }) => id) as [string, string];
    for (const id of [first, second]) putCheckpoint(store.checkpointsFolder, id, older);
    const result = fakeResult({ taskId: first as never, seed: 0 });
    const outcome = { kind: 'result', result, finishedAt: '2026-01-01T00:00:00.000Z' } as const;
    const lease = store.lease.acquire();
    await expect(store.commit({ ...lease, fence: 0 }, [outcome])).rejects.toThrow();
    expect(names(store.checkpointsFolder)).toEqual([first, second].sort());
    await store.commit(lease, [outcome]);
    expect(names(store.checkpointsFolder)).toEqual([second]);
  });

  it('sweeps away what belongs to no unfinished training', () => {
    const store = openStore();
    const { experiment, plan } = storeExperiment(store);
    const unfinished = plan.tasks[0]?.id ?? '';
    for (const name of [unfinished, 'f'.repeat(64), '.put-1-half'])
      putCheckpoint(store.checkpointsFolder, name, older);
    store.sweepCheckpoints();
    expect(names(store.checkpointsFolder)).toEqual([unfinished]);
    store.removeExperiment(experiment.id);
    expect(names(store.checkpointsFolder)).toEqual([]);
  });
});
