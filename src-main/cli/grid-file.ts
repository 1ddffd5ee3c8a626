/** Reads a grid of numbers from a text file. */
import { DataFormatError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { readNamedFile } from '../workbench/named-file';

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly values: Float64Array;
}

/** A grid of 3,000 x 3,000 numbers of sixteen digits with room to spare. */
const mostGridBytes = 2 ** 28;
/** 3,000 x 3,000: of noise that many are 410 MB of JSON, and a text can have 530. */
const mostNumbers = 9_000_000;

/**
 * A grid from text: a line per row, numbers between commas, semicolons, tabs or spaces; empty lines are passed over.
 * @throws PhasescapeError `invalid-input` when the file cannot be read; DataFormatError with row and column of the first
 * value that is not a finite number, or the first row of another length, and where the values lie too far apart to be subtracted
 */
export function readGridFile(file: string): Grid {
  const text = readNamedFile(file, { mostBytes: mostGridBytes, as: 'a grid' });
  const rows: number[][] = [];
  for (const [line, content] of text.split(/\r\n|\n|\r/).entries()) {
    if (content.trim() === '') continue;
    const fields = content.trim().split(/\s*[,;]\s*|\s+/);
    const place = `${file}, line ${line + 1}`;
    const columns = rows[0]?.length ?? fields.length;
    if (fields.length !== columns)
      throw new DataFormatError(
        `${place}: must have ${columns} numbers as the first row, got ${fields.length}; make the grid rectangular`,
      );
    if ((rows.length + 1) * columns > mostNumbers)
      throw new DataFormatError(
        `${place}: must have at most ${mostNumbers} numbers up to here, got more; take every second row and column`,
      );
    rows.push(fields.map((field, i) => numberOf(field, `${place}, column ${i + 1}`)));
  }
  const columns = rows[0]?.length ?? 0;
  if (columns === 0)
    throw new DataFormatError(
      `${file}: must have a row of numbers, got none; write the grid there`,
    );
  const values = Float64Array.from(rows.flat());
  requireRange(file, values);
  return { rows: rows.length, columns, values };
}

/** Persistence is a difference of two values. */
function requireRange(file: string, values: Float64Array): void {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  if (Number.isFinite(most - least)) return;
  throw new DataFormatError(
    `${file}: must have values whose difference is a finite number, got ${least} and ${most}; divide them all by 10`,
  );
}

function numberOf(field: string, place: string): number {
  const value = field === '' ? NaN : Number(field);
  if (Number.isFinite(value)) return value;
  throw new DataFormatError(
    `${place}: must be a finite number, got ${showValue(field)}; a grid has numbers only, no names`,
  );
}
