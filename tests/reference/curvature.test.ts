import { describe, expect, it } from 'vitest';
import { tridiagonalSpectrum } from '#main/engine/tridiagonal';
import {
  lanczosExtremes,
  powerIteration,
  type BatchedProduct,
} from '#main/metrics/curvature/extremes';
import {
  hutchinsonTrace,
  meanAndError,
  rademacher,
  type BatchedCurvature,
} from '#main/metrics/curvature/hutchinson';
import { LanczosRecurrence } from '#main/metrics/curvature/lanczos';
import { denseAlgebra } from '../tolerances';
import { readFixture, relativeError } from './fixtures';

const fixture = readFixture('curvature.json');
const size = 30;
const matrix = Float64Array.from(fixture.matrix.data);
const eigenvalues: number[] = fixture.eigenvalues.data;

function times(v: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    let total = 0;
    for (let j = 0; j < size; j++) total += (matrix[i * size + j] as number) * (v[j] as number);
    return total;
  });
}
/** v'Av for every vector. */
const curvature: BatchedCurvature = (vectors) =>
  Promise.resolve([
    vectors.map((v) => times(v).reduce((total, x, i) => total + x * (v[i] as number), 0)),
  ]);
const product: BatchedProduct = (vectors) => Promise.resolve(vectors.map((of) => of.map(times)));

describe('LanczosRecurrence', () => {
  const recurrence = new LanczosRecurrence(fixture.lanczos.start.data);
  const steps = 12;
  const basis: number[] = [];
  for (let k = 0; k < steps; k++) {
    basis.push(...recurrence.vector);
    recurrence.advance(times(recurrence.vector));
  }

  it('gives the tridiagonal matrix and the basis of the fixture', () => {
    expect(relativeError(recurrence.alphas, fixture.lanczos.alphas.data)).toBeLessThan(
      denseAlgebra,
    );
    expect(relativeError(recurrence.betas, fixture.lanczos.betas.data)).toBeLessThan(denseAlgebra);
    expect(relativeError(basis, fixture.lanczos.basis.data)).toBeLessThan(denseAlgebra);
  });

  it('gives the quadrature nodes and weights of its tridiagonal matrix', () => {
    const { values, first } = recurrence.spectrum();
    expect(relativeError(values, fixture.slq.nodes.data)).toBeLessThan(denseAlgebra);
    expect(
      relativeError(
        first.map((w) => w * w),
        fixture.slq.weights.data,
      ),
    ).toBeLessThan(denseAlgebra);
  });

  it('bounds the distance to an eigenvalue by the residual', () => {
    const { top, bottom } = recurrence.extremes();
    for (const ritz of [top, bottom]) {
      const distance = Math.min(...eigenvalues.map((l) => Math.abs(l - ritz.value)));
      expect(distance).toBeLessThanOrEqual(ritz.residual + 1e-12);
    }
  });

  it('ends exactly in an invariant subspace', () => {
    const small = new LanczosRecurrence([1, 1, 0]);
    const diagonal = [2, -3, 7];
    const by = (v: Float64Array) => v.map((x, i) => x * (diagonal[i] as number));
    small.advance(by(small.vector));
    small.advance(by(small.vector));
    expect(small.isExhausted).toBe(true);
    expect(small.extremes().top.value).toBeCloseTo(2, 12);
    expect(small.extremes().bottom.value).toBeCloseTo(-3, 12);
    expect(small.extremes().top.residual).toBe(0);
  });
});

describe('tridiagonalSpectrum', () => {
  it('knows the closed form of the second difference matrix', () => {
    const m = 25;
    const { values, first, last } = tridiagonalSpectrum(
      new Array<number>(m).fill(2),
      new Array<number>(m - 1).fill(-1),
    );
    values.forEach((v, k) => {
      expect(v).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (m + 1)), 12);
      const component = Math.sqrt(2 / (m + 1)) * Math.sin(((k + 1) * Math.PI) / (m + 1));
      expect(Math.abs(first[k] as number)).toBeCloseTo(Math.abs(component), 10);
      expect(Math.abs(last[k] as number)).toBeCloseTo(Math.abs(component), 10);
    });
  });

  it('refuses entries that are not finite', () => {
    expect(() => tridiagonalSpectrum([1, NaN, 2], [1, 1])).toThrow(/finite/);
  });
});

