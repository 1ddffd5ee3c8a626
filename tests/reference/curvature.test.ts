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
import { densityGrid, smoothedDensity } from '#main/metrics/curvature/density';
import { hutchPlusPlus } from '#main/metrics/curvature/hutch-plus-plus';
import { layeredCurvature } from '#main/metrics/curvature/layer-traces';
import { LanczosRecurrence } from '#main/metrics/curvature/lanczos';
import { integrate, stochasticQuadrature } from '#main/metrics/curvature/quadrature';
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

  it('finds the end of a crowded negative part, as of trained networks', async () => {
    // Three outliers, and values that lie ever closer towards 0 on both sides of it.
    const crowded = Float64Array.from({ length: 400 }, (_, i) =>
      i < 3 ? 4 - i : i % 2 === 0 ? 0.8 ** (i / 4) : -0.15 * 0.97 ** ((i - 3) / 2),
    );
    const diagonal: BatchedProduct = (vectors) =>
      Promise.resolve(
        vectors.map((of) =>
          of.map((v) => Float64Array.from(v, (x, i) => x * (crowded[i] as number))),
        ),
      );
    for (let seed = 0; seed < 20; seed++) {
      const [found] = await lanczosExtremes(diagonal, { models: 1, size: 400, seed });
      const bottom = found?.bottom?.value ?? 0;
      expect(found?.bottom?.residual).toBeLessThanOrEqual(1e-3 * Math.abs(bottom));
      expect(bottom / -0.15).toBeCloseTo(1, 2);
    }
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
  it('has the Rayleigh quotients of the fixture until it settles', async () => {
    const start = Float64Array.from(fixture.power_iteration.start.data);
    const [result] = await powerIteration(product, { models: 1, size, seed: 0, start });
    const values = (result?.history ?? []).map(({ top }) => top.value);
    const expected: number[] = fixture.power_iteration.rayleigh.data;
    expect(values.length).toBeGreaterThan(3);
    const both = Math.min(values.length, expected.length);
    expect(relativeError(values.slice(0, both), expected.slice(0, both))).toBeLessThan(
      denseAlgebra,
    );
  });

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

/** Part of the seeds for which an estimate lies within two of its standard errors of the truth. */
async function coverage(
  seeds: number,
  estimateOf: (seed: number) => Promise<{ value: number; standardError: number }>,
  truth: number,
): Promise<number> {
  let covered = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { value, standardError } = await estimateOf(seed);
    if (Math.abs(value - truth) <= 2 * standardError) covered++;
  }
  return covered / seeds;
}

describe('hutchPlusPlus', () => {
  it('has error bars that cover the truth about as often as they say', async () => {
    const part = await coverage(
      200,
      async (seed) => {
        const found = await hutchPlusPlus(product, { models: 1, size, seed, products: 45 });
        return found[0] as (typeof found)[number];
      },
      fixture.trace,
    );
    // Two standard errors of a mean of 15: 93.5% for a normal; +-4 standard deviations of the count.
    expect(part).toBeGreaterThan(0.86);
    expect(part).toBeLessThan(0.995);
  });

  it('errs less than Hutchinson with as many products where few eigenvalues are large', async () => {
    const squares = async (of: (seed: number) => Promise<{ value: number }[]>) => {
      let total = 0;
      for (let seed = 0; seed < 60; seed++)
        total += (((await of(seed))[0]?.value ?? 0) - fixture.trace) ** 2;
      return total;
    };
    const options = { models: 1, size };
    const better = await squares((seed) =>
      hutchPlusPlus(product, { ...options, seed, products: 30 }),
    );
    const plain = await squares((seed) =>
      hutchinsonTrace(curvature, { ...options, seed, most: 30 }),
    );
    expect(better).toBeLessThan(plain / 4);
  });

  it('is exact where the sketch spans the range, also of a model of less rank beside another', async () => {
    const diagonal = [5, -3, 2, 0, 0, 0, 0, 0];
    const by: BatchedProduct = (vectors) =>
      Promise.resolve(
        vectors.map((own, s) =>
          own.map((v) =>
            Float64Array.from(v, (x, i) => (s === 0 ? 1 : 0) * x * (diagonal[i] as number)),
          ),
        ),
      );
    const [low, zero] = await hutchPlusPlus(by, { models: 2, size: 8, seed: 1, products: 15 });
    expect(low?.value).toBeCloseTo(4, 10);
    expect(low?.standardError).toBeLessThan(1e-10);
    expect(zero?.value).toBe(0);
  });
});

describe('layeredCurvature', () => {
  const layers = [
    { name: 'first', from: 0, to: 10 },
    { name: 'second', from: 10, to: 30 },
  ];
  const blockTrace = ({ from, to }: { from: number; to: number }) =>
    Array.from({ length: to - from }, (_, i) => matrix[(from + i) * (size + 1)] as number).reduce(
      (a, b) => a + b,
      0,
    );

  it('gives parts whose sum is the trace of the same probes', async () => {
    const layered = layeredCurvature(product, 1, layers);
    const options = { models: 1, size, seed: 4, most: 30 };
    const [whole] = await hutchinsonTrace(layered.curvature, options);
    const [plain] = await hutchinsonTrace(curvature, options);
    const traces = layered.traces(0, 30);
    expect(traces.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(traces.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(whole?.value ?? NaN, 9);
    expect(whole?.value).toBeCloseTo(plain?.value ?? NaN, 9);
  });

  it('has error bars that cover the trace of each block about as often as they say', async () => {
    for (const [index, layer] of layers.entries()) {
      const part = await coverage(
        200,
        async (seed) => {
          const layered = layeredCurvature(product, 1, layers);
          await hutchinsonTrace(layered.curvature, { models: 1, size, seed, most: 30 });
          const found = layered.traces(0, 30)[index];
          return { value: found?.value ?? NaN, standardError: found?.standardError ?? NaN };
        },
        blockTrace(layer),
      );
      expect(part).toBeGreaterThan(0.87);
      expect(part).toBeLessThan(0.995);
    }
  });
});

describe('stochasticQuadrature', () => {
  const steps = 12;
  const moments = [1, fixture.trace / size, fixture.frobenius_norm ** 2 / size];

  it('has the moments of its vectors exactly, and weights whose sum is 1', async () => {
    const [own] = await stochasticQuadrature(product, {
      models: 1,
      size,
      seed: 0,
      steps,
      probes: 3,
    });
    for (const [k, quadrature] of (own ?? []).entries()) {
      let v: ArrayLike<number> = rademacher(size, 0, k);
      const start = v;
      for (let degree = 0; degree < 2 * steps; degree++) {
        const moment =
          Array.from(v).reduce((sum, x, i) => sum + x * (start[i] as number), 0) / size;
        const found = integrate(quadrature, (node) => node ** degree);
        expect(Math.abs(found / moment - 1)).toBeLessThan(degree === 0 ? 1e-12 : denseAlgebra);
        v = times(v);
      }
    }
  });

  it.each([0, 1, 2])(
    'covers moment %i of the matrix as often as its error says',
    async (degree) => {
      const probes = 20;
      const part = await coverage(
        200,
        async (seed) => {
          const found = await stochasticQuadrature(product, {
            models: 1,
            size,
            seed,
            steps: 3,
            probes,
          });
          const values = (found[0] ?? []).map((each) => integrate(each, (node) => node ** degree));
          const { mean, standardError } = meanAndError(values);
          return { value: mean, standardError: standardError + (degree === 0 ? 1e-12 : 0) };
        },
        moments[degree] as number,
      );
      // Two standard errors of a mean of 20: 94% for a normal; +-4 standard deviations of the count. The weights are always 1 together.
      expect(part).toBeGreaterThan(degree === 0 ? 0.999 : 0.87);
      if (degree > 0) expect(part).toBeLessThan(0.995);
    },
  );

  it('gives a model the same numbers alone and beside one that is exhausted first', async () => {
    const two: BatchedProduct = (vectors) =>
      Promise.resolve(
        vectors.map((own, s) =>
          own.map((v) => (s === 0 ? times(v) : Float64Array.from(v, (x) => 2 * x))),
        ),
      );
    const options = { size, seed: 5, steps, probes: 2 };
    const [alone] = await stochasticQuadrature(product, { models: 1, ...options });
    const [together, identity] = await stochasticQuadrature(two, { models: 2, ...options });
    expect(together).toEqual(alone);
    expect(identity?.map(({ nodes }) => nodes.length)).toEqual([1, 1]);
    expect(identity?.[0]?.nodes[0]).toBeCloseTo(2, 12);
  });
});

describe('integrate', () => {
  it('gives the moments of the fixture from its nodes and weights', () => {
    const quadrature = { nodes: fixture.slq.nodes.data, weights: fixture.slq.weights.data };
    const found = [0, 1, 2, 3, 4].map((k) => integrate(quadrature, (node) => node ** k));
    expect(relativeError(found, fixture.slq.moments.data)).toBeLessThan(denseAlgebra);
  });
});

describe('smoothedDensity', () => {
  const grid: number[] = fixture.density.grid.data;
  const { sigma } = fixture.density;

  it('gives the densities of the fixture, of the quadrature and of all eigenvalues', () => {
    const quadrature = { nodes: fixture.slq.nodes.data, weights: fixture.slq.weights.data };
    expect(
      relativeError(smoothedDensity(quadrature, { grid, sigma }), fixture.density.slq.data),
    ).toBeLessThan(denseAlgebra);
    const exact = {
      nodes: Float64Array.from(eigenvalues),
      weights: new Float64Array(size).fill(1 / size),
    };
    expect(
      relativeError(smoothedDensity(exact, { grid, sigma }), fixture.density.exact.data),
    ).toBeLessThan(denseAlgebra);
  });

  it('integrates to 1 on the grid that is made for it', () => {
    const quadrature = {
      nodes: Float64Array.of(-1, 0, 3),
      weights: Float64Array.of(0.2, 0.5, 0.3),
    };
    const on = densityGrid([quadrature], { relativeSigma: 0.02, points: 2001 });
    if (!on) throw new Error('the nodes have a range');
    const step = (on.grid[1] as number) - (on.grid[0] as number);
    const total = smoothedDensity(quadrature, on).reduce((a, b) => a + b, 0) * step;
    // What lies beyond four standard deviations is missing on either side: 3e-5 of a node's weight.
    expect(Math.abs(total - 1)).toBeLessThan(1e-4);
    expect(on.sigma).toBeCloseTo(0.08, 12);
  });

  it('has no grid where all nodes are one', () => {
    const nodes = Float64Array.of(2);
    expect(
      densityGrid([{ nodes, weights: Float64Array.of(1) }], { relativeSigma: 0.1, points: 5 }),
    ).toBeNull();
  });
});
