/** Tables as text: what spreadsheets and programs write, and what they should not have written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelimitedText } from '#shared/domain/imported/delimited-text';

const rowsOf = (text: string) => readDelimitedText(text).table?.rows.map(({ fields }) => fields);
const problemsOf = (text: string) =>
  readDelimitedText(text).problems.map(({ path, rule, got }) => `${path}: ${rule}, got ${got}`);

describe('readDelimitedText', () => {
  it.each([
    ['commas', 'a,b\n1,2\n3,4\n'],
    ['semicolons', 'a;b\n1;2\n3;4'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['a byte order mark and CRLF', '\uFEFFa,b\r\n1,2\r\n3,4\r\n'],
    ['ends of lines of old', 'a,b\r1,2\r3,4\r'],
    ['empty lines', '\n\na,b\n\n1,2\n,\n3,4\n\n'],
    ['quotes', '"a","b"\n"1",2\n3,"4"\n'],
    ['white space', ' a , b \n 1, 2\n3 ,4\n'],
  ])('reads %s', (_name, text) => {
    expect(readDelimitedText(text).problems).toEqual([]);
    expect(readDelimitedText(text).table?.names).toEqual(['a', 'b']);
    expect(rowsOf(text)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keeps separators, quotes and ends of lines that stand in quotes, and counts their lines', () => {
    const { table } = readDelimitedText('name,"x;y,z"\n"a ""b"", c","1\n2"\nlast,3\n');
    expect(table?.names).toEqual(['name', 'x;y,z']);
    expect(table?.rows).toEqual([
      { line: 2, fields: ['a "b", c', '1\n2'] },
      { line: 4, fields: ['last', '3'] },
    ]);
  });

  it('reads back any values that were written with quotes', () => {
    const field = fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\0', '').trim());
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, (given) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const text = ['a,b', ...given.map((row) => row.map(quoted).join(','))].join('\n');
        const kept = given.filter((row) => row.some((value) => value !== ''));
        expect(rowsOf(text)).toEqual(kept);
      }),
    );
  });

  it.each([
    ['an empty file', '', /file: must have a row of names/],
    ['names only', 'a,b\n', /file: must have rows below the names/],
    ['no names', '1,2\n3,4\n', /line 1: must be the names of the columns/],
    ['a row of another length', 'a,b\n1,2\n1,2,3\n', /line 3: must have 2 values/],
    ['a name that is there twice', 'a,a\n1,2\n', /line 1, column 2: must be another name/],
    ['a column without a name', 'a,\n1,2\n', /line 1, column 2: must have a name/],
    ['a quote that does not close', 'a,b\n1,2\n"1,2\n', /line 3: must close its quotes/],
    ['text behind a quote', 'a,b\n"1"x,2\n', /line 2: must have nothing behind/],
    ['binary data', 'a,b\n\0\0\n', /file: must be text, got "a zero byte/],
  ])('refuses %s', (_name, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it('tells every row that does not fit, and keeps those that do', () => {
    const text = 'a,b\n1\n1,2\n1,2,3\n';
    expect(problemsOf(text)).toHaveLength(2);
    expect(rowsOf(text)).toEqual([['1', '2']]);
  });
});
