import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '#main/store/migrate';
import { migrations } from '#main/store/migrations';
import { ProjectStore } from '#main/store/project-store';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { makeReadOnly } from '../../fixtures/read-only-folder';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** A project as it lies on the disk, copied while it was open. */
function leftProject(files: readonly string[]): string {
  const store = openStore();
  storeExperiment(store);
  const folder = join(temporaryFolder(), 'project');
  mkdirSync(join(folder, 'artifacts'), { recursive: true });
  for (const name of files) copyFileSync(join(store.folder, name), join(folder, name));
  return folder;
}

const contents = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.startsWith('project.sqlite'))
      .map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );

describe('a project that cannot be written', () => {
  it.each([
    ['with the log of a process that died', ['project.sqlite', 'project.sqlite-wal']],
    [
      'with log and index of a process that died',
      ['project.sqlite', 'project.sqlite-wal', 'project.sqlite-shm'],
    ],
  ])('is read %s, and stays as it is', (_name, files) => {
    const folder = leftProject(files);
    const before = contents(folder);
    const isReadOnly = makeReadOnly(folder);
    using reader = ProjectStore.open(folder, { mode: 'read' });
    expect(reader.experiments.list()).toHaveLength(1);
    expect(reader.lease.isHeld()).toBe(false);
    if (isReadOnly) expect(contents(folder)).toEqual(before);
  });

  it('is read when it was closed, and refuses to be run, saying why', (test) => {
    const folder = join(temporaryFolder(), 'project');
    const store = ProjectStore.open(folder);
    storeExperiment(store);
    store[Symbol.dispose]();
    test.skip(!makeReadOnly(folder));
    using reader = ProjectStore.open(folder, { mode: 'read' });
    expect(reader.experiments.list()).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['artifacts', 'project.sqlite']);
    expect(() => ProjectStore.open(folder)).toThrow(/^[^\n]*must be writable to run[^\n]*$/);
  });

  it('is read while another process writes it, and sees what that writes', (test) => {
    const store = openStore();
    test.skip(!makeReadOnly(store.folder));
    using reader = ProjectStore.open(store.folder, { mode: 'read' });
    expect(reader.experiments.list()).toHaveLength(0);
    storeExperiment(store);
    expect(reader.experiments.list()).toHaveLength(1);
  });

  it('is read when an older version made it', (test) => {
    const folder = temporaryFolder();
    const file = join(folder, 'project.sqlite');
    const old = new Database(file);
    old.pragma('journal_mode = WAL');
    migrate(old, file, migrations.slice(0, 1));
    old.close();
    test.skip(!makeReadOnly(folder));
    using reader = ProjectStore.open(folder, { mode: 'read' });
    expect(reader.experiments.list()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['project.sqlite']);
  });
});

describe('a reader', () => {
  it('cannot write, even where it could', () => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    using reader = ProjectStore.open(store.folder, { mode: 'read' });
    expect(() => reader.removeExperiment(experiment.id)).toThrow();
    expect(store.experiments.list()).toHaveLength(1);
  });
});

describe('a project that has lost its database', () => {
  it.each(['empty', 'missing'])('is refused when the file is %s, and stays as it is', (kind) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'artifacts', 'ab'), { recursive: true });
    const weights = join(folder, 'artifacts', 'ab', 'ab'.repeat(32));
    copyFileSync(import.meta.filename, weights);
    const file = join(folder, 'project.sqlite');
    if (kind === 'empty') copyFileSync('/dev/null', file);
    for (const mode of ['read', 'write'] as const)
      expect(() => ProjectStore.open(folder, { mode })).toThrow(
        /^[^\n]*must be the database of the results[^\n]*; restore it from a copy[^\n]*$/,
      );
    expect(existsSync(weights)).toBe(true);
    expect(existsSync(file)).toBe(kind === 'empty');
    rmSync(weights);
    openStore(folder); // nothing to lose
  });

  it('is refused when a folder is in its place, and nothing is put beside that', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'project.sqlite'));
    for (const mode of ['read', 'write'] as const)
      expect(() => ProjectStore.open(folder, { mode })).toThrow(/must be a file, got a folder/);
    expect(readdirSync(folder)).toEqual(['project.sqlite']);
  });
});
