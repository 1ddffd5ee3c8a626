/** Writes several files so that none of them is ever half written. */
import { rm, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';

export interface FileToWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes every file under a temporary name beside its place, then renames them in order. When one cannot be written,
 * none gets its name.
 * @param what - what the files are, for messages: `figure`, `weights`
 * @throws PhasescapeError naming the folder and the reason
 */
export async function writeTogether(what: string, files: readonly FileToWrite[]): Promise<void> {
  const written = files.map(({ path, content }) => ({
    path,
    content,
    temporary: join(dirname(path), `.${basename(path)}.${process.pid}.tmp`),
  }));
  try {
    await requireFolder(what, dirname(files[0]?.path ?? '.'));
    for (const { path } of written) await refuseFolder(what, path);
    for (const { temporary, content } of written) await writeFile(temporary, content);
    for (const { path, temporary } of written) await rename(temporary, path);
  } catch (error) {
    // Where removing fails nothing could be written either.
    await Promise.allSettled(written.map(({ temporary }) => rm(temporary, { force: true })));
    if (error instanceof PhasescapeError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const folder = dirname(files[0]?.path ?? '.');
    throw new PhasescapeError(
      'environment',
      `${what}: folder ${folder} must be writable, got ${reason}; choose another place`,
      { cause: error },
    );
  }
}

/** A folder that is not there is a slip in its name sooner than a wish for a new one. */
async function requireFolder(what: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(noSuchFile);
  if (found?.isDirectory() === true) return;
  throw new PhasescapeError(
    'invalid-input',
    `${what}: folder ${folder} must exist, got ${found ? 'a file' : 'none'}; make it, or choose another place`,
  );
}

function noSuchFile(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

async function refuseFolder(what: string, path: string): Promise<void> {
  const found = await stat(path).catch(noSuchFile);
  if (found?.isDirectory() === true)
    throw new PhasescapeError(
      'invalid-input',
      `${what}: ${path} must be a file, got a folder; choose another name`,
    );
}
