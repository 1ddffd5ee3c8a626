import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { readFiles, type ReadOptions } from '#main/datasets/files/read-files';
import { SourceFiles } from '#main/datasets/files/source-files';
import {
  cifarRecord,
  idxFile,
  matArray,
  matFile,
  npyFile,
  pngFile,
  zipFile,
} from '../../fixtures/data-files';
import { temporaryFolder } from '../../fixtures/temporary-folder';

/** Writes files into a new folder and reads them. */
function read(
  files: Readonly<Record<string, Buffer | string>>,
  options: ReadOptions = {},
  at = '',
) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const inside = (path: string | undefined) =>
    path === undefined ? undefined : join(folder, path);
  const { test, labels, ...rest } = options;
  const path = join(folder, at);
  return readFiles(new SourceFiles(path), path, {
    ...rest,
    ...(test === undefined ? {} : { test: inside(test) as string }),
    ...(labels === undefined ? {} : { labels: inside(labels) as string }),
  });
}

const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);

describe('readFiles', () => {
  it('reads CIFAR-10 binary: all batches in order, the test batch, names, channels last', () => {
    const found = read({
      'data_batch_1.bin': Buffer.concat([cifarRecord(3), cifarRecord(1)]),
      'data_batch_2.bin': cifarRecord(9),
      'test_batch.bin': cifarRecord(0),
      'batches.meta.txt': 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n',
    });
    expect([found.kind, found.classes, found.inputs]).toEqual(['cifar-10', 10, 3072]);
    expect(Array.from(found.train.labels)).toEqual([3, 1, 9]);
    expect(Array.from(found.test?.labels ?? [])).toEqual([0]);
    expect(found.classNames?.[2]).toBe('c');
    // Pixel 33 of the second record.
    expect(Array.from(found.train.elements.subarray(3072 + 99, 3072 + 102))).toEqual([34, 84, 134]);
  });

  it('reads CIFAR-100 binary with the fine labels, or the coarse ones when told', () => {
    const files = { 'train.bin': cifarRecord(4, 77), 'test.bin': cifarRecord(5, 12) };
    expect(Array.from(read(files).train.labels)).toEqual([77]);
    const coarse = read(files, { kind: 'cifar-100-coarse' });
    expect([Array.from(coarse.train.labels), coarse.classes]).toEqual([[4], 20]);
  });

  it('reads MNIST files, gzipped or not', () => {
    const files = (pack: (b: Buffer) => Buffer, ending: string) => ({
      [`train-images-idx3-ubyte${ending}`]: pack(
        idxFile([2, 2, 3], Buffer.from([...Array(12).keys()])),
      ),
      [`train-labels-idx1-ubyte${ending}`]: pack(idxFile([2], Buffer.from([1, 0]))),
      [`t10k-images-idx3-ubyte${ending}`]: pack(idxFile([1, 2, 3], Buffer.alloc(6, 7))),
      [`t10k-labels-idx1-ubyte${ending}`]: pack(idxFile([1], Buffer.from([1]))),
    });
    for (const found of [read(files((b) => b, '')), read(files(gzipSync, '.gz'))]) {
      expect(found.sample).toEqual({ kind: 'image', height: 2, width: 3, channels: 1 });
      expect(Array.from(found.train.elements)).toEqual([...Array(12).keys()]);
      expect([Array.from(found.train.labels), Array.from(found.test?.labels ?? [])]).toEqual([
        [1, 0],
        [1],
      ]);
    }
  });

  it('reads SVHN: columns first in the file, rows first in an image; 10 is 0', () => {
    // X[h, w, c, n] = 100 n + 20 h + 5 w + c, 2 x 3 x 2 x 2, first axis fastest.
    const bytes: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < 2; c++)
        for (let w = 0; w < 3; w++)
          for (let h = 0; h < 2; h++) bytes.push(100 * n + 20 * h + 5 * w + c);
    const found = read({
      'train_32x32.mat': matFile(
        matArray('X', [2, 3, 2, 2], Buffer.from(bytes)),
        matArray('y', [2, 1], Buffer.from([10, 4])),
      ),
    });
    expect(Array.from(found.train.labels)).toEqual([0, 4]);
    expect(Array.from(found.train.elements)).toEqual(
      [0, 1].flatMap((n) =>
        [0, 1].flatMap((h) =>
          [0, 1, 2].flatMap((w) => [0, 1].map((c) => 100 * n + 20 * h + 5 * w + c)),
        ),
      ),
    );
  });

  it('reads npz: bytes as images, floats as features, Fortran order', () => {
    const x = npyFile('|u1', [2, 2, 2, 3], { bytes: Buffer.from([...Array(24).keys()]) });
    const y = npyFile('<i8', [2], { bytes: Buffer.from(BigInt64Array.from([1n, 0n]).buffer) });
    const images = read(
      {
        'a.npz': zipFile([
          { name: 'x_train.npy', bytes: x, isDeflated: true },
          { name: 'y_train.npy', bytes: y },
        ]),
      },
      {},
      'a.npz',
    );
    expect(images.sample).toEqual({ kind: 'image', height: 2, width: 2, channels: 3 });
    expect(Array.from(images.train.elements)).toEqual([...Array(24).keys()]);
    const fortran = npyFile('<f4', [2, 3], { bytes: floats(1, 4, 2, 5, 3, 6), isFortran: true });
    const features = read(
      {
        'a.npz': zipFile([
          { name: 'X.npy', bytes: fortran },
          { name: 'y.npy', bytes: y },
        ]),
      },
      {},
      'a.npz',
    );
    expect([features.sample.kind, Array.from(features.train.elements)]).toEqual([
      'features',
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  it('reads npy with a file of labels', () => {
    const found = read(
      {
        'x.npy': npyFile('>f4', [2, 1], { bytes: Buffer.from('3f80000040000000', 'hex') }),
        'y.npy': npyFile('|u1', [2], { bytes: Buffer.from([0, 1]) }),
      },
      { labels: 'y.npy' },
      'x.npy',
    );
    expect(Array.from(found.train.elements)).toEqual([1, 2]);
  });

  it('reads booleans as 0 and 1, not as levels of 255', () => {
    const x = npyFile('|b1', [2, 2], { bytes: Buffer.from([0, 1, 1, 0]) });
    const y = npyFile('|u1', [2], { bytes: Buffer.from([0, 1]) });
    const { train } = read({ 'x.npy': x, 'y.npy': y }, { labels: 'y.npy' }, 'x.npy');
    expect(train.elements).toEqual(Float32Array.of(0, 1, 1, 0));
  });

  it('reads tables whose names are numbers, and takes a number for a place where there are no names', () => {
    const named = read({ 'a.csv': '0,1,kind\n3,4,red\n5,6,blue\n' }, { label: 'kind' }, 'a.csv');
    expect([named.classNames, Array.from(named.train.elements)]).toEqual([
      ['blue', 'red'],
      [3, 4, 5, 6],
    ]);
    const bare = read({ 'a.csv': '0,7,1\n1,8,9\n' }, { label: '1' }, 'a.csv');
    expect([Array.from(bare.train.labels), Array.from(bare.train.elements)]).toEqual([
      [0, 1],
      [7, 1, 8, 9],
    ]);
    const both = read({ 'a.csv': 'a,2,b\n5,1,6\n7,0,8\n' }, { label: '2' }, 'a.csv');
    expect(Array.from(both.train.labels)).toEqual([1, 0]);
  });

  it('reads tables: names in the first row or none, labels as numbers or names, any column', () => {
    const named = read(
      { 'iris.csv': 'species;a;b\nred;1;2.5\n"blue";-3;4e1\n\n' },
      { label: 'species' },
      'iris.csv',
    );
    expect(named.classNames).toEqual(['blue', 'red']);
    expect([Array.from(named.train.elements), Array.from(named.train.labels)]).toEqual([
      [1, 2.5, -3, 40],
      [1, 0],
    ]);
    const bare = read({ 'a.csv': '\ufeff1,2,0\r\n3,4,1\r\n' }, {}, 'a.csv');
    expect([Array.from(bare.train.elements), Array.from(bare.train.labels), bare.classes]).toEqual([
      [1, 2, 3, 4],
      [0, 1],
      null,
    ]);
  });

  it('reads folders of images, PNG of any filter and JPEG, grey turned to colour where one has colour', () => {
    const grey = Uint8Array.from([0, 50, 100, 150]);
    const colour = Uint8Array.from([...Array(12).keys()].map((i) => 20 * i));
    const shape = { width: 2, height: 2 };
    const found = read({
      'train/cat/1.png': pngFile({ ...shape, channels: 1 }, grey, { filter: 1 }),
      'train/dog/1.png': pngFile({ ...shape, channels: 3 }, colour, { filter: 2 }),
      'test/dog/1.png': pngFile({ ...shape, channels: 3 }, colour),
    });
    expect(found.classNames).toEqual(['cat', 'dog']);
    expect(Array.from(found.train.elements)).toEqual([
      ...[0, 50, 100, 150].flatMap((v) => [v, v, v]),
      ...colour,
    ]);
    expect(Array.from(found.test?.labels ?? [])).toEqual([1]);
    const flat = Buffer.alloc(16 * 16 * 4, 128);
    const jpeg = encode({ data: flat, width: 16, height: 16 }, 90).data;
    const photo = read({ 'a/x.jpg': jpeg, 'b/y.JPEG': jpeg });
    expect(photo.sample).toEqual({ kind: 'image', height: 16, width: 16, channels: 3 });
    expect(photo.train.elements.every((v) => Math.abs(v - 128) <= 2)).toBe(true);
  });

  it('remembers what it read, by names inside the folder and digests', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data_batch_1.bin'), cifarRecord(1));
    const files = new SourceFiles(folder);
    readFiles(files, folder, {});
    expect(files.digests.map(({ file }) => file)).toEqual(['data_batch_1.bin']);
    expect(files.digests[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('readFiles refuses', () => {
  const images = (bytes: Buffer) => ({
    'train-images-idx3-ubyte': bytes,
    'train-labels-idx1-ubyte': idxFile([1], Buffer.from([0])),
  });
  const labels = npyFile('|u1', [2], { bytes: Buffer.from([0, 1]) });
  const npz = (x: Buffer) => ({
    'a.npz': zipFile([
      { name: 'x.npy', bytes: x },
      { name: 'y.npy', bytes: labels },
    ]),
  });
  const tenGigabytes = [10_000_000, 32, 32];

  const cases: [string, Readonly<Record<string, Buffer | string>>, RegExp, string?][] = [
    [
      'a truncated CIFAR batch',
      { 'data_batch_1.bin': cifarRecord(1).subarray(0, 3000) },
      /data_batch_1\.bin: must be whole records of 3073 bytes, got 3000 bytes/,
    ],
    [
      'a CIFAR label out of range',
      { 'data_batch_1.bin': Buffer.concat([cifarRecord(1), cifarRecord(10)]) },
      /data_batch_1\.bin, record 2: labels must be whole numbers 0\.\.9, got 10/,
    ],
    [
      'a wrong magic number',
      images(Buffer.concat([Buffer.from([9, 9, 8, 3]), Buffer.alloc(12)])),
      /train-images-idx3-ubyte: must begin with the magic number of an IDX file, got 0x09090803/,
    ],
    [
      'a truncated IDX file',
      images(idxFile([2, 4, 4], Buffer.alloc(20))),
      /must have the 48 bytes of an array \[2, 4, 4\], got 36 bytes/,
    ],
    [
      '10 GB in the header of 1 kB',
      images(idxFile(tenGigabytes, Buffer.alloc(1000))),
      /must have the 10240000016 bytes .*got 1016 bytes/,
    ],
    [
      '10 GB in the header of a gzipped kilobyte',
      images(gzipSync(idxFile(tenGigabytes, Buffer.alloc(1000)))),
      /must declare at most 67108864 bytes for \d+ packed ones, got 10240000016/,
    ],
    [
      'a gzip bomb',
      images(gzipSync(idxFile([1, 4, 4], Buffer.alloc(100_000_000)))),
      /must not unpack to more than it declares|must unpack to 32 bytes/,
    ],
    [
      'a gzip file cut short',
      images(gzipSync(idxFile([1, 40, 40], Buffer.from([...Array(1600).keys()]))).subarray(0, 300)),
      /must be gzip data/,
    ],
    [
      'fewer labels than images',
      images(idxFile([2, 1, 1], Buffer.alloc(2))),
      /train-labels-idx1-ubyte: must have a label for each of 2 samples, got 1/,
    ],
    [
      'a NaN pixel',
      npz(npyFile('<f4', [2, 2], { bytes: floats(1, 2, 3, NaN) })),
      /a\.npz, x, sample 2, value 2: must be a finite number, got NaN/,
      'a.npz',
    ],
    [
      'an infinite pixel',
      npz(npyFile('<f4', [2, 1], { bytes: floats(Infinity, 2) })),
      /sample 1, value 1: must be a finite number, got Infinity/,
      'a.npz',
    ],
    [
      'an array of objects',
      npz(npyFile('|O', [2, 2], { bytes: Buffer.alloc(32) })),
      /x\.npy: must be an array of numbers, got type \|O/,
      'a.npz',
    ],
    [
      '10 GB in the header of an npy',
      npz(npyFile('<f8', [1_250_000_000], { bytes: Buffer.alloc(100) })),
      /must have the 10000000000 bytes of an array \[1250000000\], got 100 bytes/,
      'a.npz',
    ],
    [
      'a zip bomb',
      { 'a.npz': zipFile([{ name: 'x.npy', bytes: Buffer.alloc(80_000_000), isDeflated: true }]) },
      /x\.npy: must declare at most 67108864 bytes/,
      'a.npz',
    ],
    [
      'a zip entry that lies about its size',
      {
        'a.npz': zipFile([
          { name: 'x.npy', bytes: Buffer.alloc(1_000_000), isDeflated: true, declaredSize: 10 },
        ]),
      },
      /must not unpack to more than it declares|must unpack to 10 bytes/,
      'a.npz',
    ],
    [
      'a truncated zip',
      { 'a.npz': zipFile([{ name: 'x.npy', bytes: labels }]).subarray(0, 100) },
      /must end with the list of a zip archive/,
      'a.npz',
    ],
    [
      'a Matlab file that is none',
      { 'train_32x32.mat': Buffer.alloc(200) },
      /must begin like a Matlab file/,
    ],
    [
      'a Matlab file of version 7.3',
      { 'train_32x32.mat': Buffer.from('MATLAB 7.3 MAT-file'.padEnd(200)) },
      /must be of version 5, little-endian, got version 7\.3/,
    ],
    [
      'a Matlab file cut short',
      {
        'train_32x32.mat': matFile(matArray('X', [1, 1, 1, 1], Buffer.from([1]))).subarray(0, 150),
      },
      /must have the \d+ bytes it declares/,
    ],
    [
      'a Matlab array that promises 4 GB',
      { 'train_32x32.mat': matFile(matArray('X', [32, 32, 3, 1_400_000], Buffer.from([1]))) },
      /must have the 4300800000 bytes of an array/,
    ],
    [
      'SVHN labels out of range',
      {
        'train_32x32.mat': matFile(
          matArray('X', [1, 1, 1, 1], Buffer.from([1])),
          matArray('y', [1, 1], Buffer.from([11])),
        ),
      },
      /y\[1\]: labels must be whole numbers 0\.\.9, got 11/,
    ],
    [
      'words in a table',
      { 'a.csv': '1,2,0\n3,x,1\n' },
      /a\.csv, row 2, column 2: must be a finite number, got "x"/,
      'a.csv',
    ],
    [
      'NaN in a table',
      { 'a.csv': 'a,b,label\n1,2,0\n3,nan,1\n' },
      /a\.csv, row 3, column 2: must be a finite number, got "nan"/,
      'a.csv',
    ],
    ['a short row', { 'a.csv': '1,2,0\n3,1\n' }, /row 2: must have 3 values, got 2/, 'a.csv'],
    [
      'negative labels',
      { 'a.csv': '1,2,0\n3,4,-1\n' },
      /row [12]: labels must be whole numbers from 0 to 9999, or names of at most 200 letters, got "(0|-1)"/,
      'a.csv',
    ],
    [
      'images of different sizes',
      {
        'a/1.png': pngFile({ width: 1, height: 1, channels: 1 }, Uint8Array.of(1)),
        'b/1.png': pngFile({ width: 2, height: 1, channels: 1 }, Uint8Array.of(1, 2)),
      },
      /b\/1\.png: must be 1 x 1 pixels as the first image is, got 2 x 1/,
    ],
    [
      'a PNG of more rows than it has',
      {
        'a/1.png': pngFile({ width: 1, height: 1, channels: 1 }, Uint8Array.of(1), {
          declaredHeight: 9,
        }),
      },
      /a\/1\.png: must unpack to 18 bytes, got 2/,
    ],
    [
      'a PNG of 16 million pixels a side',
      {
        'a/1.png': pngFile({ width: 1, height: 1, channels: 1 }, Uint8Array.of(1), {
          declaredHeight: 2 ** 31,
        }),
      },
      /must have 1 to 16777216 pixels/,
    ],
    [
      'a damaged PNG',
      {
        'a/1.png': Buffer.concat([
          pngFile({ width: 1, height: 1, channels: 1 }, Uint8Array.of(1)).subarray(0, 20),
          Buffer.alloc(60),
        ]),
      },
      /wrong checksum/,
    ],
    [
      'a JPEG cut short',
      {
        'a/1.jpg': encode(
          { data: Buffer.alloc(64 * 64 * 4, 99), width: 64, height: 64 },
          90,
        ).data.subarray(0, 200),
      },
      /a\/1\.jpg: must be a whole JPEG image/,
    ],
    [
      'nothing that it knows',
      { 'a.bin': Buffer.alloc(5000) },
      /must be whole records of 3073 or 3074 bytes, got 5000 bytes/,
      'a.bin',
    ],
    [
      'a path that is not there',
      {},
      /nowhere: must be a readable file or folder, got nothing there/,
      'nowhere',
    ],
  ];
  it.each(cases)('%s', (_name, files, message, at) => {
    expect(() => read(files, {}, at)).toThrow(message);
  });

  it('every one of them with little memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const [name, files, message, at] of cases.filter(([name]) =>
      /10 GB|bomb|4 GB/.test(name),
    )) {
      if (name === 'a zip bomb') continue; // Its writer needs the memory.
      expect(() => read(files, {}, at)).toThrow(message);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200e6);
  });
});
