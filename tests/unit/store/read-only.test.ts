import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '#main/store/migrate';
import { migrations } from '#main/store/migrations';
import { ProjectStore } from '#main/store/project-store';
import { openUnwritable } from '#main/store/read-only-database';
import { openStore, storeExperiment } from '../../fixtures/open-project';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** A project as it lies on the disk when its process has died. */
function leftProject(files: readonly string[]): string {
  const store = openStore();
  storeExperiment(store);
  const folder = temporaryFolder();
  for (const name of files) copyFileSync(join(store.folder, name), join(folder, name));
  return folder;
}

function closedProject(): string {
  const store = openStore();
  storeExperiment(store);
  store[Symbol.dispose]();
  return store.folder;
}

/** Names and bytes of the files; the index is SQLite's to share between processes, where it may. */
const filesOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith('project.sqlite'))
    .map((name) => [name, name.endsWith('-shm') || readFileSync(join(folder, name), 'base64')]);

const namesIn = (db: Database.Database) => db.prepare('SELECT name FROM experiments').pluck().all();

describe('openUnwritable', () => {
  it.each([
    ['that was closed', closedProject],
    [
      'with the log of a process that died',
      () => leftProject(['project.sqlite', 'project.sqlite-wal']),
    ],
    [
      'with log and index of a process that died',
      () => leftProject(['project.sqlite', 'project.sqlite-wal', 'project.sqlite-shm']),
    ],
  ])('reads a database %s, and leaves its folder as it is', (_name, make) => {
    const folder = make();
    const before = filesOf(folder);
    const db = openUnwritable(join(folder, 'project.sqlite'));
    expect(namesIn(db)).toEqual(['small']);
    db.close();
    expect(filesOf(folder)).toEqual(before);
  });

  it('sees what another process writes meanwhile', () => {
    const store = openStore();
    const db = openUnwritable(join(store.folder, 'project.sqlite'));
    expect(namesIn(db)).toEqual([]);
    storeExperiment(store);
    expect(namesIn(db)).toEqual(['small']);
    db.close();
  });

  it('reads one that an older version made, which is migrated in memory', () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const old = new Database(file);
    old.pragma('journal_mode = WAL');
    migrate(old, file, migrations.slice(0, 1));
    old.close();
    const before = filesOf(dirname(file));
    const db = openUnwritable(file);
    migrate(db, file);
    expect(namesIn(db)).toEqual([]);
    db.close();
    expect(filesOf(dirname(file))).toEqual(before);
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
