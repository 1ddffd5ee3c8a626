import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '#main/datasets/catalogue';
import { parseDigits } from '#main/datasets/digits';
import { makeTrainingData, oneHotRows } from '#main/datasets/training-data';
import { builtInDatasets, type DatasetFacts } from '#shared/domain/datasets';
import { DataFormatError, PhasescapeError } from '#shared/errors';
import { resourcesFolder } from '../metrics/cell-context';

const facts = builtInDatasets[0] as DatasetFacts;
const text = gunzipSync(readFileSync(join(resourcesFolder, 'datasets/digits.csv.gz'))).toString();
const settings = { name: 'digits', fraction: 1, labelNoise: 0, pixelNoise: 0, noiseSeed: 12345 };
const catalogue = readCatalogue({ resourcesFolder, registryFolder: '/nowhere' });
const openDigits = () => catalogue.open(settings);

describe('readCatalogue', () => {
  it('reads the digits: counts, range of pixels, classes, the first row of the file', () => {
    const { train, test } = openDigits();
    expect([train.count, test.count, train.inputs.length, test.inputs.length]).toEqual([
      1437,
      360,
      1437 * 64,
      360 * 64,
    ]);
    expect([Math.min(...train.inputs), Math.max(...train.inputs)]).toEqual([0, 1]);
    expect(new Set(train.labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const row = (text.split('\n')[0] as string).split(',').map(Number);
    expect(Array.from(train.inputs.subarray(0, 64))).toEqual(row.slice(0, 64).map((p) => p / 16));
    expect(train.labels[0]).toBe(row[64]);
  });

  it('refuses an unknown name and says which exist', () => {
    expect(() => catalogue.open({ ...settings, name: 'cifar' })).toThrow(
      /dataset\.name: must be a known data set, got "cifar"; use one of: digits, two-spirals/,
    );
    const folders = { resourcesFolder: '/nowhere', registryFolder: '/nowhere' };
    expect(() => readCatalogue(folders).describe(settings)).toThrow(PhasescapeError);
  });
});

describe('parseDigits', () => {
  const broken: [string, string, RegExp][] = [
    ['a missing row', text.split('\n').slice(1).join('\n'), /must have 1797 rows, got 1796/],
    [
      'a pixel of 17',
      text.replace('0,', '17,'),
      /row 1: pixels must be whole numbers 0\.\.16, got 17/,
    ],
    [
      'a label of 12',
      text.replace(/,\d\n/, ',12\n'),
      /row 1: must be 64 pixels and a label 0\.\.9/,
    ],
    ['a word', text.replace('0,', 'x,'), /row 1: pixels must be whole numbers/],
  ];
  for (const [what, content, message] of broken) {
    it(`refuses ${what}, naming the row`, () => {
      expect(() => parseDigits(gzipSync(content), facts)).toThrow(message);
    });
  }

  it('refuses bytes that are not gzip, and a file that unpacks to far too much', () => {
    expect(() => parseDigits(Buffer.from('hello'), facts)).toThrow(DataFormatError);
    expect(() => parseDigits(gzipSync(Buffer.alloc(50_000_000)), facts)).toThrow(DataFormatError);
  });
});

describe('makeTrainingData', () => {
  const dataset = openDigits();

  it('keeps all samples in their order for fraction 1 and no noise', () => {
    const data = makeTrainingData(dataset, settings);
    expect(data.all).toBe(dataset.all);
    expect(data.train.inputs.buffer).toBe(dataset.train.inputs.buffer);
    expect(data.train).toEqual(dataset.train);
    expect(data.test).toEqual(dataset.test);
  });

  it('takes the first samples of one fixed shuffle: smaller fractions are parts of larger ones', () => {
    const half = makeTrainingData(dataset, { ...settings, fraction: 0.5 }).train;
    const tenth = makeTrainingData(dataset, { ...settings, fraction: 0.1 }).train;
    expect([half.count, tenth.count]).toEqual([719, 144]);
    expect(half.inputs.subarray(0, 144 * 64)).toEqual(tenth.inputs);
    expect(half.labels.subarray(0, 144)).toEqual(tenth.labels);
  });

  it('replaces about p times nine tenths of the labels, more noise keeping what less noise replaced', () => {
    const noisy = (labelNoise: number) =>
      makeTrainingData(dataset, { ...settings, labelNoise }).train.labels;
    const changed = (labels: Int32Array) =>
      labels.filter((l, i) => l !== dataset.train.labels[i]).length;
    const expected = 0.3 * 0.9 * 1437;
    expect(Math.abs(changed(noisy(0.3)) - expected)).toBeLessThan(4 * Math.sqrt(expected));
    const [less, more] = [noisy(0.2), noisy(0.4)];
    less.forEach((label, i) => {
      if (label !== dataset.train.labels[i]) expect(more[i]).toBe(label);
    });
    expect(makeTrainingData(dataset, { ...settings, labelNoise: 0.3 }).test.labels).toEqual(
      dataset.test.labels,
    );
  });
});

describe('pixel noise', () => {
  const dataset = openDigits();
  const noisy = (pixelNoise: number, fraction = 1) =>
    makeTrainingData(dataset, { ...settings, pixelNoise, fraction });
  const added = (pixelNoise: number) =>
    Float64Array.from(
      noisy(pixelNoise).train.inputs,
      (v, i) => v - (dataset.train.inputs[i] as number),
    );

  it('adds normal numbers of the standard deviation given to every training input', () => {
    const noise = added(0.5);
    const mean = noise.reduce((a, b) => a + b, 0) / noise.length;
    const variance = noise.reduce((a, b) => a + (b - mean) ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(noise.length));
    expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / noise.length));
  });

  it('leaves test samples, labels and the data set itself as they are', () => {
    const before = dataset.train.inputs.slice();
    const { train, test } = noisy(1);
    expect(test.inputs).toEqual(dataset.test.inputs);
    expect(train.labels).toEqual(dataset.train.labels);
    expect(dataset.train.inputs).toEqual(before);
  });

  it('is the same for a sample in every fraction, and scales with its strength', () => {
    const [half, tenth] = [noisy(0.3, 0.5).train, noisy(0.3, 0.1).train];
    expect(half.inputs.subarray(0, tenth.inputs.length)).toEqual(tenth.inputs);
    const [weak, strong] = [added(0.1), added(0.2)];
    weak.forEach((v, i) => expect(Math.abs(2 * v - (strong[i] as number))).toBeLessThan(1e-6));
  });
});

describe('measured samples', () => {
  const dataset = openDigits();
  const noisy = { ...settings, labelNoise: 0.3 };

  it('are the same for every fraction once they are taken in the shuffled order', () => {
    const [half, tenth, all] = [0.5, 0.1, 1].map(
      (fraction) => makeTrainingData(dataset, { ...noisy, fraction }, 'shuffled').measured,
    );
    for (const other of [half, all]) {
      expect(other?.inputs.subarray(0, 144 * 64)).toEqual(tenth?.inputs);
      expect(other?.labels.subarray(0, 144)).toEqual(tenth?.labels);
    }
  });

  it("are the training samples in the file's order otherwise", () => {
    expect(makeTrainingData(dataset, settings).measured.inputs).toEqual(dataset.train.inputs);
  });
});

describe('oneHotRows', () => {
  it('puts a single one in each row', () => {
    expect(Array.from(oneHotRows(Int32Array.of(2, 0), 3))).toEqual([0, 0, 1, 1, 0, 0]);
  });
});
