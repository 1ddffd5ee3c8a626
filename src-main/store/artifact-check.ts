/** Compares the files of a project's artifacts with those that its database names. */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { artifactPath, translateFileError } from './artifacts';

/** An artifact as the database names it. */
export interface NamedArtifact {
  readonly hash: string;
  readonly sizeBytes: number;
}

/** One that is not as it was written. */
export interface ArtifactFault {
  readonly kind: 'missing' | 'damaged' | 'unreadable';
  readonly hash: string;
  /** What was found in its place. */
  readonly got: string;
}

/**
 * Reads every artifact and compares its size and SHA-256.
 * @returns those that are missing, have other bytes, or cannot be read, in the order given. Never throws.
 * Cost: reads all of them, one after another.
 */
export async function findArtifactFaults(
  folder: string,
  named: readonly NamedArtifact[],
): Promise<ArtifactFault[]> {
  const faults: ArtifactFault[] = [];
  for (const artifact of named) {
    const fault = await faultOf(artifactPath(folder, artifact.hash), artifact);
    if (fault) faults.push({ ...fault, hash: artifact.hash });
  }
  return faults;
}

async function faultOf(
  path: string,
  { hash, sizeBytes }: NamedArtifact,
): Promise<Omit<ArtifactFault, 'hash'> | null> {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return { kind: 'missing', got: 'no file' };
    if (!found.isFile()) return { kind: 'damaged', got: 'a folder' };
    if (found.size !== sizeBytes)
      return { kind: 'damaged', got: `${found.size} bytes instead of ${sizeBytes}` };
    const sha256 = createHash('sha256');
    await pipeline(createReadStream(path), sha256);
    return sha256.digest('hex') === hash ? null : { kind: 'damaged', got: 'other bytes' };
  } catch (error) {
    return { kind: 'unreadable', got: translateFileError(error, path).message };
  }
}

/** Whether a file is in an artifact's place at all: cheap enough before every run. */
export function isArtifactThere(folder: string, hash: string): boolean {
  return existsSync(artifactPath(folder, hash));
}

/**
 * Everything in the folder of artifacts that is none of those named: left by an interrupted put or by a deleted experiment, or put there by
 * somebody else.
 * @returns paths in the folder
 * @throws StoreError when it cannot be listed
 */
export function findOrphans(folder: string, named: ReadonlySet<string>): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isDirectory() || !/^[0-9a-f]{2}$/.test(entry.name)) return [entry.name];
      const files = readdirSync(join(folder, entry.name));
      return files
        .filter((name) => !named.has(name) || !name.startsWith(entry.name))
        .map((name) => join(entry.name, name));
    });
  } catch (error) {
    throw translateFileError(error, folder);
  }
}

/**
 * Moves what is in an artifact's place out of the way, so that the artifact can be made again; nothing is deleted.
 * @returns where it is now
 * @throws StoreError when the disk refuses
 */
export function setAside(folder: string, hash: string): string {
  const place = artifactPath(folder, hash);
  // A file where the artifact's folder belongs is in the way as well.
  const path = existsSync(place) ? place : dirname(place);
  const aside = join(dirname(folder), 'set-aside');
  try {
    mkdirSync(aside, { recursive: true });
    let target = join(aside, basename(path));
    for (let copy = 2; existsSync(target); copy++)
      target = join(aside, `${basename(path)}.${copy}`);
    renameSync(path, target);
    return target;
  } catch (error) {
    throw translateFileError(error, path);
  }
}
