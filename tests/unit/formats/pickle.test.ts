import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCifarPickle } from '#main/datasets/files/cifar-pickle';
import { readPickle } from '#main/formats/pickle';
import { isOf } from '#main/formats/pickle-values';
import { DataFormatError } from '#shared/errors';

const folder = join(import.meta.dirname, '../../fixtures/pickles');
const fixture = (name: string) => readFileSync(join(folder, name));
/** As make.py fills the rows. */
const value = (i: number) => (i * 7) % 251;
const ascii = (text: string) => Buffer.from(text, 'latin1');

describe('readPickle', () => {
  it.each([2, 3, 4, 5])('reads what Python wrote in protocol %i', (protocol) => {
    const batch = readPickle('batch', fixture(`batch-protocol-${protocol}.pickle`));
    expect(batch).toBeInstanceOf(Map);
    const dict = batch as Map<string, unknown>;
    expect([...dict.keys()]).toEqual(['data', 'labels', 'batch_label', 'filenames']);
    expect(dict.get('labels')).toEqual([3, 9]);
    expect(dict.get('filenames')).toEqual(['a.png', 'b.png']);
    const data = dict.get('data') as never;
    if (!isOf(data, 'array')) throw new Error('data must be an array');
    const { shape, bytes } = data as { shape: readonly number[]; bytes: Uint8Array };
    expect(shape).toEqual([2, 3072]);
    expect(Array.from(bytes)).toEqual(Array.from({ length: 6144 }, (_, i) => value(i)));
  });

  it('reads what Python 2 wrote: strings are bytes, whole numbers of every size', () => {
    // {'a': [1, 300, 70000, -2, 2.5, None, True], 'b': 'xy'}, protocol 2 of Python 2.
    const bytes = Buffer.concat([
      ascii(
        '\x80\x02}q\x00(U\x01aq\x01]q\x02(K\x01M\x2c\x01J\x70\x11\x01\x00J\xfe\xff\xff\xffG@\x04\x00\x00\x00\x00\x00\x00N\x88eU\x01bq\x03U\x02xyq\x04u.',
      ),
    ]);
    const value = readPickle('py2', bytes) as Map<string, unknown>;
    expect(value.get('a')).toEqual([1, 300, 70000, -2, 2.5, null, true]);
    expect(Buffer.from(value.get('b') as Uint8Array).toString()).toBe('xy');
  });

  it.each([2, 4])(
    'refuses one that calls a function, by its name, and calls nothing (protocol %i)',
    (protocol) => {
      expect(() => readPickle('call', fixture(`call-protocol-${protocol}.pickle`))).toThrow(
        /call, byte \d+ \(REDUCE\): pickle must hold only plain values and numeric arrays, got a call of posix\.system; .*nothing in it was executed/,
      );
      expect(existsSync('executed-by-a-pickle')).toBe(false);
    },
  );

  const refused: [string, Buffer, RegExp][] = [
    [
      'an object',
      ascii('\x80\x02cos\nsystem\n)\x81.'),
      /byte 14 \(NEWOBJ\): .* got a call of os\.system/,
    ],
    ['an old instance', ascii('(ios\nsystem\n.'), /got the opcode INST/],
    ['a persistent name', ascii('Pabc\n.'), /\(PERSID\): .* got a reference to something outside/],
    ['state for a dict', ascii('\x80\x02}}b.'), /got the state of an object/],
    ['an unknown opcode', ascii('\x80\x02\xff.'), /got the opcode 0xff/],
    ['a protocol to come', ascii('\x80\x09.'), /protocol 0 to 5, got 9/],
    [
      'eval',
      ascii('\x80\x02c__builtin__\neval\n(X\x01\x00\x00\x001tR.'),
      /a call of __builtin__\.eval/,
    ],
    ['a getattr chain', ascii('\x80\x04\x8c\x08builtins\x8c\x07getattr\x93).'), /must|pickle/],
    ['a value that is not there', ascii('\x80\x02h\x05.'), /must name a value seen before, got 5/],
    ['an empty stack', ascii('.'), /must have a value to work on/],
    ['no mark', ascii('}u.'), /must have a mark/],
    [
      '4 GB of bytes in a few',
      ascii('\x80\x04B\xff\xff\xff\xff.'),
      /must have 4294967295 more bytes, got 1/,
    ],
    ['2^63 bytes', ascii('\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.'), /more bytes/],
    ['a huge whole number', ascii('\x80\x02\x8b\xff\xff\x00\x00.'), /at most 10 bytes, got 65535/],
    ['an empty file', Buffer.alloc(0), /must have 1 more bytes, got 0/],
  ];
  it.each(refused)('refuses %s', (name, bytes, message) => {
    if (name === 'a getattr chain') {
      // A name by itself is no data: whoever asks for a dict is told.
      expect(() => parseCifarPickle('p', bytes)).toThrow(DataFormatError);
      return;
    }
    expect(() => readPickle('p', bytes)).toThrow(message);
  });

  it('refuses every cut of a real one, and never throws anything else on changed bytes', () => {
    const whole = fixture('batch-protocol-4.pickle');
    for (const size of [1, 12, 100, 1000, whole.length - 1])
      expect(() => readPickle('cut', whole.subarray(0, size))).toThrow(DataFormatError);
    fc.assert(
      fc.property(fc.nat(260), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        try {
          parseCifarPickle('changed', changed);
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseCifarPickle', () => {
  it('brings planes of channels to pixels', () => {
    const { elements, labels, classes } = parseCifarPickle('b', fixture('batch-protocol-2.pickle'));
    expect([Array.from(labels), classes]).toEqual([[3, 9], 10]);
    // Pixel 5 of the second image: red, green, blue.
    expect(Array.from(elements.subarray(3072 + 15, 3072 + 18))).toEqual(
      [0, 1, 2].map((c) => value(3072 + c * 1024 + 5)),
    );
  });

  it('reads pixels that lie column by column', () => {
    const rows = parseCifarPickle('b', fixture('batch-protocol-2.pickle'));
    expect(parseCifarPickle('b', fixture('batch-fortran.pickle'))).toEqual(rows);
  });

  it('refuses labels out of range, in their place, and arrays that promise more than they hold', () => {
    const bytes = fixture('batch-protocol-2.pickle');
    const at = bytes.lastIndexOf(Buffer.from([0x4b, 9]));
    const wrong = Buffer.from(bytes);
    wrong[at + 1] = 77;
    expect(() => parseCifarPickle('b', wrong)).toThrow(
      /b, labels\[1\]: labels must be whole numbers 0\.\.9, got 77/,
    );
    const large = Buffer.from(bytes);
    const shape = large.indexOf(Buffer.from([0x4b, 2, 0x4d, 0x00, 0x0c]));
    large[shape + 1] = 200;
    expect(() => parseCifarPickle('b', large)).toThrow(
      /must have the 614400 bytes of an array \[200, 3072\], got 6144/,
    );
  });
});
