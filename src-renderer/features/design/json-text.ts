/** JSON as people type it: where each value stands, and of what is no JSON yet the line, the column and what to do. */
import { showPath } from '#shared/show-value';

export interface TextPlace {
  /** Position in the text, from 0. */
  readonly offset: number;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
}

/** What is wrong at a place: `where: rule, got what stands there; what to do`. */
export interface JsonFault extends TextPlace {
  readonly message: string;
}

export type JsonReading =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Where each value begins, by its path as problems of a spec name it: `axes[0].values[2]`. */
      readonly places: ReadonlyMap<string, TextPlace>;
      /** Keys that stand in their object already: only the last would count. */
      readonly repeats: readonly JsonFault[];
    }
  | { readonly ok: false; readonly fault: JsonFault };

/** More levels than any spec has. */
const deepest = 200;

/**
 * Reads a JSON text.
 *
 * @returns its value with the place of everything in it, or the first fault. What is accepted is exactly what `JSON.parse` accepts,
 *   up to 200 levels deep; `repeats` is empty in a text that means one thing only. Never throws.
 * Cost: one pass.
 */
export function readJsonText(text: string): JsonReading {
  const scan = new Scan(text);
  try {
    scan.value([]);
    scan.end();
  } catch (fault) {
    if (fault instanceof Fault)
      return { ok: false, fault: { ...scan.place(fault.offset), message: fault.message } };
    throw fault;
  }
  return {
    ok: true,
    value: JSON.parse(text),
    places: new Map([...scan.places].map(([path, offset]) => [path, scan.place(offset)])),
    repeats: scan.repeats.map(({ offset, key }) => ({
      ...scan.place(offset),
      message: `key ${JSON.stringify(key)}: must be written once in its object, got it again; remove one of the two`,
    })),
  };
}

/** The place of a path, else of the nearest group around it: a setting that is missing is missing there. */
export function placeOfPath(
  places: ReadonlyMap<string, TextPlace>,
  path: string,
): TextPlace | undefined {
  for (let at = path; at !== ''; at = at.replace(/(?:\.?[^.[\]]+|\[[^\]]*\])$/, '')) {
    const found = places.get(at);
    if (found) return found;
  }
  return places.get('');
}

/** Longest line that a list or object of single values takes. */
const longestLine = 80;

/** A value as JSON for people: two spaces a level, short lists of numbers and short objects on one line. */
export function showJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = entries.map(([key, member]) => {
    const text = showJson(member, `${indent}  `);
    return isList ? text : `${JSON.stringify(key)}: ${text}`;
  });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) return `${open}${close}`;
  const pad = isList ? '' : ' ';
  const line = `${open}${pad}${members.join(', ')}${pad}${close}`;
  const isFlat = entries.every(([, member]) => typeof member !== 'object' || member === null);
  if (isFlat && indent !== '' && indent.length + line.length <= longestLine) return line;
  return `${open}\n${members.map((member) => `${indent}  ${member}`).join(',\n')}\n${indent}${close}`;
}

class Fault extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const isDigit = (character: string) => character >= '0' && character <= '9';

