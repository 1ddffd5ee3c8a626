import { describe, expect, it } from 'vitest';
import { symmetricSpectrum } from '#main/engine/symmetric-spectrum';
import { NotConvergedError } from '#shared/errors';
import { denseAlgebra } from '../tolerances';
import { readFixture, relativeError } from './fixtures';

describe('symmetricSpectrum', () => {
  const { matrix, eigenvalues } = readFixture('curvature.json');

  it("gives the reference's eigenvalues of a dense matrix with a cluster and negative ones", () => {
    const got = symmetricSpectrum(Float64Array.from(matrix.data), 30);
    expect(relativeError(got, eigenvalues.data)).toBeLessThan(denseAlgebra);
  });

  it('reads the lower triangle alone', () => {
    const lower = Float64Array.from(matrix.data, (value: number, at) =>
      at % 30 > Math.floor(at / 30) ? NaN : value,
    );
    expect(relativeError(symmetricSpectrum(lower, 30), eigenvalues.data)).toBeLessThan(
      denseAlgebra,
    );
  });

  it('gives closed forms: a diagonal, a rank-one matrix, the path of n vertices, nothing', () => {
    expect([...symmetricSpectrum(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3)]).toEqual([
      -1, 2, 3,
    ]);
    const ones = symmetricSpectrum(new Float64Array(25).fill(1), 5);
    [0, 0, 0, 0, 5].forEach((value, i) => {
      expect(ones[i]).toBeCloseTo(value, 12);
    });
    const n = 7;
    const path = Float64Array.from({ length: n * n }, (_, at) =>
      Math.abs(Math.floor(at / n) - (at % n)) === 1 ? 1 : 0,
    );
    const cosines = Array.from(
      { length: n },
      (_, k) => 2 * Math.cos((Math.PI * (n - k)) / (n + 1)),
    );
    expect(relativeError(symmetricSpectrum(path, n), cosines)).toBeLessThan(denseAlgebra);
    expect([...symmetricSpectrum(Float64Array.of(4), 1)]).toEqual([4]);
    expect([...symmetricSpectrum(new Float64Array(0), 0)]).toEqual([]);
  });

  it('refuses entries that are not finite', () => {
    expect(() => symmetricSpectrum(Float64Array.of(1, NaN, NaN, 1), 2)).toThrow(NotConvergedError);
  });
});
