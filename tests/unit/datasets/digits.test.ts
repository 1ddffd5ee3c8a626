import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { datasetDigest, openDataset } from '#main/datasets/dataset';
import { parseDigits } from '#main/datasets/digits';
import { makeTrainingData, oneHotRows } from '#main/datasets/training-data';
import { builtInDatasets, type DatasetFacts } from '#shared/domain/datasets';
import { DataFormatError, PhasescapeError } from '#shared/errors';
import { resourcesFolder } from '../metrics/cell-context';

const facts = builtInDatasets[0] as DatasetFacts;
const text = gunzipSync(readFileSync(join(resourcesFolder, 'datasets/digits.csv.gz'))).toString();
const settings = { name: 'digits', fraction: 1, labelNoise: 0, noiseSeed: 12345 };

describe('openDataset', () => {
  it('reads the digits: counts, range of pixels, classes, the first row of the file', () => {
    const { train, test } = openDataset('digits', resourcesFolder);
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
    expect(() => openDataset('cifar', resourcesFolder)).toThrow(
      /dataset\.name: must be a known data set, got "cifar"; use one of: digits/,
    );
    expect(() => datasetDigest('digits', '/nowhere')).toThrow(PhasescapeError);
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
  const dataset = openDataset('digits', resourcesFolder);

  it('keeps all samples in their order for fraction 1 and no noise', () => {
    const data = makeTrainingData(dataset, settings);
    expect(data.train).toBe(dataset.train);
    expect(data.test).toBe(dataset.test);
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
    expect(makeTrainingData(dataset, { ...settings, labelNoise: 0.3 }).test.labels).toBe(
      dataset.test.labels,
    );
  });
});

describe('measured samples', () => {
  const dataset = openDataset('digits', resourcesFolder);
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
    expect(makeTrainingData(dataset, settings).measured.inputs).toBe(dataset.train.inputs);
  });
});

describe('oneHotRows', () => {
  it('puts a single one in each row', () => {
    expect(Array.from(oneHotRows(Int32Array.of(2, 0), 3))).toEqual([0, 0, 1, 1, 0, 0]);
  });
});
