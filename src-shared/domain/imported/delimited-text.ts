/** Tables as text (RFC 4180): comma, semicolon or tab between values, quotes around those that hold one, names in the first row. */
import { showValue } from '../../show-value';
import { problem, ProblemList, type SpecProblem } from '../spec-problem';

export interface TextRow {
  /** Line of the file where it begins, 1-based. */
  readonly line: number;
  /** As many as there are names, white space around them taken off. */
  readonly fields: readonly string[];
}

export interface TextTable {
  readonly separator: Separator;
  /** Of the columns, each once. */
  readonly names: readonly string[];
  readonly rows: readonly TextRow[];
}

export interface TextTableReading {
  /** Without the rows that have another number of values than the first; null where there are no names. */
  readonly table: TextTable | null;
  /** Every row that does not fit, and every name that is empty or there twice. */
  readonly problems: readonly SpecProblem[];
}

const separators = [',', ';', '\t'] as const;
export type Separator = (typeof separators)[number];

/** More columns are no table of results. */
const mostColumns = 2_000;
/** A longer row is a file without ends of lines. */
const longestRow = 1_000_000;

/**
 * The rows of a table. Empty lines are passed over; a byte order mark, CRLF and quotes with separators or ends of lines inside are read.
 *
 * Never throws.
 */
export function readDelimitedText(text: string): TextTableReading {
  const problems = new ProblemList();
  const marked = text.replace(/^\uFEFF/, '');
  const content = marked.includes('\n') ? marked : marked.replaceAll('\r', '\n');
  const binary = content.indexOf('\0');
  if (binary >= 0)
    return refused(
      problem('file', 'must be text', `a zero byte at place ${binary}`, 'save it as CSV in UTF-8'),
    );
  const separator = separatorOf(content);
  const records = recordsOf(content, separator, problems);
  const [head, ...rows] = records;
  if (!head)
    return refused(
      problem('file', 'must have a row of names', undefined, 'write names in the first row'),
    );
  problems.add(headProblems(head));
  for (const { line, fields } of rows) {
    if (fields.length === head.fields.length) continue;
    const rule = `must have ${head.fields.length} values, as the first row has names`;
    problems.add([bare(`line ${line}`, rule, String(fields.length), 'mend the row')]);
  }
  if (rows.length === 0)
    problems.add([bare('file', 'must have rows below the names', 'none', 'add the results')]);
  const fitting = rows.filter(({ fields }) => fields.length === head.fields.length);
  return { table: { separator, names: head.fields, rows: fitting }, problems: problems.all() };
}

const refused = (...problems: SpecProblem[]): TextTableReading => ({ table: null, problems });

/** A problem whose `got` is words, and no value of the file. */
function bare(path: string, rule: string, got: string, fix: string): SpecProblem {
  return { path, rule, got, fix };
}

/** The sign that parts the first row most often, quotes left out. */
function separatorOf(content: string): Separator {
  const first = content.slice(0, longestRow).replace(/^\s*\n/, '');
  const line = (/^(?:[^"\n]|"[^"]*")*/.exec(first)?.[0] ?? '').replace(/"[^"]*"/g, '');
  return separators.reduce((best, sign) =>
    line.split(sign).length > line.split(best).length ? sign : best,
  );
}

/** Every record that is not empty; what is wrong with its quotes is added to the problems. */
function recordsOf(content: string, separator: Separator, problems: ProblemList): TextRow[] {
  const records: TextRow[] = [];
  let line = 1;
  for (let start = 0; start < content.length;) {
    const { end, fields, wrong } = recordAt(content, start, separator);
    if (wrong !== null) problems.add([{ ...wrong, path: `line ${line}` }]);
    if (fields.some((field) => field !== '')) records.push({ line, fields });
    for (let i = content.indexOf('\n', start); i >= 0 && i < end; i = content.indexOf('\n', i + 1))
      line += 1;
    start = end;
  }
  return records;
}

interface ReadRecord {
  /** Behind the end of its line. */
  readonly end: number;
  readonly fields: readonly string[];
  readonly wrong: SpecProblem | null;
}

function recordAt(content: string, start: number, separator: Separator): ReadRecord {
  const lineEnd = content.indexOf('\n', start);
  const stop = lineEnd < 0 ? content.length : lineEnd;
  if (stop - start > longestRow) {
    const rule = `must have at most ${longestRow} characters`;
    const wrong = bare('', rule, String(stop - start), 'end each row by a new line');
    return { end: content.length, fields: [], wrong };
  }
  const line = content.slice(start, stop);
  if (!line.includes('"'))
    return { end: stop + 1, fields: line.split(separator).map((f) => f.trim()), wrong: null };
  return quotedRecord(content, start, separator);
}

/** A record with quotes, which may go over several lines. */
function quotedRecord(content: string, start: number, separator: Separator): ReadRecord {
  const fields: string[] = [];
  let wrong: SpecProblem | null = null;
  let at = start;
  for (;;) {
    while (content[at] === ' ') at += 1;
    let field: string;
    if (content[at] === '"') {
      const close = closingQuote(content, at + 1);
      if (close < 0 || close - start > longestRow) {
        wrong = bare('', 'must close its quotes', 'none that closes', 'add the missing quote');
        return { end: content.length, fields, wrong };
      }
      field = content
        .slice(at + 1, close)
        .replaceAll('""', '"')
        .trim();
      at = close + 1;
      const rest = plainEnd(content, at, separator);
      const behind = content.slice(at, rest).trim();
      if (behind !== '')
        wrong ??= bare(
          '',
          'must have nothing behind a closing quote',
          showValue(behind),
          'mend it',
        );
      at = rest;
    } else {
      const rest = plainEnd(content, at, separator);
      field = content.slice(at, rest).trim();
      at = rest;
    }
    fields.push(field);
    if (content[at] !== separator) return { end: at + 1, fields, wrong };
    at += 1;
  }
}

/** Where the quote ends that began before `from`; two quotes in a row stand for one. */
function closingQuote(content: string, from: number): number {
  for (let at = content.indexOf('"', from); at >= 0; at = content.indexOf('"', at + 2))
    if (content[at + 1] !== '"') return at;
  return -1;
}

/** Where a value without quotes ends: at a separator, at the end of the line or of the text. */
function plainEnd(content: string, from: number, separator: Separator): number {
  let at = from;
  while (at < content.length && content[at] !== separator && content[at] !== '\n') at += 1;
  return at;
}

function headProblems({ line, fields }: TextRow): SpecProblem[] {
  const place = (i: number) => `line ${line}, column ${i + 1}`;
  if (fields.length > mostColumns)
    return [
      bare(
        `line ${line}`,
        `must have at most ${mostColumns} columns`,
        String(fields.length),
        'leave some out',
      ),
    ];
  if (fields.every((name) => name !== '' && Number.isFinite(Number(name))))
    return [
      bare(
        `line ${line}`,
        'must be the names of the columns',
        'numbers only',
        'write names in the first row',
      ),
    ];
  return fields.flatMap((name, i) => {
    if (name === '')
      return [problem(place(i), 'must have a name', name, 'name the column, or leave it out')];
    const first = fields.indexOf(name);
    return first === i
      ? []
      : [problem(place(i), `must be another name than column ${first + 1}`, name, 'rename one')];
  });
}
