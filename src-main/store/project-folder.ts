/** The folder of a project: what is there before it is opened, making it, and taking back what was made. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError } from '#shared/errors';

/** Names in a project's folder. */
export const databaseName = 'project.sqlite';
export const artifactsName = 'artifacts';

const statOf = (path: string) => statSync(path, { throwIfNoEntry: false });

/** Whether there is no database yet; what is no file is looked at when it is opened. */
export function isAbsent(file: string): boolean {
  const found = statOf(file);
  return !found || (found.isFile() && found.size === 0);
}

/** What the file system refused; anything else is a defect, or has been translated. */
export function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E/.test(String(error.code));
}

/**
 * A folder with results and no database has lost it: a new one beside them would hide that.
 * @throws StoreError `store-corrupt`
 */
export function refuseLostDatabase(root: string, file: string): void {
  const artifacts = join(root, artifactsName);
  const hasResults =
    (statOf(`${file}-wal`)?.size ?? 0) > 0 ||
    (statOf(artifacts)?.isDirectory() === true &&
      readdirSync(artifacts, { recursive: true, withFileTypes: true }).some((e) => e.isFile()));
  if (!hasResults) return;
  throw new StoreError(
    `${file}: must be the database of the results in ${artifacts}, got ${existsSync(file) ? 'an empty file' : 'no file'}; restore it from a copy, or use another folder to begin anew (nothing was changed)`,
    { code: 'store-corrupt' },
  );
}

/**
 * Makes a folder and those above it that are missing, one by one: Node's own way never returns below `/proc`.
 * @returns the topmost folder made; undefined when it was there
 */
export function makeFolder(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return undefined;
  if (found) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  const parent = dirname(folder);
  const made = parent === folder ? undefined : makeFolder(parent);
  mkdirSync(folder);
  return made ?? folder;
}

/** What stands where a project was looked for. */
export function whatIsThere(root: string): string {
  if (!existsSync(root)) return 'no such folder';
  return statSync(root).isDirectory() ? 'a folder without a project' : 'a file';
}

/** Takes back what opening a new project made before it failed. */
export function removeHalfMade(root: string, made: string | undefined): void {
  // Unlike `statSync`, this never throws for a path that cannot be.
  if (!existsSync(root) || !statSync(root).isDirectory()) return;
  if (made !== undefined) {
    rmSync(made, { recursive: true, force: true });
    return;
  }
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(root, databaseName + suffix), { force: true });
}
