/** Bytes or text of a file that a user named. */
import { closeSync, openSync, readSync } from 'node:fs';
import { PhasescapeError } from '#shared/errors';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'no permission to read it',
  ENOTDIR: 'a path through a file',
  ENAMETOOLONG: 'a path that is too long',
};

/**
 * The text of a file, or of what can be read like one (`/dev/stdin`), without a byte order mark.
 * @param as - what the file is read as, for the message: `a spec`
 * @throws PhasescapeError `invalid-input` when it cannot be read or is larger than `mostBytes`
 */
export function readNamedFile(
  file: string,
  { mostBytes, as }: { mostBytes: number; as: string },
): string {
  const bytes = readNamedBytes(file, { mostBytes, as });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** As `readNamedFile`, before the bytes are taken as text. @throws as `readNamedFile` */
export function readNamedBytes(
  file: string,
  { mostBytes, as }: { mostBytes: number; as: string },
): Buffer {
  let bytes: Buffer;
  try {
    bytes = readAtMost(file, mostBytes + 1);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new PhasescapeError(
      'invalid-input',
      `${file}: must be a readable file, got ${reasons[code] ?? String(error)}; check the path`,
      { cause: error },
    );
  }
  if (bytes.length <= mostBytes) return bytes;
  throw new PhasescapeError(
    'invalid-input',
    `${file}: must have at most ${mostBytes / 2 ** 20} MB as ${as}, got more; check that it is one`,
  );
}

/** The beginning of a file: its size need not be known, as with a pipe, or finite. */
function readAtMost(file: string, most: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; size < most;) {
      const part = Buffer.alloc(Math.min(65_536, most - size));
      const count = readSync(descriptor, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      size += count;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(descriptor);
  }
}
