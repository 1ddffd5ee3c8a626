/** Reads a file of results that were made elsewhere. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { readDelimitedText, type TextTable } from '#shared/domain/imported/delimited-text';
import { InvalidTableError } from '#shared/domain/imported/table-error';
import type { SpecProblem } from '#shared/domain/spec-problem';
import { readNamedBytes } from './named-file';

/** A row a cell: 50,000 of them with 30 numbers of 20 digits. */
const mostTableBytes = 32 * 2 ** 20;

/** A file as it was found. */
export interface TableFile {
  /** Without its folder. */
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly text: TextTable;
  /** Rows and names that are wrong: they are left out of the text, and nothing is imported before they are mended. */
  readonly problems: readonly SpecProblem[];
}

/**
 * The table in a file: comma, semicolon or tab between values, names in the first row, UTF-8.
 * @throws PhasescapeError `invalid-input` when it cannot be read or is too large; InvalidTableError when it is no table
 */
export function readTableFile(path: string): TableFile {
  const bytes = readNamedBytes(path, { mostBytes: mostTableBytes, as: 'a table of results' });
  const reading = readDelimitedText(decoded(bytes));
  if (!reading.table) throw new InvalidTableError(reading.problems);
  return {
    file: basename(path),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    text: reading.table,
    problems: reading.problems,
  };
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const got = { got: 'bytes that are none', fix: 'save it as CSV in UTF-8' };
    const error = new InvalidTableError([{ path: 'file', rule: 'must be text in UTF-8', ...got }]);
    error.cause = cause;
    throw error;
  }
}
