/** Reads the files of a data set and remembers what was read, with digests. Never follows more than it is asked for. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { refusal } from '../../formats/refusal';

export interface SourceDigest {
  /** Name inside the folder that was imported. */
  readonly file: string;
  readonly sha256: string;
}

/** Larger files than this are no data set that fits into a workstation's memory. */
const mostBytes = 2 ** 33;
/** Bytes read or hashed at once: Node takes less than 2 GiB a call. */
const pieceBytes = 2 ** 28;

/** The opening of a pipe would wait for somebody to write into it; Windows has no such flag. */
const readWithoutWaiting =
  constants.O_RDONLY | ('O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing there',
  ENOTDIR: 'a file where a folder should be',
  EACCES: 'no permission to read it',
  EISDIR: 'a folder',
  ELOOP: 'links that lead in a circle',
  EINVAL: 'a pipe, a device or something else that is no file',
};

const compareNames = (a: string, b: string) => (a < b ? -1 : 1);

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

  /** @throws PhasescapeError `invalid-input` when nothing is there, or it cannot be seen */
  isFolder(path: string): boolean {
    try {
      return statSync(path).isDirectory();
    } catch (cause) {
      throw unreadable(this.nameOf(path), 'file or folder', cause);
    }
  }

  /** Names of what is in a folder, in order. @throws PhasescapeError `invalid-input` when it is no readable folder */
  namesIn(folder: string): string[] {
    try {
      return readdirSync(folder).sort(compareNames);
    } catch (cause) {
      throw unreadable(this.nameOf(folder), 'folder', cause);
    }
  }

  /** The folders in a folder by name, links to folders too, hidden ones left out. @throws as `namesIn` */
  subfolders(folder: string): string[] {
    return this.namesIn(folder).filter(
      (name) => !name.startsWith('.') && this.isFolder(join(folder, name)),
    );
  }

  /** The whole content. @throws PhasescapeError `invalid-input` when it cannot be read; DataFormatError when it is too large */
  read(path: string): Buffer {
    const bytes = this.#bytesOf(path);
    const hash = createHash('sha256');
    for (let at = 0; at < bytes.length; at += pieceBytes)
      hash.update(bytes.subarray(at, at + pieceBytes));
    this.#digests.push({ file: this.nameOf(path), sha256: hash.digest('hex') });
    return bytes;
  }

  /** Size in bytes. @throws as `read` */
  size(path: string): number {
    return this.#open(path, (_file, size) => size);
  }

  /** The first bytes, to see what it is. @throws as `read` */
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
      file = openSync(path, readWithoutWaiting);
    } catch (cause) {
      throw unreadable(this.nameOf(path), 'file', cause);
    }
    try {
      const stat = fstatSync(file);
      if (!stat.isFile())
        throw unreadable(this.nameOf(path), 'file', {
          code: stat.isDirectory() ? 'EISDIR' : 'EINVAL',
        });
      return use(file, stat.size);
    } finally {
      closeSync(file);
    }
  }
}

function unreadable(name: string, what: string, cause: unknown): PhasescapeError {
  const code = String((cause as { code?: unknown }).code);
  return new PhasescapeError(
    'invalid-input',
    `${name}: must be a readable ${what}, got ${reasons[code] ?? code}; check the path`,
    { cause },
  );
}

function readRange(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const count = readSync(file, bytes, done, Math.min(pieceBytes, size - done), done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
