import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyDraft } from '#renderer/features/design/draft';
import {
  placeOfPath,
  readJsonText,
  showJson,
  type JsonFault,
} from '#renderer/features/design/json-text';
import { readSpecText, specFileName } from '#renderer/features/design/spec-file';

function faultOf(text: string): JsonFault {
  const reading = readJsonText(text);
  if (reading.ok) throw new Error(`must not be JSON, got ${text}`);
  return reading.fault;
}
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('readJsonText', () => {
  it('accepts what JSON.parse accepts, with the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJsonText(text)).toMatchObject({ ok: true, value: JSON.parse(text) as unknown });
      }),
    );
  });
  it('refuses what JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '0.',
      '1e',
      'true',
      'nul',
      ' ',
      '"',
      '\\',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect(readJsonText(text).ok).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });
  it('says the line, the column and what to do', () => {
    expect(faultOf('{\n  "a": 1,\n}')).toMatchObject({
      line: 3,
      column: 1,
      message: 'here: must stand a name in double quotes, got }; remove the comma before it',
    });
    expect(faultOf('{\n  "a": 1 // why\n}')).toMatchObject({ line: 2, column: 10 });
    expect(faultOf('{ "a": 1 // why\n}').message).toMatch(/^comment: must not stand in JSON/);
    expect(faultOf("{'a': 1}").message).toMatch(/got '; write double quotes$/);
    expect(faultOf('{"a" 1}').message).toMatch(/a colon, got 1/);
    expect(faultOf('{"a": 1 "b": 2}').message).toMatch(/a comma or }, got "/);
    expect(faultOf('{"a": .5}').message).toMatch(/a value, got \./);
    expect(faultOf('[01]').message).toMatch(/without leading zeros/);
    expect(faultOf('"a').message).toMatch(/must end on its line/);
    expect(faultOf('').message).toMatch(/got the end of the text/);
    expect(faultOf('[1] 2').message).toMatch(/the end of the text, got 2/);
    expect(faultOf('['.repeat(300)).message).toMatch(/at most 200 levels deep/);
  });
  it('knows where everything stands, and what stands twice', () => {
    const reading = readJsonText('{\n  "axes": [\n    { "values": [1, 2] }\n  ],\n  "axes": 1\n}');
    if (!reading.ok) throw new Error('must be JSON');
    expect(reading.places.get('axes[0].values[1]')).toMatchObject({ line: 3, column: 21 });
    expect(reading.repeats).toMatchObject([{ line: 5, column: 3 }]);
    expect(placeOfPath(reading.places, 'axes[0].role')).toMatchObject({ line: 3, column: 5 });
    expect(placeOfPath(reading.places, 'model.width')).toMatchObject({ line: 1, column: 1 });
  });
});

describe('showJson', () => {
  it('means the same, with short lists on a line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (v) => {
        const value = JSON.parse(JSON.stringify(v)) as unknown;
        expect(JSON.parse(showJson(value))).toEqual(value);
      }),
    );
    expect(showJson({ ...emptyDraft, axes: [{ path: 'a', values: [1, 2] }] })).toContain(
      '"seeds": [0, 1, 2]',
    );
    expect(showJson({ a: { b: 1 } })).toBe('{\n  "a": { "b": 1 }\n}');
  });
});

describe('readSpecText', () => {
  it('takes an object and refuses the rest with its place', () => {
    expect(readSpecText('a.json', showJson(emptyDraft))).toEqual({ ok: true, draft: emptyDraft });
    expect(readSpecText('a.json', '[1]')).toMatchObject({ ok: false });
    expect(readSpecText('a.json', '{\n"a": 1,\n"a": 2}')).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^a\.json, line 3, column 1: key "a": must be written once/,
        ) as string,
      },
    });
    expect(readSpecText('a.json', '{,}')).toMatchObject({
      error: {
        code: 'invalid-input',
        message: expect.stringMatching(/line 1, column 2/) as string,
      },
    });
  });
  it('names a file after the experiment', () => {
    expect(specFileName({ name: 'digits: 5 x 5' })).toBe('digits-5-x-5.json');
    expect(specFileName({ name: 3 })).toBe('spec.json');
  });
});
