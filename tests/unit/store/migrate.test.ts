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

describe('migrate', () => {
  const second = { number: 2, name: 'notes', sql: 'CREATE TABLE notes (text TEXT) STRICT' };

  it('adds what is missing and keeps a copy of the file as it was', () => {
    const file = madeDatabase();
    const db = new Database(file);
    migrate(db, file, [...migrations, second]);
    expect(db.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0);
    db.close();
    const copy = new Database(`${file}.before-2`, { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(migrations.length);
    copy.close();
  });

  it('changes nothing when a migration fails half-way, and can be tried again', () => {
    const file = madeDatabase();
    const db = new Database(file);
    const broken = { ...second, sql: `${second.sql}; CREATE TABLE notes (again TEXT)` };
    expect(() => migrate(db, file, [...migrations, broken])).toThrow();
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'notes'").all()).toEqual([]);
    expect(db.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(migrations.length);
    migrate(db, file, [...migrations, second]);
    expect(existsSync(`${file}.before-2`)).toBe(true);
    db.close();
  });

  it('is done once when two processes open an old database together', () => {
    const file = madeDatabase();
    const one = new Database(file);
    const two = new Database(file);
    migrate(one, file, [...migrations, second]);
    migrate(two, file, [...migrations, second]);
    expect(two.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(
      migrations.length + 1,
    );
    one.close();
    two.close();
  });
});
