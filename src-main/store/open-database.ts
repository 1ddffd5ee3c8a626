/** Opens the database file of a project, checked and migrated. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError } from '#shared/errors';
import { migrate, readSchemaState } from './migrate';
import { isWritable, openUnwritable } from './read-only-database';
import { oneLine, translateSqliteError } from './sqlite-error';

/**
 * Opens or makes a project's database.
 *
 * WAL, so that readers work while one process writes. `synchronous = NORMAL`: a commit survives the death of the process at once,
 * and a power cut may undo the last commits but never breaks the file; undone work is done again, so a sync of the disk
 * for every commit would buy nothing.
 *
 * @param mode - `write` makes the file when it is absent; `read` refuses then, and needs no permission to write
 * @throws StoreError `not-found`, `store-newer`, `store-corrupt` or `store`, naming the file; nothing is altered then
 * Cost: reads the whole file once (SQLite's quick check, 0.7 ms for a megabyte that is in the cache).
 */
export function openDatabase(file: string, mode: 'write' | 'read'): Database.Database {
  const found = statSync(file, { throwIfNoEntry: false });
  // SQLite itself would only fail after it has put its files beside a folder.
  if (found && !found.isFile()) {
    throw new StoreError(
      `${file}: must be a file, got ${found.isDirectory() ? 'a folder' : 'something else'}; move it away and restore the project's database from a copy`,
      { code: 'store-corrupt' },
    );
  }
  const isEmpty = found === undefined || found.size === 0;
  if (isEmpty && mode === 'read') {
    throw new StoreError(
      `${file}: must be a project's database, got ${found ? 'an empty file' : 'no such file'}; check the folder or run an experiment in it first`,
      { code: 'not-found' },
    );
  }
  const canWrite = isWritable(file);
  if (!canWrite && mode === 'write') {
    throw new StoreError(
      `${file}: must be writable to run or change experiments, got a read-only file or folder; change its permissions or copy the project (results, figure and serve --read-only can read it as it is)`,
    );
  }
  let db: Database.Database | null = null;
  try {
    db = canWrite ? new Database(file, { timeout: 5000 }) : openUnwritable(file);
    // Looked at before anything that writes, so that a refused file stays as it is.
    if (!isEmpty) checkSound(db, file);
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
  const verdict = db.pragma('quick_check(1)', { simple: true });
  if (verdict === 'ok') return;
  throw new StoreError(
    `${file}: must be a sound SQLite database, got "${oneLine(String(verdict))}"; restore it from a copy (the file was not changed)`,
    { code: 'store-corrupt' },
  );
}
