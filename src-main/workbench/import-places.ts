/**
 * What screens can see of the disk to find a data set: names below one folder. A screen says where it is by a list of names, and
 * never by a path.
 */
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';

/** Names the folder in place of the user's home. */
export const importVariable = 'PHASESCAPE_IMPORT_FOLDER';

/** Names from the import folder downwards. */
export type Place = readonly string[];

export interface PlaceEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly sizeBytes: number;
}

const mostEntries = 500;

/** Where screens start to look. */
export function importFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment[importVariable];
  return given !== undefined && given !== '' ? given : homedir();
}

/**
 * The path of a place.
 * @throws PhasescapeError `invalid-input` for names that would lead out of the folder
 */
export function pathOfPlace(root: string, place: Place): string {
  const wrong = place.find((name) => name === '.' || name === '..' || /[/\\\0]/.test(name));
  if (wrong === undefined) return join(root, ...place);
  throw new PhasescapeError(
    'invalid-input',
    `place: must be names of files and folders, got ${JSON.stringify(wrong)}; choose from the list`,
  );
}

/**
 * The folders and files of a place by name, hidden ones left out.
 * @returns the first 500, and whether there are more
 * @throws PhasescapeError `not-found` when it cannot be read
 */
export function listPlace(
  root: string,
  place: Place,
): { readonly root: string; readonly entries: readonly PlaceEntry[]; readonly isCut: boolean } {
  const folder = pathOfPlace(root, place);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (cause) {
    throw new PhasescapeError(
      'not-found',
      `${place.at(-1) ?? basename(root)}: must be a readable folder, got ${String((cause as NodeJS.ErrnoException).code)}; choose another`,
      { cause },
    );
  }
  const entries = names
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, mostEntries)
    .flatMap((name) => entryOf(folder, name))
    .sort((a, b) => Number(a.kind === 'file') - Number(b.kind === 'file'));
  return { root: basename(root), entries, isCut: names.length > mostEntries };
}

function entryOf(folder: string, name: string): PlaceEntry[] {
  const stat = statSync(join(folder, name), { throwIfNoEntry: false });
  if (stat?.isDirectory()) return [{ name, kind: 'folder', sizeBytes: 0 }];
  return stat?.isFile() ? [{ name, kind: 'file', sizeBytes: stat.size }] : [];
}
