/** Tables as RFC 4180 text. */

export type CsvValue = string | number | boolean | null;

/** A header and its rows; null is an empty field. Lines end in a newline alone, as scripts on every system read it. */
export function csvTable(
  columns: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  return csvRows([columns, ...rows]);
}

/** Rows alone, for a table that is written part by part. */
export function csvRows(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
