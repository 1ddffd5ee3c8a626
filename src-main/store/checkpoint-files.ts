/**
 * States of unfinished trainings: `<project>/checkpoints/<task id>`, one file for each training, so that seeds may be packed otherwise
 * when they go on. A worker replaces the file of its training; whoever writes the result to the database removes it. Nothing but time is
 * lost with one.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { join } from 'node:path';
import { DataFormatError } from '#shared/errors';
import { translateFileError } from './artifacts';

/** The part of `node:fs` used here; tests pass one that fails. */
export type CheckpointFiles = Pick<
  typeof nodeFs,
  | 'closeSync'
  | 'fsyncSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>;

/** Before the bytes: what the file is, and the SHA-256 of the rest in hexadecimal. */
const mark = 'phasescape checkpoint 1 ';
const headBytes = mark.length + 64 + 1;

/** The checkpoint of a training. */
export function checkpointPath(folder: string, taskId: string): string {
  return join(folder, taskId);
}

/**
 * Replaces a training's checkpoint: temporary name, on the disk, then renamed, so that a crash leaves the one before or this one.
 * @throws StoreError when the disk is full or the folder cannot be written; the one before stays then
 */
export function putCheckpoint(
  folder: string,
  taskId: string,
  bytes: Uint8Array,
  files: CheckpointFiles = nodeFs,
): void {
  const path = checkpointPath(folder, taskId);
  const temporary = join(folder, `.put-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    files.mkdirSync(folder, { recursive: true });
    const head = Buffer.from(`${mark}${sha256(bytes)}\n`);
    writeDurably(temporary, [head, bytes], files);
    files.renameSync(temporary, path);
    // Windows cannot sync a folder; NTFS journals its names.
    if (process.platform !== 'win32') {
      const directory = files.openSync(folder, 'r');
      files.fsyncSync(directory);
      files.closeSync(directory);
    }
  } catch (error) {
    try {
      files.rmSync(temporary, { force: true });
    } catch {
      // It was never made; what is told is why.
    }
    throw translateFileError(error, path);
  }
}

function writeDurably(path: string, parts: readonly Uint8Array[], files: CheckpointFiles): void {
  const file = files.openSync(path, 'wx');
  try {
    for (const part of parts)
      for (let at = 0; at < part.length;) at += files.writeSync(file, part, at);
    files.fsyncSync(file);
  } finally {
    files.closeSync(file);
  }
}

/**
 * The bytes of a training's checkpoint; null when it has none.
 * @throws DataFormatError when they are not those that were written; StoreError when they cannot be read
 */
export function readCheckpoint(
  folder: string,
  taskId: string,
  files: CheckpointFiles = nodeFs,
): Uint8Array | null {
  const path = checkpointPath(folder, taskId);
  let file: Uint8Array;
  try {
    file = files.readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') return null;
    throw translateFileError(error, path);
  }
  const head = Buffer.from(file.subarray(0, headBytes)).toString('latin1');
  const bytes = file.subarray(headBytes);
  if (head === `${mark}${sha256(bytes)}\n`) return bytes;
  throw new DataFormatError(
    `checkpoint ${path}: must have the SHA-256 that it was written with, got another; its training begins anew`,
  );
}

/** Names in the folder of checkpoints; none where it is not there. @throws StoreError when it cannot be listed */
export function listCheckpoints(folder: string): string[] {
  try {
    return nodeFs.existsSync(folder) ? nodeFs.readdirSync(folder) : [];
  } catch (error) {
    throw translateFileError(error, folder);
  }
}

/** Removes checkpoints that nobody will read any more; what cannot be removed does no harm and stays. */
export function removeCheckpoints(folder: string, names: readonly string[]): void {
  for (const name of names) {
    try {
      nodeFs.rmSync(join(folder, name), { recursive: true, force: true });
    } catch (error) {
      // Told by `doctor`: a file of no training. Its numbers are never read.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
