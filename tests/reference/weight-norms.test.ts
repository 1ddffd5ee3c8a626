import { describe, expect, it } from 'vitest';
import { normRatio } from '#main/metrics/compressibility/norm-ratio';
import { cosine, euclideanNorm } from '#main/metrics/vectors';
import { compareWeights } from '#main/metrics/compare-weights';
import { readFixture } from './fixtures';

describe('normRatio', () => {
  for (const row of readFixture('trajectory.json').compressibility)
    it(`is the reference's compressibility of ${row.name}`, () => {
      const got = normRatio(row.w.data);
      if (row.value === null) expect(got).toBeNull();
      else expect(got).toBeCloseTo(row.value, 12);
    });
});

describe('distance from a beginning', () => {
  const { models, distance } = readFixture('similarity.json');
  it('is the reference of two models: absolute, relative to the first, and their angle', () => {
    const [first, second] = [models.first.data, models.second.data];
    expect(euclideanNorm(first)).toBeCloseTo(distance.norm_first, 12);
    expect(compareWeights(second, first).distance).toBeCloseTo(distance.l2, 12);
    expect(compareWeights(second, first).distance / euclideanNorm(first)).toBeCloseTo(
      distance.relative_to_first,
      12,
    );
    expect(cosine(first, second)).toBeCloseTo(distance.cosine, 12);
  });
});
