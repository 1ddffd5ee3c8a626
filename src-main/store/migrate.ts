/** Brings a database to the schema of this program: all or nothing, with a copy of the file first. */
import { rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { StoreError } from '#shared/errors';
import { applicationId, migrations as knownMigrations, type Migration } from './migrations';

/** What must be done to a database before it can be used. */
export type SchemaState =
  | { readonly kind: 'new' }
  | { readonly kind: 'behind'; readonly applied: number }
  | { readonly kind: 'current' };

/**
 * Looks at a database without changing it.
 *
 * @throws StoreError `store-newer` when its history is not a prefix of the known one: a newer or another version made it;
 *   `store-corrupt` when it is a database of something else
 */
export function readSchemaState(
  db: Database,
  file: string,
  known: readonly Migration[] = knownMigrations,
): SchemaState {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
  if (tables.length === 0) return { kind: 'new' };
  if (
    db.pragma('application_id', { simple: true }) !== applicationId ||
    !tables.includes('migrations')
  ) {
    throw new StoreError(
      `${file}: must be a Phasescape project, got a database of another program; use another folder`,
      { code: 'store-corrupt' },
    );
  }
  const history = db.prepare('SELECT number, name FROM migrations ORDER BY number').all() as {
    number: number;
    name: string;
  }[];
  for (const [index, entry] of history.entries()) {
    const expected = known[index];
    if (expected?.number === entry.number && expected.name === entry.name) continue;
    throw new StoreError(
      `${file}: must be made by this version or an older one, got migration ${entry.number} "${entry.name}" that this version does not know; open it with the version that made it (the file was not changed)`,
      { code: 'store-newer', details: { history } },
    );
  }
  return history.length === known.length
    ? { kind: 'current' }
    : { kind: 'behind', applied: history.length };
}

/**
 * Applies the missing migrations in one transaction. A database that holds something is copied beside itself first
 * (`<file>.before-<number>`), so that an older program can still be used with the copy.
 *
 * @throws StoreError as `readSchemaState`; whatever SQLite throws, with nothing applied
 */
export function migrate(
  db: Database,
  file: string,
  known: readonly Migration[] = knownMigrations,
): void {
  const before = readSchemaState(db, file, known);
  if (before.kind === 'current') return;
  if (before.kind === 'behind') {
    const copy = `${file}.before-${known[before.applied]?.number ?? 0}`;
    rmSync(copy, { force: true }); // left by an attempt that was interrupted
    db.prepare('VACUUM INTO ?').run(copy);
  }
  db.transaction(() => {
    // Another process may have migrated while this one waited for the lock.
    const state = readSchemaState(db, file, known);
    if (state.kind === 'current') return;
    if (state.kind === 'new') {
      db.pragma(`application_id = ${applicationId}`);
      db.exec(
        'CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
      );
    }
    const insert = db.prepare('INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)');
    for (const migration of known.slice(state.kind === 'new' ? 0 : state.applied)) {
      db.exec(migration.sql);
      insert.run(migration.number, migration.name, new Date().toISOString());
    }
  }).immediate();
}
