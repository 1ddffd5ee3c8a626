import { describe, expect, it } from 'vitest';
import { normRatio } from '#main/metrics/compressibility/norm-ratio';
import { readFixture } from './fixtures';

describe('normRatio', () => {
  for (const row of readFixture('trajectory.json').compressibility)
    it(`is the reference's compressibility of ${row.name}`, () => {
      const got = normRatio(row.w.data);
      if (row.value === null) expect(got).toBeNull();
      else expect(got).toBeCloseTo(row.value, 12);
    });
});
