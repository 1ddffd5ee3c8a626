/** What may be written over: a file that this program exported and nobody has changed since. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { exportMark, type ExportFormat } from '#shared/domain/data-export';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';

/** Beside a CSV: what its columns are, and its SHA-256. */
export function columnsFileOf(path: string): string {
  return `${path.replace(/\.csv$/i, '')}.columns.json`;
}

/**
 * Refuses what must not be written over.
 * @throws PhasescapeError `invalid-input` for a folder, and for a file that is no earlier export
 */
export function requireReplaceable(path: string, format: ExportFormat): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isFile() && isEarlierExport(path, format)) return;
  const what = found.isFile() ? 'another one, or one that was changed since' : 'no file';
  throw new PhasescapeError(
    'invalid-input',
    `export: ${showValue(path)} must be new or an earlier export, got ${what}; choose another name, or ask for it to be replaced (--overwrite)`,
  );
}

function isEarlierExport(path: string, format: ExportFormat): boolean {
  if (format === 'json') return readPart(path, 'start').includes(`{"format":"${exportMark}"`);
  if (format === 'parquet') {
    const end = readPart(path, 'end');
    return end.endsWith('PAR1') && end.includes(exportMark);
  }
  const about = readAbout(columnsFileOf(path));
  return about?.['format'] === exportMark && about['sha256'] === digestOfFile(path);
}

/** What a column file says; null where there is none that can be read. */
function readAbout(path: string): Record<string, unknown> | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The footer of a Parquet file grows with its row groups. */
const partBytes = { start: 256, end: 64 * 2 ** 20 } as const;

function readPart(path: string, part: 'start' | 'end'): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, partBytes[part]));
    readSync(file, bytes, 0, bytes.length, part === 'start' ? 0 : size - bytes.length);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}

function digestOfFile(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  const piece = Buffer.alloc(2 ** 20);
  try {
    for (let read = -1; read !== 0;) {
      read = readSync(file, piece);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
