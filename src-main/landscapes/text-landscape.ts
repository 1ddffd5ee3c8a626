/** Landscapes as text: a line per row, numbers between commas, semicolons, tabs or spaces; no names and no coordinates. */
import { mostLandscapeValues, type Landscape } from '#shared/domain/landscape';
import { DataFormatError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { checkedLandscape, indices } from './check-landscape';

/**
 * The landscape of a text; empty lines are passed over.
 * @throws DataFormatError with row and column of the first value that is not a finite number, or the first row of another length, and where
 *   the values lie too far apart to be subtracted
 */
export function textLandscape(file: string, text: string): Landscape {
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
    if ((rows.length + 1) * columns > mostLandscapeValues)
      throw new DataFormatError(
        `${place}: must have at most ${mostLandscapeValues} numbers up to here, got more; take every second row and column`,
      );
    rows.push(fields.map((field, i) => numberOf(field, `${place}, column ${i + 1}`)));
  }
  const columns = rows[0]?.length ?? 0;
  if (columns === 0)
    throw new DataFormatError(
      `${file}: must have a row of numbers, got none; write the grid there`,
    );
  return checkedLandscape(file, {
    ...{ x: indices(columns), y: indices(rows.length), values: Float64Array.from(rows.flat()) },
    assumptions: ['Rows and columns count 0, 1, 2, ...: a text has no coordinates.'],
  });
}

function numberOf(field: string, place: string): number {
  const value = field === '' ? NaN : Number(field);
  if (Number.isFinite(value)) return value;
  throw new DataFormatError(
    `${place}: must be a finite number, got ${showValue(field)}; a grid has numbers only, no names`,
  );
}
