import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKeys } from '#shared/domain/repeated-keys';

describe('repeatedKeys', () => {
  it('names the key with its place and both lines', () => {
    const text =
      '{\n "seeds": [0],\n "axes": [{}, {"path": "x",\n "path": "y"}],\n "seeds": [1]\n}';
    expect(repeatedKeys(text).map(({ path, got }) => [path, got])).toEqual([
      ['axes[1].path', 'it in lines 3 and 4'],
      ['seeds', 'it in lines 2 and 5'],
    ]);
  });

  it('takes two spellings of one name for the same key', () => {
    expect(repeatedKeys(String.raw`{"a": 1, "\u0061": 2}`)).toEqual([
      {
        path: 'a',
        rule: 'must be written once',
        got: 'it twice in line 1',
        fix: 'remove one of the two',
      },
    ]);
  });

  it('does not mind equal keys of different objects, or keys inside texts', () => {
    expect(
      repeatedKeys('{"a": {"a": "{\\"a\\": 1, \\"a\\": 2}"}, "b": [{"a": 1}, {"a": 1}, "a", "a"]}'),
    ).toEqual([]);
  });

  it('goes as deep as the text', () => {
    expect(repeatedKeys(`${'['.repeat(100_000)}{"a":1,"a":1}${']'.repeat(100_000)}`)).toHaveLength(
      1,
    );
  });

  it('finds none in what JSON.stringify writes, and one when a key is written again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(repeatedKeys(text)).toEqual([]);
        const [key] = Object.keys(value);
        expect(repeatedKeys(`{${JSON.stringify(key)}: null, ${text.slice(1)}`)).toHaveLength(1);
      }),
    );
  });
});
