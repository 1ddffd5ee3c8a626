/** Reads the files of a data set and remembers what was read, with digests. Never follows more than it is asked for. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { refusal } from './raw-samples';

export interface SourceDigest {
  /** Name inside the folder that was imported. */
  readonly file: string;
  readonly sha256: string;
}

/** Larger files than this are no data set that fits into a workstation's memory. */
const mostBytes = 2 ** 33;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing there',
  EACCES: 'no permission to read it',
  EISDIR: 'a folder',
};

export class SourceFiles {
  readonly #root: string;
  readonly #digests: SourceDigest[] = [];

  /** @param root - what the user named: a file or a folder */
  constructor(root: string) {
    this.#root = root;
  }

  /** What was read so far, in order. */
  get digests(): readonly SourceDigest[] {
    return this.#digests;
  }

  /** How messages name a file: as seen from what the user named. */
  nameOf(path: string): string {
    const inside = relative(this.#root, path);
    return inside === '' || inside.startsWith('..') ? basename(path) : inside;
  }

  /** The whole content. @throws PhasescapeError `invalid-input` when it cannot be read; DataFormatError when it is too large */
  read(path: string): Buffer {
    const bytes = this.#bytesOf(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#digests.push({ file: this.nameOf(path), sha256 });
    return bytes;
  }

  /** The first bytes, to see what it is. */
  start(path: string, count: number): Buffer {
    return this.#open(path, (file, size) => readRange(file, Math.min(count, size)));
  }

  #bytesOf(path: string): Buffer {
    return this.#open(path, (file, size) => {
      if (size <= mostBytes) return readRange(file, size);
      throw refusal(this.nameOf(path), `must have at most ${mostBytes} bytes`, size, {
        fix: 'take a part of it',
      });
    });
  }

  #open<T>(path: string, use: (file: number, size: number) => T): T {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch (cause) {
      throw unreadable(this.nameOf(path), cause);
    }
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw unreadable(this.nameOf(path), { code: 'EISDIR' });
      return use(file, stat.size);
    } finally {
      closeSync(file);
    }
  }
}

function unreadable(name: string, cause: unknown): PhasescapeError {
  const code = String((cause as { code?: unknown }).code);
  return new PhasescapeError(
    'invalid-input',
    `${name}: must be a readable file, got ${reasons[code] ?? code}; check the path`,
    { cause },
  );
}

function readRange(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const count = readSync(file, bytes, done, size - done, done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