class Scan {
  readonly places = new Map<string, number>();
  readonly repeats: { readonly offset: number; readonly key: string }[] = [];
  readonly #text: string;
  /** Where each line begins. */
  readonly #lines: readonly number[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lines = [0, ...[...text.matchAll(/\n/g)].map((end) => end.index + 1)];
  }

  place(offset: number): TextPlace {
    let [low, high] = [0, this.#lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { offset, line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  value(path: readonly PropertyKey[]): void {
    this.#blank();
    if (path.length > deepest)
      throw this.#fault(`text: must be at most ${deepest} levels deep, got more; flatten it`);
    this.places.set(showPath(path), this.#at);
    const first = this.#text[this.#at] ?? '';
    if (first === '{') this.#object(path);
    else if (first === '[') this.#list(path);
    else if (first === '"') this.#string();
    else if (first === '-' || isDigit(first)) this.#number();
    else this.#word();
  }

  end(): void {
    this.#blank();
    if (this.#at < this.#text.length)
      throw this.#expected('the end of the text', 'remove what follows the spec');
  }

  #object(path: readonly PropertyKey[]): void {
    const keys = new Set<string>();
    this.#at += 1;
    this.#blank();
    if (this.#skip('}')) return;
    for (;;) {
      this.#blank();
      if (this.#text[this.#at] !== '"')
        throw this.#expected('a name in double quotes', this.#nameFix());
      const start = this.#at;
      this.#string();
      const key = JSON.parse(this.#text.slice(start, this.#at)) as string;
      if (keys.has(key)) this.repeats.push({ offset: start, key });
      keys.add(key);
      this.#blank();
      if (!this.#skip(':')) throw this.#expected('a colon', 'put : between a name and its value');
      this.value([...path, key]);
      this.#blank();
      if (this.#skip('}')) return;
      if (!this.#skip(','))
        throw this.#expected(
          'a comma or }',
          'put a comma between two settings, or close the object',
        );
    }
  }

  #list(path: readonly PropertyKey[]): void {
    this.#at += 1;
    this.#blank();
    if (this.#skip(']')) return;
    for (let i = 0; ; i++) {
      this.value([...path, i]);
      this.#blank();
      if (this.#skip(']')) return;
      if (!this.#skip(','))
        throw this.#expected('a comma or ]', 'put a comma between two values, or close the list');
    }
  }

  #string(): void {
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n' || character === '\r')
        throw new Fault(start, 'text: must end on its line with a double quote, got none; add one');
      if (character < ' ')
        throw this.#expected(
          'no control character inside a text',
          'write it as an escape such as \\t',
        );
      this.#at += 1;
      if (character === '"') return;
      if (character === '\\') this.#escape();
    }
  }

  #escape(): void {
    const rest = this.#text.slice(this.#at, this.#at + 5);
    const length = /^u[0-9a-fA-F]{4}/.test(rest) ? 5 : /^["\\/bfnrt]/.test(rest) ? 1 : 0;
    if (length === 0)
      throw this.#expected('an escape such as \\n or \\u00e9', 'write a backslash itself as \\\\');
    this.#at += length;
  }

  #number(): void {
    const [found] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(
      this.#text.slice(this.#at),
    ) ?? [''];
    this.#at += found.length;
    if (found === '' || /^[\w.+-]/.test(this.#text.slice(this.#at)))
      throw this.#expected(
        'a number such as 0.05 or 5e-4',
        'write it so, without leading zeros or units',
      );
  }

  #word(): void {
    const [found] = /^(?:true|false|null)(?!\w)/.exec(this.#text.slice(this.#at)) ?? [''];
    if (found === '') throw this.#expected('a value', this.#valueFix());
    this.#at += found.length;
  }

  #blank(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? '.')) this.#at += 1;
    if (/^\/[/*]/.test(this.#text.slice(this.#at, this.#at + 2)))
      throw this.#fault(
        'comment: must not stand in JSON, got one; remove it (the name may say what the spec is for)',
      );
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #nameFix(): string {
    const next = this.#text[this.#at] ?? '';
    if (next === '}') return 'remove the comma before it';
    return next === "'" ? 'write double quotes' : 'write "name": value';
  }

  #valueFix(): string {
    const next = this.#text[this.#at] ?? '';
    if (next === ']' || next === '}') return 'remove the comma before it, or write a value';
    if (next === "'") return 'write double quotes';
    return 'write a number, a text in double quotes, true, false, a list or an object';
  }

  #expected(what: string, fix: string): Fault {
    const [found] = /^(?:\w+|[\s\S])/u.exec(this.#text.slice(this.#at)) ?? [''];
    const got =
      found === ''
        ? 'the end of the text'
        : found === '\n'
          ? 'the end of the line'
          : found.slice(0, 20);
    return this.#fault(`here: must stand ${what}, got ${got}; ${fix}`);
  }

  #fault(message: string): Fault {
    return new Fault(this.#at, message);
  }
}
