import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AddressBook } from '#main/host/served-address';
import { temporaryFolder } from '../../fixtures/temporary-folder';

function openBook() {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const state = join(folder, 'state');
  mkdirSync(project);
  const book = (mode: 'read' | 'write' = 'write') => new AddressBook(project, mode, state);
  const kept = () => {
    const served = join(state, 'served');
    return readdirSync(served).map((name) => join(served, name));
  };
  return { book, kept, folder, state };
}

describe('AddressBook', () => {
  it('recalls the secret and the port of the last start', () => {
    const { book } = openBook();
    const { token, port } = book().recall();
    expect([token.length, port]).toEqual([32, null]);
    book().remember({ token, port: 4711 });
    expect(book().recall()).toEqual({ token, port: 4711 });
  });

  it('makes another secret each time until one is kept', () => {
    const { book } = openBook();
    expect(book().recall().token).not.toBe(book().recall().token);
  });

  it('keeps the secret where this user alone can read it, and out of the project', () => {
    const { book, kept, state } = openBook();
    book().remember({ ...book().recall(), port: 1 });
    const files = kept();
    expect(files).toHaveLength(1);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(state, 'served')).mode & 0o777).toBe(0o700);
  });

  it('gives a read-only page a secret of its own: it must not open the writable one', () => {
    const { book } = openBook();
    book('write').remember({ ...book('write').recall(), port: 1 });
    expect(book('read').recall().token).not.toBe(book('write').recall().token);
  });

  it.each([
    ['that others could read', (file: string) => chmodSync(file, 0o644)],
    ['that was not used for a month', (file: string) => utimesSync(file, 0, 0)],
    ['that is torn', (file: string) => writeFileSync(file, '{"token":"x"')],
    ['that could be guessed', (file: string) => writeFileSync(file, '{"token":"x","port":1}')],
  ])('does not use a secret %s', (_what, spoil) => {
    const { book, kept } = openBook();
    const { token } = book().recall();
    book().remember({ token, port: 4711 });
    kept().forEach(spoil);
    expect(book().recall().token).not.toBe(token);
    expect(book().recall().token).toHaveLength(32);
  });

  it('knows a project by where it lies', () => {
    const { book, folder, state } = openBook();
    book().remember({ ...book().recall(), port: 4711 });
    mkdirSync(join(folder, 'other'));
    expect(new AddressBook(join(folder, 'other'), 'write', state).recall().port).toBeNull();
  });
});
