/** Files that are made to harm: they must cost little memory and time, and get one clear message. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { parseCifarPickle } from '#main/datasets/files/cifar-pickle';
import { readPickle } from '#main/formats/pickle';
import { detectKind } from '#main/datasets/files/read-files';
import { refusal } from '#main/formats/refusal';
import { requireRoom } from '#main/datasets/files/raw-samples';
import { SourceFiles } from '#main/datasets/files/source-files';
import { readForImport, type ImportSource } from '#main/datasets/registry/read-for-import';
import { fileKinds } from '#shared/domain/dataset-files';
import { PhasescapeError } from '#shared/errors';
import {
  cifarRecord,
  matArray,
  matFile,
  npyFile,
  pngFile,
  zipFile,
} from '../../fixtures/data-files';
import { temporaryFolder } from '../../fixtures/temporary-folder';

type Files = Readonly<Record<string, Buffer | string>>;

function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const importing = (files: Files, at = '', options: Omit<ImportSource, 'path'> = {}) =>
  readForImport({ path: join(folderOf(files), at), ...options });

const ascii = (...texts: readonly string[]) => Buffer.from(texts.join(''), 'latin1');
const grey = (value: number) => pngFile({ width: 1, height: 1, channels: 1 }, Uint8Array.of(value));

describe('a path that cannot be read', () => {
  it.each(fileKinds)('is bad input whatever it is said to be: %s', (kind) => {
    const folder = folderOf({ 'here.csv': 'text' });
    for (const path of ['nowhere', 'here.csv/inside', 'here.csv'])
      expect(() => readForImport({ path: join(folder, path), kind })).toThrow(PhasescapeError);
  });

  it('is bad input as the test part: nothing there, a file for a folder, a folder without a match', () => {
    const folder = folderOf({ 'a.bin': cifarRecord(1), 'images/a/1.png': grey(1), 'empty/x': '' });
    const testOf = (path: string, test: string) => () =>
      readForImport({ path: join(folder, path), test: join(folder, test) });
    expect(testOf('a.bin', 'nowhere')).toThrow(/nowhere: must be a readable file or folder/);
    expect(testOf('a.bin', 'empty')).toThrow(
      /empty: must have files like .*test_batch.*, got none/,
    );
    expect(testOf('images', 'a.bin')).toThrow(/a\.bin: must be a readable folder, got a file/);
  });

  it.skipIf(process.platform === 'win32')('is refused at once where it is a pipe', () => {
    const folder = folderOf({ 'images/a/1.png': grey(1), 'images/b/1.png': grey(2) });
    for (const pipe of ['pipe', 'images/b/2.png']) execFileSync('mkfifo', [join(folder, pipe)]);
    expect(() => readForImport({ path: join(folder, 'pipe') })).toThrow(/got a pipe/);
    expect(() => readForImport({ path: join(folder, 'images') })).toThrow(/2\.png: .*got a pipe/);
  });
});

describe('messages', () => {
  it('are cut to a readable length, however long what the file names is', () => {
    const { message } = refusal('x'.repeat(1e6), 'must be short', 'y'.repeat(1e6));
    expect(message.length).toBeLessThan(600);
    expect(message).toMatch(/x\.\.\.: must be short, got y+\.\.\.; get the file again/);
  });
});

describe('kinds', () => {
  it('are found where a CIFAR file begins like an IDX file', () => {
    const folder = folderOf({ 'a.bin': Buffer.concat([cifarRecord(0, 0).fill(9, 2, 4)]) });
    expect(detectKind(new SourceFiles(folder), join(folder, 'a.bin'))).toBe('cifar-100');
  });
});

describe('archives', () => {
  const zeros = Buffer.alloc(30e6);
  const arrayOfZeros = npyFile('|u1', [30_000_000], { bytes: zeros });

  it('unpack to what one file can hold, all parts together', () => {
    const entries = ['a', 'b', 'c'].map((name) => ({
      name: `${name}.npy`,
      bytes: arrayOfZeros,
      isDeflated: true,
    }));
    expect(() => importing({ 'a.npz': zipFile(entries) }, 'a.npz')).toThrow(
      /c\.npy: must declare at most 67108864 bytes/,
    );
    const arrays = ['A', 'B', 'C'].map((name) => matArray(name, [30_000_000, 1], zeros));
    expect(() => importing({ 'a.mat': matFile(...arrays) }, 'a.mat')).toThrow(
      /must declare at most 67108864 bytes/,
    );
  });

  it('must have their checksums: a stored array has no other', () => {
    const bytes = zipFile([
      { name: 'x.npy', bytes: npyFile('|u1', [4, 1], { bytes: Uint8Array.of(1, 2, 3, 4) }) },
      { name: 'y.npy', bytes: npyFile('|u1', [4], { bytes: Uint8Array.of(0, 1, 0, 1) }) },
    ]);
    expect(importing({ 'a.npz': bytes }, 'a.npz').raw.classes).toBe(2);
    const at = bytes.indexOf(Buffer.from([1, 2, 3, 4]));
    bytes[at] = 200;
    expect(() => importing({ 'a.npz': bytes }, 'a.npz')).toThrow(
      /x\.npy: must be undamaged, got a wrong checksum/,
    );
  });
});

describe('pickles', () => {
  const long = 5000;
  const longText = ascii('X', String.fromCharCode(long & 255, long >> 8, 0, 0), 'a'.repeat(long));
  /** Nested tuples, a thousand times deeper than a stack. */
  const deep = `)${'\x85'.repeat(100_000)}`;
  const array = (shape: string) =>
    `cnumpy.core.numeric\n_frombuffer\n(U\x01acnumpy\ndtype\n(U\x02u1K\x00K\x01tR${shape}U\x01CtR`;
  const batch = (data: string, labels: string) =>
    ascii('\x80\x02}(U\x04data', data, 'U\x06labels', labels, 'u.');

  it.each<[string, Buffer, RegExp]>([
    [
      'two million values of a byte each',
      ascii('\x80\x02', 'N'.repeat(2 ** 21)),
      /2097152 opcodes/,
    ],
    ['a line without end', ascii('\x80\x02I', '1'.repeat(long), '\n.'), /lines of at most 1000/],
    [
      'a long text that is encoded again and again',
      Buffer.concat([
        ascii('\x80\x02c_codecs\nencode\nq\x01'),
        longText,
        ascii('q\x02X\x06\x00\x00\x00latin1q\x03', 'h\x01h\x02h\x03\x86R'.repeat(9), '.'),
      ]),
      /must make at most its own \d+ bytes/,
    ],
    [
      'a long text as a key again and again',
      Buffer.concat([ascii('\x80\x02'), longText, ascii('q\x00}', 'h\x00Ns'.repeat(9), '.')]),
      /must have short texts or numbers as keys, got text/,
    ],
    [
      'a byte order that is none',
      ascii('\x80\x02cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x05aaaaatb.'),
      /must have arrays with a byte order, got aaaaa/,
    ],
    [
      'a shape that holds itself',
      batch(array(']q\x05(h\x05e'), '](e'),
      /must have arrays with a shape, got a list of 1/,
    ],
    ['a shape without a floor', batch(array(`](${deep}e`), '](e'), /arrays with a shape/],
  ])('%s', (_name, bytes, message) => {
    expect(() => readPickle('a', bytes)).toThrow(message);
  });

  it('whose labels are no numbers', () => {
    const row = `cnumpy.core.numeric\n_frombuffer\n(B\x00\x0c\x00\x00${'p'.repeat(3072)}cnumpy\ndtype\n(U\x02u1K\x00K\x01tRK\x01M\x00\x0c\x86U\x01CtR`;
    const label = (value: string) => () => parseCifarPickle('a', batch(row, `](${value}e`));
    expect(label('K\x03')().labels).toEqual(Int32Array.of(3));
    expect(label('N')).toThrow(/a, labels\[0\]: must be a whole number, got None/);
    expect(label('\x88')).toThrow(/must be a whole number, got True/);
    expect(label('U\x012')).toThrow(/must be a whole number, got 1 bytes/);
    expect(label(deep)).toThrow(/must be a whole number, got a list of 1/);
  });
});

