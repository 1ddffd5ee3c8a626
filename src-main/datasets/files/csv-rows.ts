/** Tables of numbers with a label column, as text: comma, semicolon or tab between values, with or without a first row of names. */
import { refusal } from '../../formats/refusal';
import { mostClasses, requireFinite, requireRoom, type RawSamples } from './raw-samples';

export interface CsvOptions {
  /** Name or 1-based place of the label's column; the last by default. A whole number is a place, unless the first row has names. */
  readonly label?: string;
}

export interface CsvTable extends RawSamples {
  readonly inputs: number;
  /** In the order of their classes; null where labels are numbers. */
  readonly classNames: readonly string[] | null;
}

/** A longer line is no row of a table, or a file without ends of lines. */
const longestLine = 2 ** 24;
/** A longer label is no name of a class. */
const longestLabel = 200;

/** The samples of a table. @throws DataFormatError naming the row and the value */
export function parseCsv(place: string, file: Buffer, { label }: CsvOptions = {}): CsvTable {
  const rows = rowsOf(place, file);
  const first = rows.next();
  if (first.done === true) throw refusal(place, 'must have rows', 'an empty file');
  const separator = separatorOf(first.value);
  const names = first.value.split(separator).map(unquoted);
  const { at, isNamed } = labelColumn(place, names, label);
  // Names may be numbers: a column that was asked for by its name makes the row one of names.
  const isHeader = isNamed || hasText(names, at);
  const inputs = names.length - 1;
  const values = new GrowingFloats();
  const labels = new Labels(place);
  let row = isHeader ? 1 : 0;
  for (let next = isHeader ? rows.next() : first; next.done !== true; next = rows.next()) {
    row += 1;
    if (next.value.trim() !== '') readRow(next.value);
  }
  if (labels.count === 0) throw refusal(place, 'must have rows of samples', 'none');
  const elements = values.finished();
  requireFinite(place, elements, inputs);
  return { elements, inputs, ...labels.classes() };

  function readRow(line: string): void {
    const cells = line.split(separator);
    if (cells.length !== names.length)
      throw refusal(`${place}, row ${row}`, `must have ${names.length} values`, cells.length, {
        fix: 'mend the row',
      });
    cells.forEach((cell, column) => {
      const text = unquoted(cell);
      if (column === at) {
        labels.push(text, row);
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
    requireRoom(place, labels.count, inputs);
  }
}

/** The file's lines, without making one text of it. */
function* rowsOf(place: string, file: Buffer): Generator<string, undefined> {
  let start = file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? 3 : 0;
  for (let row = 1; start < file.length; row++) {
    const found = file.indexOf(0x0a, start);
    const end = found < 0 ? file.length : found;
    if (end - start > longestLine)
      throw refusal(`${place}, row ${row}`, `must have at most ${longestLine} bytes`, end - start, {
        fix: 'end each row by a new line',
      });
    yield file.toString('utf8', start, end).replace(/\r$/, '');
    start = end + 1;
  }
  return undefined;
}

function separatorOf(line: string): string {
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

/** The labels of the rows, kept as places in a list of the different ones. */
class Labels {
  readonly #place: string;
  readonly #texts = new Map<string, number>();
  /** Row of the first sample with each text. */
  readonly #firstRows: number[] = [];
  #places = new Int32Array(1024);
  #count = 0;

  constructor(place: string) {
    this.#place = place;
  }

  get count(): number {
    return this.#count;
  }

  push(text: string, row: number): void {
    if (this.#count === this.#places.length) this.#places = grown(this.#places, Int32Array);
    let at = this.#texts.get(text);
    if (at === undefined) {
      at = this.#texts.size;
      this.#texts.set(text, at);
      this.#firstRows.push(row);
      if (at >= mostClasses) this.#refuseMany();
    }
    this.#places[this.#count++] = at;
  }

  /** Whole numbers are classes as they are; anything else is a class name, in alphabetical order. */
  classes(): { labels: Int32Array; classNames: readonly string[] | null } {
    const texts = [...this.#texts.keys()];
    const classNames = this.#areNumbers(texts) ? null : texts.toSorted();
    if (classNames) this.#requireNames(texts);
    const classOf = classNames
      ? new Map(classNames.map((name, i) => [name, i]))
      : new Map(texts.map((text) => [text, Number(text)]));
    const classes = texts.map((text) => classOf.get(text) as number);
    const labels = this.#places.subarray(0, this.#count).map((at) => classes[at] as number);
    return { labels, classNames };
  }

  #areNumbers(texts: readonly string[]): boolean {
    return texts.every((text) => /^\d+(\.0*)?$/.test(text) && Number(text) < mostClasses);
  }

  #requireNames(texts: readonly string[]): void {
    const wrong = texts.findIndex(
      (text) => text === '' || text.length > longestLabel || isNumber(text),
    );
    if (wrong < 0) return;
    throw refusal(
      `${this.#place}, row ${this.#firstRows[wrong] ?? 0}`,
      `labels must be whole numbers from 0 to ${mostClasses - 1}, or names of at most ${longestLabel} letters`,
      JSON.stringify(texts[wrong]),
      { fix: 'mend the label' },
    );
  }

  #refuseMany(): never {
    const texts = [...this.#texts.keys()];
    if (!this.#areNumbers(texts)) this.#requireNames(texts);
    throw refusal(this.#place, `must have at most ${mostClasses} different labels`, 'more', {
      fix: 'choose the column of the classes with --label',
    });
  }
}

/** A copy with room for half as many again. */
function grown<T extends Float32Array | Int32Array>(full: T, Kind: new (length: number) => T): T {
  const larger = new Kind(Math.ceil(full.length * 1.5));
  larger.set(full);
  return larger;
}

/** Numbers whose count is not known yet. */
class GrowingFloats {
  #values = new Float32Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) this.#values = grown(this.#values, Float32Array);
    this.#values[this.#count++] = value;
  }

  finished(): Float32Array {
    return this.#values.subarray(0, this.#count);
  }
}
