/** A table as files: written under other names first, so that a name never stands for half a table. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  exportMark,
  type ExportFormat,
  type TableAbout,
  type TableValue,
} from '#shared/domain/data-export';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { csvWriter } from './csv-writer';
import { columnsFileOf, requireReplaceable } from './earlier-export';
import { jsonWriter } from './json-writer';
import { parquetWriter } from './parquet-writer';
import type { BeginTable, TableRow } from './table-writer';

/** Values held at once. */
const partValues = 400_000;
const fewestRows = 64;
const mostRows = 32_768;
/** Bytes collected before they are written. */
const pieceBytes = 2 ** 20;

const writers: Readonly<Record<ExportFormat, BeginTable>> = {
  csv: csvWriter,
  json: jsonWriter,
  parquet: parquetWriter,
};

export interface TableFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Writes a table, and beside a CSV a file that says what its columns are.
 * Memory: a part of the rows at a time, whatever there are.
 * @param rows - each with a value for every column; read once
 * @param overwrite - also over a file that is no earlier export
 * @returns the files, in the order in which they got their names; @throws PhasescapeError `invalid-input` for a place that cannot be, `environment` where it cannot be written: nothing
 *   has changed then; and whatever reading the rows throws
 */
export function writeTable(
  about: TableAbout,
  rows: Iterable<readonly TableValue[]>,
  to: { readonly format: ExportFormat; readonly path: string; readonly overwrite?: boolean },
): { readonly rowCount: number; readonly files: readonly TableFile[] } {
  const { format, overwrite = false, path } = to;
  requirePlace(path, format, overwrite);
  const made: { path: string; temporary: string }[] = [];
  const begin = (final: string) => {
    const temporary = join(dirname(final), `.${basename(final)}.${process.pid}.tmp`);
    made.push({ path: final, temporary });
    return new PartFile(temporary);
  };
  try {
    let rowCount = 0;
    let sha256 = '';
    {
      using file = begin(path);
      const writer = writers[format](about, file.write);
      for (const part of partsOf(rows, about.columns.length)) {
        writer.rows(part);
        rowCount += part.length;
      }
      writer.end();
      sha256 = file.close();
    }
    if (format === 'csv') {
      using file = begin(columnsFileOf(path));
      const words = { format: exportMark, file: basename(path), sha256, rowCount, ...about };
      file.write(Buffer.from(`${JSON.stringify(words, null, 2)}\n`));
      file.close();
    }
    for (const { path: final, temporary } of made) renameSync(temporary, final);
    const files = made.map(({ path: final }) => ({
      path: final,
      sizeBytes: statSync(final).size,
    }));
    return { rowCount, files };
  } catch (error) {
    for (const { temporary } of made) rmSync(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof PhasescapeError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code))
      throw error;
    throw new PhasescapeError(
      'environment',
      `export: folder ${showValue(dirname(path))} must be writable, got ${code}; choose another place`,
      { cause: error },
    );
  }
}

function requirePlace(path: string, format: ExportFormat, overwrite: boolean): void {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new PhasescapeError(
      'invalid-input',
      `export: folder ${showValue(folder)} must exist, got none; make it, or choose another place`,
    );
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!overwrite || isFolder) requireReplaceable(path, format);
}

function* partsOf(rows: Iterable<TableRow>, columns: number): Generator<TableRow[]> {
  const size = Math.max(
    fewestRows,
    Math.min(mostRows, Math.floor(partValues / Math.max(1, columns))),
  );
  let part: TableRow[] = [];
  for (const row of rows) {
    part.push(row);
    if (part.length < size) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** A file that is written piece by piece. */
class PartFile implements Disposable {
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #isOpen = true;
  #pieces: Uint8Array[] = [];
  #waiting = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  readonly write = (bytes: Uint8Array): void => {
    this.#pieces.push(bytes);
    this.#waiting += bytes.length;
    if (this.#waiting >= pieceBytes) this.#flush();
  };

  #flush(): void {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#waiting = 0;
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }

  /** Makes it durable. @returns the SHA-256 of all that was written */
  close(): string {
    this.#flush();
    fsyncSync(this.#file);
    this[Symbol.dispose]();
    return this.#hash.digest('hex');
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}
