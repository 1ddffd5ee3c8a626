/** Tables of numbers with a label column, as text: comma, semicolon or tab between values, with or without a first row of names. */
import { refusal, requireFinite, type RawSamples } from './raw-samples';

export interface CsvOptions {
  /** Name or 1-based place of the label's column; the last by default. A whole number is a place, unless the first row has names. */
  readonly label?: string;
}

export interface CsvTable extends RawSamples {
  readonly inputs: number;
  /** In the order of their classes; null where labels are numbers. */
  readonly classNames: readonly string[] | null;
}

const largestNumberLabel = 10_000;

/** The samples of a table. @throws DataFormatError naming the row and the value */
export function parseCsv(place: string, file: Buffer, { label }: CsvOptions = {}): CsvTable {
  const separator = separatorOf(file);
  const rows = rowsOf(file);
  const first = rows.next();
  if (first.done === true) throw refusal(place, 'must have rows', 'an empty file');
  const names = first.value.split(separator).map(unquoted);
  const { at, isNamed } = labelColumn(place, names, label);
  // Names may be numbers: a column that was asked for by its name makes the row one of names.
  const isHeader = isNamed || hasText(names, at);
  const inputs = names.length - 1;
  const values = new GrowingFloats();
  const labels: string[] = [];
  let row = isHeader ? 1 : 0;
  for (let next = isHeader ? rows.next() : first; next.done !== true; next = rows.next()) {
    row += 1;
    if (next.value.trim() !== '') readRow(next.value);
  }
  if (labels.length === 0) throw refusal(place, 'must have rows of samples', 'none');
  const elements = values.finished();
  requireFinite(place, elements, inputs);
  return { elements, inputs, ...classesOf(place, labels) };

  function readRow(line: string): void {
    const cells = line.split(separator);
    if (cells.length !== names.length)
      throw refusal(`${place}, row ${row}`, `must have ${names.length} values`, cells.length, {
        fix: 'mend the row',
      });
    cells.forEach((cell, column) => {
      const text = unquoted(cell);
      if (column === at) {
        labels.push(text);
        return;
      }
      if (!isNumber(text) || !Number.isFinite(Number(text)))
        throw refusal(
          `${place}, row ${row}, column ${column + 1}`,
          'must be a finite number',
          JSON.stringify(text.slice(0, 30)),
          { fix: 'mend or leave out the row' },
        );
      values.push(Number(text));
    });
  }
}

/** The file's lines, without making one text of it. */
function* rowsOf(file: Buffer): Generator<string, undefined> {
  let start = file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? 3 : 0;
  while (start < file.length) {
    const found = file.indexOf(0x0a, start);
    const end = found < 0 ? file.length : found;
    yield file.toString('utf8', start, end).replace(/\r$/, '');
    start = end + 1;
  }
  return undefined;
}

function separatorOf(file: Buffer): string {
  const end = file.indexOf(0x0a);
  const line = file.toString('utf8', 0, end < 0 ? file.length : end);
  return [',', ';', '\t'].reduce((best, sign) =>
    line.split(sign).length > line.split(best).length ? sign : best,
  );
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

function isNumber(text: string): boolean {
  return text !== '' && (!Number.isNaN(Number(text)) || /^[+-]?(nan|inf)/i.test(text));
}

/** Whether a first row has something other than numbers outside the label's column. */
function hasText(names: readonly string[], labelAt: number): boolean {
  return names.some((name, i) => i !== labelAt && !isNumber(name));
}

function labelColumn(
  place: string,
  names: readonly string[],
  label: string | undefined,
): { at: number; isNamed: boolean } {
  if (names.length < 2)
    throw refusal(place, 'must have at least two columns', names.length, {
      fix: 'use commas, semicolons or tabs between values',
    });
  if (label === undefined) return { at: names.length - 1, isNamed: false };
  const named = names.indexOf(label);
  const numbered = Number(label) - 1;
  const isPlace = Number.isInteger(numbered) && numbered >= 0 && numbered < names.length;
  if (named >= 0 && (!isPlace || hasText(names, numbered))) return { at: named, isNamed: true };
  if (isPlace) return { at: numbered, isNamed: false };
  throw refusal(place, `must have the label column ${label}`, names.slice(0, 8).join(', '), {
    fix: `name one of its columns, or 1 to ${names.length}`,
  });
}

/** Whole numbers are classes as they are; anything else is a class name, in alphabetical order. */
function classesOf(
  place: string,
  texts: readonly string[],
): { labels: Int32Array; classNames: readonly string[] | null } {
  if (texts.every((text) => /^\d+(\.0*)?$/.test(text) && Number(text) < largestNumberLabel))
    return { labels: Int32Array.from(texts, Number), classNames: null };
  const wrong = texts.findIndex((text) => text === '' || isNumber(text));
  if (wrong >= 0)
    throw refusal(
      `${place}, sample ${wrong + 1}`,
      'labels must be whole numbers from 0 or names',
      JSON.stringify(texts[wrong]),
      { fix: 'mend the label' },
    );
  const classNames = [...new Set(texts)].sort();
  const indices = new Map(classNames.map((name, i) => [name, i]));
  return { labels: Int32Array.from(texts, (text) => indices.get(text) ?? 0), classNames };
}

/** Numbers whose count is not known yet. */
class GrowingFloats {
  #values = new Float32Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float32Array(Math.ceil(this.#count * 1.5));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  finished(): Float32Array {
    return this.#values.subarray(0, this.#count);
  }
}
