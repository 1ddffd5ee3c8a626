/** Says in the user's words what SQLite refused. */
import Database from 'better-sqlite3';
import { PhasescapeError, StoreError } from '#shared/errors';

/** A text of SQLite in one line, as every message is. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Translates an error of SQLite about one database file.
 * @returns a StoreError: `store-corrupt` when the file is not a sound database; other PhasescapeErrors and defects as they are
 */
export function translateSqliteError(error: unknown, file: string): unknown {
  if (error instanceof PhasescapeError || !(error instanceof Database.SqliteError)) return error;
  const code = error.code;
  const said = oneLine(error.message);
  const fail = (text: string, kind: 'store' | 'store-corrupt' = 'store') =>
    new StoreError(`${file}: ${text}`, { code: kind, details: { code }, cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return fail(
      `must be a sound SQLite database, got "${said}"; restore it from a copy (the file was not changed)`,
      'store-corrupt',
    );
  }
  if (code === 'SQLITE_ERROR' && /^no such (table|column)/.test(said)) {
    return fail(
      `must have the tables of its version, got "${said}": the database is damaged; restore it from a copy`,
      'store-corrupt',
    );
  }
  if (code === 'SQLITE_FULL')
    return fail('disk must have room, got a full disk; free some space and resume');
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return fail(
      'must be free for writing within 5 s, got a lock held by another program; close that program or try again',
    );
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return fail(
      'must be readable and writable, got no permission or no such folder; change the permissions or use another folder',
    );
  if (code.startsWith('SQLITE_IOERR'))
    return fail(`must be on a working disk, got "${said}"; check the disk`);
  return error;
}

/** Runs `work` on a database file, translating what SQLite throws. @throws StoreError */
export function translating<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqliteError(error, file);
  }
}
