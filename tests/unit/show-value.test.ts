import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, showPath, showValue } from '#shared/show-value';

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe('showValue', () => {
  it('shows plain values as JSON', () => {
    expect([3, 'a "b"', true, null, [1, 'x'], { a: [] }].map(showValue)).toEqual([
      '3',
      String.raw`"a \"b\""`,
      'true',
      'null',
      '[1,"x"]',
      '{"a":[]}',
    ]);
  });

  it('names what has no JSON', () => {
    const values = [undefined, Infinity, -Infinity, NaN, -0, () => 0, Symbol('s')];
    expect(values.map(showValue)).toEqual([
      'nothing',
      'Infinity',
      '-Infinity',
      'NaN',
      '0',
      'function',
      'symbol',
    ]);
  });

  it('takes 100,000 levels, a million entries and 50 MB without looking at all of it', () => {
    const million = new Array<number>(1_000_000).fill(7);
    const started = performance.now();
    for (const value of [nested(100_000), million, 'x'.repeat(50_000_000), { k: million }])
      expect(showValue(value).length).toBeLessThanOrEqual(80);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(showValue(nested(100_000))).toBe('[[[[...]]]]');
    expect(showValue(million)).toMatch(/^\[7,7,.*\.\.\.$/);
  });

  it('is one line of printable text of 80 characters at most, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.anything()),
        (value) => {
          const text = showValue(value);
          expect(text.length).toBeLessThanOrEqual(80);
          expect(text).not.toMatch(unprintable);
        },
      ),
    );
  });
});

describe('escapeText', () => {
  it('lets a text neither end its line, nor colour a terminal, nor turn the reading order', () => {
    expect(escapeText('a\nerror: forged\u001b[31m\u009b\u2028\u202e\ud800\u{e0001}')).toBe(
      String.raw`a\nerror: forged\u001b[31m\u009b\u2028\u202e\ud800\u{e0001}`,
    );
  });

  it('leaves words of every script as they are', () => {
    expect(escapeText('Größe 漢字 😀')).toBe('Größe 漢字 😀');
  });
});

describe('showPath', () => {
  it('writes names with dots, positions in brackets and strange names in quotes', () => {
    expect(showPath([])).toBe('');
    expect(showPath(['axes', 0, 'values', 2])).toBe('axes[0].values[2]');
    expect(showPath(['model', 'a b\n'])).toBe(String.raw`model["a b\n"]`);
    expect(showPath(['k'.repeat(1_000_000)]).length).toBeLessThan(100);
    expect(showPath(new Array<number>(100_000).fill(0)).length).toBeLessThan(100);
  });
});
