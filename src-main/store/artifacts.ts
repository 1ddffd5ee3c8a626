/**
 * Large results as files named by the SHA-256 of their bytes: `<folder>/<2 hex>/<hash>`. Workers write them, the main process makes
 * them durable (`syncArtifacts`) before the database may name them: so the database never points to a missing file, and
 * a power cut can only lose work that is then done again. Depends on nothing but Node and the errors.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { dirname, join } from 'node:path';
import { DataFormatError, PhasescapeError, StoreError } from '#shared/errors';

export interface PutArtifact {
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** The part of `node:fs` used here; tests pass one that fails. */
export type ArtifactFiles = Pick<
  typeof nodeFs,
  'existsSync' | 'mkdirSync' | 'readFileSync' | 'renameSync' | 'rmSync' | 'writeFileSync'
>;

/** Path of an artifact inside its folder. @throws DataFormatError when `hash` is not 64 lower-case hexadecimal digits. */
export function artifactPath(folder: string, hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new DataFormatError(
      `artifact: name must be a SHA-256 in lower-case hexadecimal, got ${JSON.stringify(hash)}; look it up again`,
    );
  }
  return join(folder, hash.slice(0, 2), hash);
}

/**
 * Keeps bytes under their hash: temporary name, then rename, so that no reader ever sees half a file. The same bytes twice cost one file;
 * a damaged file under the same hash is replaced.
 *
 * @returns the hash and the size; the file is visible at once and durable after `syncArtifacts`
 * @throws StoreError when the disk is full or the folder cannot be written; nothing is left behind then
 */
export function putArtifact(
  folder: string,
  bytes: Uint8Array,
  files: ArtifactFiles = nodeFs,
): PutArtifact {
  const hash = sha256(bytes);
  const target = artifactPath(folder, hash);
  const put = { hash, sizeBytes: bytes.byteLength };
  const temporary = join(folder, `.put-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    if (files.existsSync(target) && sha256(files.readFileSync(target)) === hash) return put;
    files.mkdirSync(join(folder, hash.slice(0, 2)), { recursive: true });
    files.writeFileSync(temporary, bytes);
    files.renameSync(temporary, target);
  } catch (error) {
    files.rmSync(temporary, { force: true });
    if (errorCode(error) === 'EISDIR') throw notAFile(folder, target, error);
    throw translateFileError(error, folder);
  }
  return put;
}

/**
 * The bytes of an artifact, checked against their hash.
 *
 * @throws DataFormatError when the bytes do not fit the hash, or a folder is in its place
 * @throws StoreError when the file is missing (code `not-found`) or cannot be read
 */
export function readArtifact(
  folder: string,
  hash: string,
  files: ArtifactFiles = nodeFs,
): Uint8Array {
  const path = artifactPath(folder, hash);
  let bytes: Uint8Array;
  try {
    bytes = files.readFileSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) {
      throw new StoreError(
        `artifact ${path}: must be there, got no file; ${repairAdvice(folder)}`,
        {
          code: 'not-found',
          cause: error,
        },
      );
    }
    if (errorCode(error) === 'EISDIR') throw notAFile(folder, path, error);
    throw translateFileError(error, path);
  }
  if (sha256(bytes) === hash) return bytes;
  throw new DataFormatError(
    `artifact ${path}: must have the SHA-256 in its name, got ${bytes.byteLength} bytes with another one; ${repairAdvice(folder)}`,
  );
}

function notAFile(folder: string, path: string, cause: unknown): DataFormatError {
  return new DataFormatError(
    `artifact ${path}: must be a file, got a folder; ${repairAdvice(folder)}`,
    { cause },
  );
}

/** What to do about artifacts that are not as they were written. @param folder - of the artifacts */
function repairAdvice(folder: string): string {
  return `phasescape doctor --project ${dirname(folder)} --repair, then run the experiment again`;
}

/**
 * Waits until artifacts are on the disk: their bytes, then the folders that name them.
 * Cost: on an ext4 disk 0.13 ms a file in a batch of 100 (0.3 ms one after another), none of it in a worker.
 *
 * @throws StoreError when a file is missing or the disk refuses
 */
export async function syncArtifacts(folder: string, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  const paths = [...new Set(hashes.map((hash) => artifactPath(folder, hash)))];
  const folders = [...new Set(hashes.map((hash) => join(folder, hash.slice(0, 2))))];
  try {
    await Promise.all(paths.map((path) => syncPath(path, 'r+')));
    // Windows cannot sync a folder; NTFS journals its names.
    if (process.platform !== 'win32') {
      await Promise.all([...folders, folder].map((path) => syncPath(path, 'r')));
    }
  } catch (error) {
    throw translateFileError(error, folder);
  }
}

async function syncPath(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await nodeFs.promises.open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Says what a failed file operation means to the user.
 * @returns a StoreError; a PhasescapeError is passed on as it is
 */
export function translateFileError(error: unknown, place: string): PhasescapeError {
  if (error instanceof PhasescapeError) return error;
  const code = errorCode(error);
  const rule: Record<string, string> = {
    ENOSPC: 'disk must have room, got a full disk; free some space and resume',
    EDQUOT: 'disk must have room, got a used-up quota; free some space and resume',
    EACCES: 'must be readable and writable, got no permission; change its permissions',
    EPERM: 'must be readable and writable, got no permission; change its permissions',
    EROFS: 'must be writable, got a read-only file system; use another folder',
    ENOENT: 'must be a place for files, got none; use another folder',
    ENOTDIR: 'must be a folder, got a file; use another folder',
    EEXIST: 'must be free for a folder, got a file; move it away',
    EISDIR: 'must be a file, got a folder; move it away',
    ENAMETOOLONG: 'must be a possible path, got one that is too long; use a shorter one',
    ELOOP: 'must be a place for files, got links in a circle; use another folder',
    EMFILE: 'must be openable, got too many open files; raise the limit (ulimit -n)',
  };
  const text =
    rule[code] ??
    `must be usable, got ${(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')}; check the disk`;
  return new StoreError(`${place}: ${text}`, { details: { code }, cause: error });
}
