import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generatedTrainLabels, generateDataset } from '#main/datasets/generators/generate';
import {
  defaultGeneratedSpec,
  generatorNames,
  type GeneratedDatasetSpecOf,
  type GeneratorName,
} from '#shared/domain/dataset-spec';
import { generatedFacts } from '#shared/domain/generated-datasets';

/** Small, so that all of them are quick. */
function small<N extends GeneratorName>(
  name: N,
  changes: Partial<GeneratedDatasetSpecOf<N>> = {},
): GeneratedDatasetSpecOf<N> {
  const spec = defaultGeneratedSpec(name) as GeneratedDatasetSpecOf<N>;
  const counts = 'trainCount' in spec ? { trainCount: 300, testCount: 100 } : {};
  const points = 'points' in spec ? { points: 300 } : {};
  return { ...spec, ...counts, ...points, ...changes };
}

const digest = (values: Float32Array) =>
  createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
    .slice(0, 16);

describe('generatedTrainLabels', () => {
  it.each(generatorNames)('are those of the samples of %s', (name) => {
    const spec = small(name);
    expect(Array.from(generatedTrainLabels(spec))).toEqual(
      Array.from(generateDataset(spec).train.labels),
    );
  });
});

describe('generateDataset', () => {
  it.each(generatorNames)('%s fits its facts, uses every class and is finite', (name) => {
    const spec = small(name);
    const { facts, train, test, all } = generateDataset(spec);
    expect(facts).toEqual(generatedFacts(spec));
    expect([train.count, test.count]).toEqual([facts.trainCount, facts.testCount]);
    expect(all.inputs.length).toBe((facts.trainCount + facts.testCount) * facts.inputs);
    expect(new Set(all.labels).size).toBe(facts.classes);
    expect(all.inputs.every(Number.isFinite)).toBe(true);
  });

  it.each(generatorNames)('%s is the same for the same seed and another for another', (name) => {
    const [a, b] = [generateDataset(small(name)), generateDataset(small(name))];
    expect(digest(a.all.inputs)).toBe(digest(b.all.inputs));
    const other = generateDataset(small(name, { dataSeed: 1 }));
    expect(digest(other.all.inputs)).not.toBe(digest(a.all.inputs));
  });

  it.each(generatorNames.filter((name) => name !== 'modular-addition'))(
    '%s has the same first samples and the same test part whatever the number of training samples',
    (name) => {
      const long = generateDataset(small(name));
      const fewer = 'points' in defaultGeneratedSpec(name) ? { points: 50 } : { trainCount: 50 };
      const short = generateDataset(small(name, fewer));
      expect(Array.from(long.train.inputs.subarray(0, short.train.inputs.length))).toEqual(
        Array.from(short.train.inputs),
      );
      expect(Array.from(long.train.labels.subarray(0, 50))).toEqual(Array.from(short.train.labels));
      expect(Array.from(long.test.inputs)).toEqual(Array.from(short.test.inputs));
    },
  );

  it('draws spirals of the turns and noise given', () => {
    const { train } = generateDataset(small('two-spirals', { noise: 0, turns: 2 }));
    for (let i = 0; i < train.count; i++) {
      const [x, y] = [train.inputs[2 * i] as number, train.inputs[2 * i + 1] as number];
      const radius = Math.hypot(x, y);
      const angle = 2 * Math.PI * 2 * radius + Math.PI * (train.labels[i] as number);
      expect(
        Math.abs(x - radius * Math.cos(angle)) + Math.abs(y - radius * Math.sin(angle)),
      ).toBeLessThan(1e-5);
    }
  });

  it('puts clouds at the separation given: the mean of a class is that far out, its variance 1', () => {
    const spec = small('gaussian-mixture', {
      trainCount: 4000,
      classCount: 2,
      dimensions: 5,
      separation: 7,
    });
    const { train } = generateDataset(spec);
    const rows = Array.from({ length: 2000 }, (_, i) => train.inputs.subarray(10 * i, 10 * i + 5));
    const mean = [0, 1, 2, 3, 4].map(
      (d) => rows.reduce((sum, row) => sum + (row[d] as number), 0) / 2000,
    );
    expect(Math.abs(Math.hypot(...mean) - 7)).toBeLessThan(0.1);
    const variance =
      rows.reduce((sum, row) => sum + ((row[0] as number) - (mean[0] as number)) ** 2, 0) / 2000;
    expect(Math.abs(variance - 1)).toBeLessThan(0.13);
  });

  it('adds modulo the number given, every pair once', () => {
    const { all, facts } = generateDataset(
      small('modular-addition', { modulus: 7, trainShare: 0.6 }),
    );
    expect([facts.trainCount, facts.testCount]).toEqual([29, 20]);
    const pairs = new Set<string>();
    for (let i = 0; i < all.count; i++) {
      const row = all.inputs.subarray(i * 24, (i + 1) * 24);
      const [a, b, sign] = [0, 1, 2].map((p) => row.subarray(8 * p, 8 * p + 8).indexOf(1)) as [
        number,
        number,
        number,
      ];
      expect([sign, all.labels[i]]).toEqual([7, (a + b) % 7]);
      pairs.add(`${a} ${b}`);
    }
    expect(pairs.size).toBe(49);
  });

  it('labels by the parity of as many bits as given', () => {
    const { all } = generateDataset(small('parity', { bits: 6, relevantBits: 2 }));
    // Flipping one bit changes the label where the bit counts: with two that count, sums over them tell all.
    const agrees = (i: number, j: number) =>
      all.labels.every((label, n) => {
        const row = all.inputs.subarray(6 * n, 6 * n + 6);
        return label === Number((row[i] as number) * (row[j] as number) < 0);
      });
    const pairs = [0, 1, 2, 3, 4, 5].flatMap((i) =>
      [0, 1, 2, 3, 4, 5].filter((j) => j > i && agrees(i, j)).map((j) => [i, j]),
    );
    expect(pairs).toHaveLength(1);
  });

  it('asks for the token that followed the last one where it stood before', () => {
    const { all } = generateDataset(small('token-copying', { length: 6, vocabulary: 5 }));
    for (let n = 0; n < all.count; n++) {
      const tokens = [0, 1, 2, 3, 4, 5].map((p) =>
        all.inputs.subarray(n * 30 + 5 * p, n * 30 + 5 * p + 5).indexOf(1),
      );
      const places = tokens.flatMap((token, p) => (token === tokens[5] ? [p] : []));
      expect(places).toHaveLength(2);
      expect(all.labels[n]).toBe(tokens[(places[0] as number) + 1]);
    }
  });

  it('draws digits inside the image, that a nearest-mean rule tells apart far above chance', () => {
    const { train, test } = generateDataset(
      small('glyph-digits', { trainCount: 600, testCount: 200 }),
    );
    expect(train.inputs.every((v) => v >= 0 && v <= 1)).toBe(true);
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    train.labels.forEach((label, i) =>
      train.inputs.subarray(784 * i, 784 * (i + 1)).forEach((v, p) => {
        const mean = means[label] as Float64Array;
        mean[p] = (mean[p] as number) + v / 60;
      }),
    );
    const distance = (mean: Float64Array, i: number) =>
      mean.reduce((sum, m, p) => sum + (m - (test.inputs[784 * i + p] as number)) ** 2, 0);
    const right = test.labels.filter((label, i) => {
      const distances = means.map((mean) => distance(mean, i));
      return distances.indexOf(Math.min(...distances)) === label;
    }).length;
    expect(right).toBeGreaterThan(120);
    expect(right).toBeLessThan(200);
  });
});
