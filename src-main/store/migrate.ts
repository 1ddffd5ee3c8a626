/** Brings a database to the schema of this program: all or nothing, with a copy of the file first. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError } from '#shared/errors';
import { applicationId, migrations as knownMigrations, type Migration } from './migrations';

/** What must be done to a database before it can be used. */
export type SchemaState =
  | { readonly kind: 'new' }
  | { readonly kind: 'behind'; readonly applied: number }
  | { readonly kind: 'current' };

/** From this migration on, SQLite's `user_version` is kept equal to the number of the last one. */
const versionKeptFrom = 2;

/**
 * Looks at a database without changing it. The table `migrations` and `user_version` say both which schema it has: where they disagree
 * nobody knows, and it is refused.
 *
 * @throws StoreError `store-newer` when its history is not a prefix of the known one: a newer or another version made it;
 *   `store-corrupt` when it is a database of something else, or not whole
 */
export function readSchemaState(
  db: Database.Database,
  file: string,
  known: readonly Migration[] = knownMigrations,
): SchemaState {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
  if (tables.length === 0) return { kind: 'new' };
  if (db.pragma('application_id', { simple: true }) !== applicationId) {
    throw new StoreError(
      `${file}: must be a Phasescape project, got a database of another program; use another folder`,
      { code: 'store-corrupt' },
    );
  }
  if (!tables.includes('migrations')) throw damaged(file, 'no table migrations');
  const applied = readHistory(db, file, known);
  requireVersion(db, file, applied);
  requireSchema(db, file, known.slice(0, applied));
  return applied === known.length ? { kind: 'current' } : { kind: 'behind', applied };
}

function readHistory(db: Database.Database, file: string, known: readonly Migration[]): number {
  const history = db.prepare('SELECT number, name FROM migrations ORDER BY number').all() as {
    number: number;
    name: string;
  }[];
  if (history.length === 0) throw damaged(file, 'no row in the table migrations');
  for (const [index, entry] of history.entries()) {
    const expected = known[index];
    if (expected?.number === entry.number && expected.name === entry.name) continue;
    throw newer(file, `migration ${entry.number} "${entry.name}" that this version does not know`);
  }
  return history.length;
}

function requireVersion(db: Database.Database, file: string, applied: number): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const expected = applied < versionKeptFrom ? 0 : applied;
  if (version === expected) return;
  const got = `user_version ${version} where its migrations say ${expected}`;
  throw version > expected ? newer(file, got) : damaged(file, got);
}

/** Every table and index must be as its migrations make it; what others have added (such as statistics) is no harm. */
function requireSchema(db: Database.Database, file: string, applied: readonly Migration[]): void {
  const pattern = new Database(':memory:');
  try {
    apply(pattern, applied, true);
    const found = readSchema(db);
    for (const [name, sql] of readSchema(pattern)) {
      const own = found.get(name);
      if (own !== sql)
        throw damaged(file, own === undefined ? `no ${name}` : `${name} with other columns`);
    }
  } finally {
    pattern.close();
  }
}

function readSchema(db: Database.Database): Map<string, string> {
  const rows = db
    .prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name')
    .all() as { type: string; name: string; sql: string }[];
  return new Map(rows.map((r) => [`${r.type} ${r.name}`, r.sql.replace(/\s+/g, ' ')]));
}

function damaged(file: string, got: string): StoreError {
  return new StoreError(
    `${file}: must have the tables of its version, got ${got}: the database is damaged; restore it from a copy (the file was not changed)`,
    { code: 'store-corrupt' },
  );
}

function newer(file: string, got: string): StoreError {
  return new StoreError(
    `${file}: must be made by this version or an older one, got ${got}; open it with the version that made it (the file was not changed)`,
    { code: 'store-newer' },
  );
}

/**
 * Applies the missing migrations in one transaction. A database that holds something is copied beside itself first
 * (`<file>.before-<number>`), so that an older program can still be used with the copy; one in memory is a copy already.
 *
 * @throws StoreError as `readSchemaState`; whatever SQLite throws, with nothing applied
 */
export function migrate(
  db: Database.Database,
  file: string,
  known: readonly Migration[] = knownMigrations,
): void {
  const before = readSchemaState(db, file, known);
  if (before.kind === 'current') return;
  if (before.kind === 'behind' && !db.memory) {
    const copy = `${file}.before-${known[before.applied]?.number ?? 0}`;
    rmSync(copy, { force: true }); // left by an attempt that was interrupted
    db.prepare('VACUUM INTO ?').run(copy);
  }
  db.transaction(() => {
    // Another process may have migrated while this one waited for the lock.
    const state = readSchemaState(db, file, known);
    if (state.kind === 'current') return;
    apply(db, known.slice(state.kind === 'new' ? 0 : state.applied), state.kind === 'new');
  }).immediate();
}

function apply(db: Database.Database, missing: readonly Migration[], isNew: boolean): void {
  if (isNew) {
    db.pragma(`application_id = ${applicationId}`);
    db.exec(
      'CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
    );
  }
  const insert = db.prepare('INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)');
  for (const migration of missing) {
    db.exec(migration.sql);
    insert.run(migration.number, migration.name, new Date().toISOString());
    if (migration.number >= versionKeptFrom) db.pragma(`user_version = ${migration.number}`);
  }
}
