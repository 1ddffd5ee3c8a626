/** Tables as RFC 4180 text. */

export type CsvValue = string | number | boolean | null;

/** A header and its rows; null is an empty field. Lines end in a newline alone, as scripts on every system read it. */
export function csvTable(
  columns: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
