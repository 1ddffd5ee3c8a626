/** How a command line says which column is what: `testAccuracy=test_accuracy_percent/100:test_accuracy_percent_sd`. */
import { problem, type SpecProblem } from '../spec-problem';
import type { Conversion, CountChoice, MetricChoice } from './imported-table';

export type Said<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: SpecProblem };

interface SaidColumn {
  readonly column: string;
  readonly conversion?: Conversion;
}

/**
 * The choice behind `NAME=COLUMN[/NUMBER|*NUMBER][:SDCOLUMN[/NUMBER|*NUMBER]]`. Columns may hold any of these signs: what is the name
 * of a column is taken as one first. Never throws.
 */
export function readMetricWords(words: string, columns: readonly string[]): Said<MetricChoice> {
  const [name = '', said = ''] = splitAt(words, words.indexOf('='));
  const place = `--metric ${words}`;
  if (name === '' || said === '') {
    const fix = 'write testAccuracy=accuracy, the scalar first';
    return { ok: false, problem: problem(place, 'must be NAME=COLUMN', words, fix) };
  }
  const whole = readColumn(said, columns);
  if (whole) return { ok: true, value: { name, ...whole } };
  for (let at = said.lastIndexOf(':'); at > 0; at = said.lastIndexOf(':', at - 1)) {
    const [meanWords = '', sdWords = ''] = splitAt(said, at);
    const mean = readColumn(meanWords, columns);
    const sd = readColumn(sdWords, columns);
    if (!mean || !sd) continue;
    const own = sd.conversion ? { sdConversion: sd.conversion } : {};
    return { ok: true, value: { name, ...mean, sdColumn: sd.column, ...own } };
  }
  return { ok: false, problem: unknownColumn(place, said, columns) };
}

/** The choice behind `5`, `COLUMN`, `NAME=5` or `NAME=COLUMN`; without a name it is of the whole table. Never throws. */
export function readCountWords(
  words: string,
  columns: readonly string[],
): Said<{ readonly name: string | null; readonly n: CountChoice }> {
  const count = (said: string): CountChoice | null => {
    if (columns.includes(said)) return { kind: 'column', column: said };
    return /^\d+$/.test(said) ? { kind: 'number', n: Number(said) } : null;
  };
  const whole = count(words);
  if (whole) return { ok: true, value: { name: null, n: whole } };
  const [name = '', said = ''] = splitAt(words, words.indexOf('='));
  const own = name === '' ? null : count(said);
  if (own) return { ok: true, value: { name, n: own } };
  return { ok: false, problem: unknownColumn(`--n ${words}`, said || words, columns) };
}

function unknownColumn(place: string, said: string, columns: readonly string[]): SpecProblem {
  return problem(place, 'must name a column', said, `use one of: ${columns.join(', ')}`);
}

function readColumn(words: string, columns: readonly string[]): SaidColumn | null {
  if (columns.includes(words)) return { column: words };
  const parts = /^(.+)([/*])([^/*]+)$/s.exec(words);
  const [, column = '', sign, number = ''] = parts ?? [];
  const by = number.trim() === '' ? NaN : Number(number);
  if (!columns.includes(column.trim()) || !Number.isFinite(by) || by === 0) return null;
  return {
    column: column.trim(),
    conversion: { kind: sign === '/' ? 'divide' : 'multiply', by },
  };
}

function splitAt(text: string, at: number): readonly [string, string] | readonly [] {
  return at < 0 ? [] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