describe('lanczosExtremes', () => {
  it('finds both ends of the spectrum within the residuals it reports', async () => {
    const [result] = await lanczosExtremes(product, { models: 1, size, seed: 0 });
    expect(result?.converged).toBe(true);
    expect(Math.abs((result?.top.value ?? 0) - (eigenvalues.at(-1) as number))).toBeLessThanOrEqual(
      (result?.top.residual ?? 0) + 1e-10,
    );
    expect(Math.abs((result?.bottom?.value ?? 0) - (eigenvalues[0] as number))).toBeLessThanOrEqual(
      (result?.bottom?.residual ?? 0) + 1e-10,
    );
  });

  it('gives a model the same numbers alone and beside another', async () => {
    const two: BatchedProduct = (vectors) =>
      Promise.resolve(
        vectors.map((of, s) => of.map((v) => (s === 0 ? times(v) : times(v).map((x) => -x)))),
      );
    const [alone] = await lanczosExtremes(product, { models: 1, size, seed: 3 });
    const [together, other] = await lanczosExtremes(two, { models: 2, size, seed: 3 });
    expect(together).toEqual(alone);
    expect(other?.top.value).toBeCloseTo(-(eigenvalues[0] as number), 2);
  });
});

describe('powerIteration', () => {
  it('finds the eigenvalue of largest magnitude and no bottom one', async () => {
    const [result] = await powerIteration(product, { models: 1, size, seed: 0 });
    expect(result?.top.value).toBeCloseTo(eigenvalues.at(-1) as number, 0);
    expect(result?.bottom).toBeNull();
  });
});

describe('hutchinsonTrace', () => {
  it('gives the estimates, mean and standard error of the fixture', () => {
    const { probes, estimates, mean, standard_error: standardError } = fixture.hutchinson;
    const values = Array.from({ length: 5 }, (_, k) => {
      const v: number[] = probes.data.slice(k * size, (k + 1) * size);
      return times(v).reduce((total, x, i) => total + x * (v[i] as number), 0);
    });
    expect(relativeError(values, estimates.data)).toBeLessThan(denseAlgebra);
    expect(meanAndError(values).mean).toBeCloseTo(mean, 9);
    expect(meanAndError(values).standardError).toBeCloseTo(standardError, 9);
  });

  it('is exact for a diagonal matrix', async () => {
    const { diagonal, trace } = fixture.diagonal_case;
    const entries: number[] = diagonal.data;
    const by: BatchedCurvature = (vectors) =>
      Promise.resolve([
        vectors.map((v) => entries.reduce((sum, d, i) => sum + d * (v[i] as number) ** 2, 0)),
      ]);
    const [result] = await hutchinsonTrace(by, {
      models: 1,
      size: diagonal.data.length,
      seed: 0,
      most: 100,
    });
    expect(result?.value).toBeCloseTo(trace, 6);
    expect(result?.standardError).toBeLessThan(1e-6);
    expect(result?.probes).toBe(20);
  });

  it('has error bars that cover the truth about as often as they say', async () => {
    const trials = 300;
    let covered = 0;
    for (let seed = 0; seed < trials; seed++) {
      const [result] = await hutchinsonTrace(curvature, { models: 1, size, seed, most: 30 });
      if (Math.abs((result?.value ?? 0) - fixture.trace) <= 2 * (result?.standardError ?? 0))
        covered++;
    }
    // Two standard errors of a mean of 30: 94.5% for a normal; +-4 standard deviations of the count.
    expect(covered / trials).toBeGreaterThan(0.88);
    expect(covered / trials).toBeLessThan(0.995);
  });

  it('spreads as the closed form of one probe says', () => {
    const values = Array.from({ length: 2000 }, (_, k) => {
      const v = rademacher(size, 7, k);
      return times(v).reduce((total, x, i) => total + x * (v[i] as number), 0);
    });
    const { standardError } = meanAndError(values);
    expect(
      (standardError ** 2 * values.length) / fixture.hutchinson.probe_variance,
    ).toBeGreaterThan(0.85);
    expect((standardError ** 2 * values.length) / fixture.hutchinson.probe_variance).toBeLessThan(
      1.15,
    );
  });
});
