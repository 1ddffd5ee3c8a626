import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '#main/store/migrate';
import { migrations } from '#main/store/migrations';
import { openDatabase } from '#main/store/open-database';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A project's database, closed, with everything in the one file. */
function madeDatabase(): string {
  const file = join(temporaryFolder(), 'project.sqlite');
  openDatabase(file, 'write').close();
  return file;
}

describe('openDatabase', () => {
  it('makes a new database in WAL mode with the known history', () => {
    const db = openDatabase(join(temporaryFolder(), 'project.sqlite'), 'write');
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(db.prepare('SELECT name FROM migrations').pluck().all()).toEqual(
      migrations.map((migration) => migration.name),
    );
    db.close();
  });

  it('refuses a database of a newer version, unchanged', () => {
    const file = madeDatabase();
    const db = new Database(file);
    db.prepare("INSERT INTO migrations VALUES (99, 'from-the-future', '')").run();
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = digest(file);
    expect(() => openDatabase(file, 'write')).toThrow(
      expect.objectContaining({ code: 'store-newer' }),
    );
    expect(() => openDatabase(file, 'write')).toThrow(/from-the-future/);
    expect(digest(file)).toBe(before);
  });

  it('refuses a history that is no prefix of the known one', () => {
    const file = madeDatabase();
    const db = new Database(file);
    db.prepare("UPDATE migrations SET name = 'another branch' WHERE number = 1").run();
    db.close();
    expect(() => openDatabase(file, 'write')).toThrow(
      expect.objectContaining({ code: 'store-newer' }),
    );
  });

  it.each([
    [
      'text',
      Buffer.from('this is no database, only some text that goes on for a while\n'.repeat(99)),
    ],
    ['a torn database', null],
  ])('refuses %s as corrupt, naming the file, unchanged', (_name, content) => {
    const file = madeDatabase();
    if (content) writeFileSync(file, content);
    else {
      const whole = readFileSync(file);
      whole.fill(0xa5, 4096, Math.min(whole.length, 40_000));
      writeFileSync(file, whole);
    }
    const before = digest(file);
    expect(() => openDatabase(file, 'write')).toThrow(
      expect.objectContaining({ code: 'store-corrupt' }),
    );
    expect(() => openDatabase(file, 'write')).toThrow(file);
    expect(digest(file)).toBe(before);
  });

  it('refuses the database of another program, unchanged', () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const db = new Database(file);
    db.exec('CREATE TABLE bookmarks (url TEXT)');
    db.close();
    const before = digest(file);
    expect(() => openDatabase(file, 'write')).toThrow(/another program/);
    expect(digest(file)).toBe(before);
  });
});

describe('what a database says of its version', () => {
  const broken = (sql: string) => {
    const file = madeDatabase();
    const db = new Database(file);
    db.exec(sql);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    return file;
  };

  it.each([
    ['a user_version from the future', 'PRAGMA user_version = 99', 'store-newer'],
    ['a user_version that lags', 'PRAGMA user_version = 1', 'store-corrupt'],
    ['a history that was emptied', 'DELETE FROM migrations', 'store-corrupt'],
    ['no history', 'DROP TABLE migrations', 'store-corrupt'],
    ['a table too few', 'DROP TABLE series', 'store-corrupt'],
    ['an index too few', 'DROP INDEX task_artifacts_hash', 'store-corrupt'],
    ['a column too many', 'ALTER TABLE lease ADD COLUMN more TEXT', 'store-corrupt'],
  ])('refuses %s, unchanged, in one line that says what to do', (_name, sql, code) => {
    const file = broken(sql);
    const before = digest(file);
    for (const mode of ['read', 'write'] as const) {
      const open = () => openDatabase(file, mode);
      expect(open).toThrow(expect.objectContaining({ code }));
      expect(open).toThrow(/^[^\n]*: must [^\n]*, got [^\n]*; (restore|open) it [^\n]*$/);
    }
    expect(digest(file)).toBe(before);
  });

  it('does not mind what others add', () => {
    const file = broken('ANALYZE; CREATE TABLE notes_of_a_user (text TEXT)');
    openDatabase(file, 'write').close();
  });

  it('opens one from before the version was kept, and keeps it from then on', () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const old = new Database(file);
    migrate(old, file, migrations.slice(0, 1));
    expect(old.pragma('user_version', { simple: true })).toBe(0);
    old.close();
    const db = openDatabase(file, 'write');
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    db.close();
  });

  it('tells broken pages in one line', () => {
    const file = madeDatabase();
    const db = new Database(file);
    db.exec("INSERT INTO tasks (id, kind, spec) VALUES ('t', 'train', '{}')");
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec("UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'series'");
    db.close();
    expect(() => openDatabase(file, 'write')).toThrow(/^[^\n]*sound SQLite database[^\n]*$/);
  });
});

describe('migrate', () => {
  const number = migrations.length + 1;
  const next = { number, name: 'notes', sql: 'CREATE TABLE notes (text TEXT) STRICT' };

  it('adds what is missing and keeps a copy of the file as it was', () => {
    const file = madeDatabase();
    const db = new Database(file);
    migrate(db, file, [...migrations, next]);
    expect(db.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0);
    db.close();
    const copy = new Database(`${file}.before-${number}`, { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(migrations.length);
    copy.close();
  });

  it('changes nothing when a migration fails half-way, and can be tried again', () => {
    const file = madeDatabase();
    const db = new Database(file);
    const broken = { ...next, sql: `${next.sql}; CREATE TABLE notes (again TEXT)` };
    expect(() => migrate(db, file, [...migrations, broken])).toThrow();
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'notes'").all()).toEqual([]);
    expect(db.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(migrations.length);
    migrate(db, file, [...migrations, next]);
    expect(existsSync(`${file}.before-${number}`)).toBe(true);
    db.close();
  });

  it('is done once when two processes open an old database together', () => {
    const file = madeDatabase();
    const one = new Database(file);
    const two = new Database(file);
    migrate(one, file, [...migrations, next]);
    migrate(two, file, [...migrations, next]);
    expect(two.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(
      migrations.length + 1,
    );
    one.close();
    two.close();
  });
});