describe('tables', () => {
  it('of one endless line', () => {
    const commas = Buffer.alloc(2 ** 24 + 1, ',');
    expect(() => importing({ 'a.csv': commas }, 'a.csv')).toThrow(
      /a\.csv, row 1: must have at most 16777216 bytes, got 16777217/,
    );
  });

  it('of as many labels as rows', () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => `1,name${i}\n`).join('');
    expect(() => importing({ 'a.csv': rows }, 'a.csv')).toThrow(
      /must have at most 10000 different labels/,
    );
    const targets = Array.from({ length: 10_001 }, (_, i) => `1,${i}.5\n`).join('');
    expect(() => importing({ 'a.csv': targets }, 'a.csv')).toThrow(/row 1: .*got "0\.5"/);
  });

  it('of one class with a name', () => {
    expect(() => importing({ 'a.csv': '1,cat\n2,cat\n3,cat\n' }, 'a.csv')).toThrow(
      /labels must have at least two classes, got one/,
    );
  });
});

describe('images', () => {
  it('in one class folder, or with one that is empty, are no classes', () => {
    expect(() => importing({ 'a/1.png': grey(1), 'a/2.png': grey(2) })).toThrow(/two classes/);
    expect(() => importing({ 'a/1.png': grey(1), 'b/1.png': grey(2), 'c/x.txt': '' })).toThrow(
      /c: must have PNG or JPEG images, as every class folder, got none/,
    );
  });

  it.skipIf(process.platform === 'win32')('in folders that are linked to count', () => {
    const folder = folderOf({ 'all/a/1.png': grey(1), 'all/b/1.png': grey(2), 'c/1.png': grey(3) });
    symlinkSync(join(folder, 'c'), join(folder, 'all/c'));
    expect(readForImport({ path: join(folder, 'all') }).raw.classNames).toEqual(['a', 'b', 'c']);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'all/d'));
    expect(() => readForImport({ path: join(folder, 'all') })).toThrow(/d: .*got nothing there/);
  });

  it('of thousands of scans are not decoded', () => {
    const image = encode({ data: Buffer.alloc(8 * 8 * 4), width: 8, height: 8 }, 90).data;
    const bytes = Buffer.concat([image, Buffer.from('ffda'.repeat(200), 'hex')]);
    expect(() => importing({ 'a/1.jpg': bytes, 'b/1.jpg': image })).toThrow(
      /a\/1\.jpg: must have at most 200 scans, got 201/,
    );
  });

  it('get no room for more than memory holds', () => {
    expect(() => {
      requireRoom('a', 1500, 16e6);
    }).toThrow(/a: must have at most 2147483648 numbers, got 1500 samples of 16000000/);
  });
});

