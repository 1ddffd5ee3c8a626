/** Reads a database that this process may not write: on a read-only disk, or in the folder of another user. Writes nothing beside it. */
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { readSchemaState } from './migrate';

/** Whether a database can be written, or made where it is absent. Never throws. */
export function isWritable(file: string): boolean {
  const existing = [file, `${file}-wal`, `${file}-shm`].filter((path) => existsSync(path));
  try {
    for (const path of [dirname(file), ...existing]) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens a database that cannot be written.
 *
 * While another process writes it, its shared index is there and SQLite reads along. Otherwise SQLite would have to make that index
 * itself, so a copy in memory is opened: the project as it is now. (SQLite's `immutable` would do the same without a copy, but is reached
 * by file addresses only, which better-sqlite3 does not pass on.)
 * Cost: of the copy, twice its size in memory for a moment.
 *
 * @throws what SQLite throws; StoreError as `readSchemaState`
 */
export function openUnwritable(file: string): Database.Database {
  return openBesideWriter(file) ?? openCopy(file);
}

function openBesideWriter(file: string): Database.Database | null {
  if (!existsSync(`${file}-wal`) || !existsSync(`${file}-shm`)) return null;
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, timeout: 5000 });
    // One of an older version can be migrated in a copy only.
    if (readSchemaState(db, file).kind === 'current') return db;
  } catch (error) {
    if (!isUnreadableBeside(error)) {
      db?.close();
      throw error;
    }
  }
  db?.close();
  return null;
}

/** The shared index of a writer that is gone, or that another user may not open. */
function isUnreadableBeside(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|READONLY|PROTOCOL)/.test(error.code)
  );
}

function openCopy(file: string): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'phasescape-read-'));
  try {
    const copy = join(folder, 'project.sqlite');
    for (const suffix of ['', '-wal']) {
      if (!existsSync(file + suffix)) continue;
      copyFileSync(file + suffix, copy + suffix);
      chmodSync(copy + suffix, 0o600); // a copy has the permissions of its original
    }
    const db = new Database(copy);
    try {
      db.pragma('journal_mode = DELETE'); // brings in what the log holds; only such a file can be opened from memory
    } finally {
      db.close();
    }
    return new Database(readFileSync(copy));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
