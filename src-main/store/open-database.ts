/** Opens the database file of a project, checked and migrated. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError } from '#shared/errors';
import { migrate, readSchemaState } from './migrate';
import { translateSqliteError } from './sqlite-error';

/** Files below this size are checked page by page on opening; larger ones by `doctor`. */
const checkedSizeBytes = 32 * 1024 * 1024;

/**
 * Opens or makes a project's database.
 *
 * WAL, so that readers work while one process writes. `synchronous = NORMAL`: a commit survives the death of the process at once,
 * and a power cut may undo the last commits but never breaks the file; undone work is done again, so a sync of the disk
 * for every commit would buy nothing.
 *
 * @param mode - `write` makes the file when it is absent; `read` refuses then
 * @throws StoreError `not-found`, `store-newer`, `store-corrupt` or `store`, naming the file; nothing is altered then
 */
export function openDatabase(file: string, mode: 'write' | 'read'): Database.Database {
  const isNew = !existsSync(file);
  if (isNew && mode === 'read') {
    throw new StoreError(
      `${file}: must be a project's database, got no such file; check the folder or run an experiment in it first`,
      { code: 'not-found' },
    );
  }
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 5000 });
    // Looked at before anything that writes, so that a refused file stays as it is.
    if (!isNew) checkSound(db, file);
    const state = readSchemaState(db, file);
    db.pragma('foreign_keys = ON');
    db.pragma('synchronous = NORMAL');
    if (state.kind !== 'current') {
      db.pragma('journal_mode = WAL');
      migrate(db, file);
    }
    return db;
  } catch (error) {
    db?.close();
    throw translateSqliteError(error, file);
  }
}

function checkSound(db: Database.Database, file: string): void {
  if (statSync(file).size > checkedSizeBytes) return;
  const verdict = db.pragma('quick_check(1)', { simple: true });
  if (verdict === 'ok') return;
  throw new StoreError(
    `${file}: must be a sound SQLite database, got "${String(verdict)}"; restore it from a copy (the file was not changed)`,
    { code: 'store-corrupt' },
  );
}