describe('parts', () => {
  const svhn = (shape: readonly number[]) => {
    const count = shape[3] ?? 0;
    const pixels = shape.reduce((product, n) => product * n, 1);
    const labels = Buffer.alloc(count, 1);
    return matFile(matArray('X', shape, Buffer.alloc(pixels)), matArray('y', [count, 1], labels));
  };

  it('must have samples of the same size', () => {
    const both = (train: number[], test: number[]) => () =>
      importing({ 'train_32x32.mat': svhn(train), 'test_32x32.mat': svhn(test) });
    expect(both([32, 32, 3, 2], [32, 32, 3, 0])).toThrow(/must have test samples, got none/);
    expect(both([32, 32, 3, 0], [32, 32, 3, 2])).toThrow(/must have training samples, got none/);
    expect(both([0, 0, 0, 2], [0, 0, 0, 2])).toThrow(/at least one number/);
    expect(both([4, 4, 3, 2], [2, 8, 3, 2])).toThrow(/images of 4 x 4 x 3 .*, got 8 x 2 x 3/);
  });

  it('must have few enough features to be normalised one by one', () => {
    const count = 2 ** 18 + 1;
    const x = npyFile('|u1', [2, count], { bytes: Buffer.alloc(2 * count) });
    const y = npyFile('|u1', [2], { bytes: Buffer.from([0, 1]) });
    const npz = zipFile([
      { name: 'x.npy', bytes: x },
      { name: 'y.npy', bytes: y },
    ]);
    expect(() => importing({ 'a.npz': npz }, 'a.npz')).toThrow(/at most 262144 features/);
  });
});
