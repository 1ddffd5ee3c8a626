import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mlp } from '#main/engine/networks/mlp';
import { initialParameters } from '#main/engine/networks/initialise';
import { RandomStream } from '#main/engine/random';
import { compareWeights } from '#main/metrics/compare-weights';
import { euclideanNorm, innerProduct } from '#main/metrics/vectors';
import { randomDirection } from '#main/metrics/directions/filter-normalised';
import { topEigenvectors } from '#main/metrics/curvature/top-eigenvectors';
import { modelPlane } from '#main/metrics/directions/model-plane';
import { symmetricEigen } from '#main/metrics/directions/symmetric-eigen';
import { principalDirections } from '#main/metrics/directions/trajectory-plane';
import { hessianProduct } from '#main/metrics/curvature/products';
import { centredPositions, evaluatePlane, type Plane } from '#main/metrics/plane';
import { roughnessIndex, variationOverRange } from '#main/metrics/roughness/roughness-index';
import { contextOf, leastSquares, randomSamples, weightsOf } from '../fixtures/small-landscapes';
import { denseAlgebra, float32Gradient } from '../tolerances';
import { relativeError } from '../reference/fixtures';

/** Sixteenths: sums and products of a few are exact. */
const entry = fc.integer({ min: -48, max: 48 }).map((n) => n / 16);
const vector = (length: number) => fc.array(entry, { minLength: length, maxLength: length });

describe('symmetricEigen', () => {
  it('gives orthonormal vectors that the matrix multiplies by falling values', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 7 })
          .chain((n) => fc.array(vector(n), { minLength: n, maxLength: n })),
        (rows) => {
          const matrix = rows.map((row, i) => row.map((x, j) => x + (rows[j]?.[i] as number)));
          const scale = Math.max(1, ...matrix.flat().map(Math.abs));
          const pairs = symmetricEigen(matrix);
          pairs.forEach(({ value, vector: v }, k) => {
            expect(value).toBeLessThanOrEqual(pairs[k - 1]?.value ?? Infinity);
            matrix.forEach((row, i) => {
              expect(Math.abs(innerProduct(row, v) - value * (v[i] as number))).toBeLessThan(
                denseAlgebra * scale,
              );
            });
            for (const [l, { vector: other }] of pairs.entries())
              expect(innerProduct(v, other)).toBeCloseTo(Number(k === l), 9);
          });
        },
      ),
    );
  });

  it('refuses what is not finite', () => {
    expect(() =>
      symmetricEigen([
        [1, NaN],
        [NaN, 1],
      ]),
    ).toThrow(/must be finite/);
  });
});

describe('surfaces of a quadratic', () => {
  const { context, lossAt, hessian } = leastSquares();
  const theta = Float32Array.of(0.5, -1, 2, 0.25);
  const side = centredPositions(9, 1);
  const options = { samples: 5, statistics: 'batch' } as const;
  const surface = (plane: Plane) =>
    evaluatePlane(context, weightsOf(theta), { plane, grid: { x: side, y: side } }, options);

  it('are the quadratic in any two directions', async () => {
    await fc.assert(
      fc.asyncProperty(vector(4), vector(4), async (u, v) => {
        const directions = [Float64Array.from(u), Float64Array.from(v)] as const;
        const { loss } = await surface({ origin: theta, directions });
        const expected = side.flatMap((b) =>
          side.map((a) =>
            lossAt(theta.map((w, i) => w + b * (v[i] as number) + a * (u[i] as number))),
          ),
        );
        // The reference computes in float64 with the same float32 weights: the formula to rounding.
        expect(relativeError(loss as number[], expected)).toBeLessThan(1e-12);
      }),
      { numRuns: 20 },
    );
  });

  it('curve by the eigenvalues along the eigenvectors, and not at all between them', async () => {
    const exact = symmetricEigen(hessian);
    const product = hessianProduct({ context, models: [weightsOf(theta)], samples: 5 });
    const [found] = await topEigenvectors(product, { models: 1, size: 4, seed: 0, count: 2 });
    const [first, second] = found?.pairs ?? [];
    if (!first || !second) throw new Error('there must be two directions');
    expect(first.value).toBeCloseTo(exact[0]?.value as number, 5);
    expect(second.value).toBeCloseTo(exact[1]?.value as number, 5);
    const directions = [Float64Array.from(first.vector), Float64Array.from(second.vector)] as const;
    const { loss } = await surface({ origin: theta, directions });
    const at = (row: number, column: number) => loss[row * side.length + column] as number;
    const h = 0.25;
    const curvature = (row: number, column: number) =>
      (at(4 + row, 4 + column) - 2 * at(4, 4) + at(4 - row, 4 - column)) / h ** 2;
    const mixed = (at(5, 5) - at(5, 3) - at(3, 5) + at(3, 3)) / (4 * h ** 2);
    expect(curvature(0, 1)).toBeCloseTo(exact[0]?.value as number, 5);
    expect(curvature(1, 0)).toBeCloseTo(exact[1]?.value as number, 5);
    expect(mixed).toBeCloseTo(0, 5);
    expect(compareWeights(...directions).cosine).toBeCloseTo(0, 6);
  });
});

describe('randomDirection', () => {
  const inputs = 5;
  const classes = 3;
  const network = mlp({ sizes: [inputs, 6, 6, classes], activation: 'relu' });
  const samples = randomSamples({ inputs, classes, count: 12 });
  const context = contextOf(network, samples);
  const theta = initialParameters(network, 0, 'fan-in-uniform');

  /** The same function: the first layer times a factor, the second divided by it. */
  function rescaled(factor: number): Float32Array {
    const result = Float32Array.from(theta);
    const first = inputs * 6 + 6;
    for (let i = 0; i < first; i++) result[i] = (theta[i] as number) * factor;
    for (let i = first; i < first + 36; i++) result[i] = (theta[i] as number) / factor;
    return result;
  }

  it('gives rescaled ReLU nets the same surface', async () => {
    const side = centredPositions(5, 1);
    const surface = async (origin: Float32Array) => {
      const directions = [0, 1].map((index) => randomDirection(network.parameters, origin, index));
      const plane = { origin, directions: directions as unknown as Plane['directions'] };
      return evaluatePlane(
        context,
        weightsOf(origin),
        { plane, grid: { x: side, y: side } },
        { samples: 12, statistics: 'batch' },
      );
    };
    const before = await surface(theta);
    for (const factor of [0.125, 3, 100]) {
      const after = await surface(rescaled(factor));
      expect(relativeError(after.loss as number[], before.loss as number[])).toBeLessThan(
        float32Gradient,
      );
    }
  });

  it('is as long as the weights without biases, and another one for each number', () => {
    const first = randomDirection(network.parameters, theta, 0);
    const second = randomDirection(network.parameters, theta, 1);
    const isWeight = (i: number) => i < 30 || (i >= 36 && i < 72) || (i >= 78 && i < 96);
    const weights = theta.map((w, i) => (isWeight(i) ? w : 0));
    expect(euclideanNorm(first)).toBeCloseTo(euclideanNorm(weights), 6);
    expect(euclideanNorm(second)).toBeCloseTo(euclideanNorm(weights), 6);
    expect(Math.abs(compareWeights(first, second).cosine ?? 1)).toBeLessThan(0.5);
  });
});

describe('principalDirections', () => {
  it('explain all of a planar trajectory and place its points where they are', () => {
    fc.assert(
      fc.property(
        vector(6),
        vector(6),
        fc.array(fc.tuple(entry, entry), { minLength: 3, maxLength: 8 }),
        (u, v, positions) => {
          const points = positions.map(([a, b]) => u.map((x, i) => a * x + b * (v[i] as number)));
          const found = principalDirections(points);
          if (found === null) return;
          const [first, second] = found.explained;
          expect(first + second).toBeCloseTo(1, 6);
          expect(first).toBeGreaterThanOrEqual(second);
          expect(compareWeights(...found.directions).cosine).toBeCloseTo(0, 4);
          points.forEach((point, t) => {
            const end = points.at(-1) as number[];
            const rebuilt = end.map(
              (e, i) =>
                e +
                (found.x[t] as number) * (found.directions[0][i] as number) +
                (found.y[t] as number) * (found.directions[1][i] as number),
            );
            rebuilt.forEach((value, i) => {
              expect(value).toBeCloseTo(point[i] as number, 4);
            });
          });
        },
      ),
    );
  });

  it('are none of two points, of points on a line, and of one point', () => {
    expect(
      principalDirections([
        [1, 2, 3],
        [0, 0, 1],
      ]),
    ).toBeNull();
    expect(
      principalDirections([
        [2, 4],
        [1, 2],
        [0, 0],
        [3, 6],
      ]),
    ).toBeNull();
    expect(principalDirections([[2, 4]])).toBeNull();
    expect(
      principalDirections([
        [2, 4],
        [2, 4],
        [2, 4],
      ]),
    ).toBeNull();
  });

  it('are the axes of a trajectory along them, with the parts of their squares', () => {
    const found = principalDirections([
      [3, 0, 0],
      [-3, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(found?.explained[0]).toBeCloseTo(18 / 23, 12);
    expect(found?.explained[1]).toBeCloseTo(4 / 23, 12);
    expect(found?.directions.map((d) => Array.from(d, Math.abs))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});

describe('modelPlane', () => {
  it('passes through the three models', () => {
    fc.assert(
      fc.property(vector(5), vector(5), vector(5), (a, b, c) => {
        const found = modelPlane([a, b, c]);
        if (found === null) return;
        const [u, v] = found.directions;
        [a, b, c].forEach((model, k) => {
          model.forEach((w, i) => {
            const there =
              (a[i] as number) +
              (found.x[k] as number) * (u[i] as number) +
              (found.y[k] as number) * (v[i] as number);
            expect(there).toBeCloseTo(w, 9);
          });
        });
        expect(innerProduct(u, v)).toBeCloseTo(0, 8);
        expect([euclideanNorm(u), euclideanNorm(v)]).toEqual([
          expect.closeTo(1, 12),
          expect.closeTo(1, 12),
        ]);
      }),
    );
  });

  it('is none for models on one line and for equal ones', () => {
    expect(
      modelPlane([
        [0, 0],
        [1, 1],
        [3, 3],
      ]),
    ).toBeNull();
    expect(
      modelPlane([
        [1, 2],
        [1, 2],
        [3, 3],
      ]),
    ).toBeNull();
    expect(
      modelPlane([
        [1, 2],
        [3, 3],
        [1, 2],
      ]),
    ).toBeNull();
  });
});

describe('variationOverRange', () => {
  it('of a cosine over p periods is 2 p', () => {
    for (const periods of [1, 2, 3, 7]) {
      const line = Array.from(
        { length: 40 * periods + 1 },
        (_, i) => 5 + 0.1 * Math.cos((Math.PI * i) / 20),
      );
      expect(variationOverRange(line)).toBeCloseTo(2 * periods, 9);
    }
  });

  it('does not change with a factor, a shift and the direction of the line; it is 1 exactly for monotone ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 }),
        (line) => {
          const value = variationOverRange(line);
          const moved = variationOverRange(line.map((f) => 4 * f - 8));
          expect(moved).toBe(value);
          expect(variationOverRange(line.toReversed())).toBe(value);
          if (value === null) expect(new Set(line).size).toBe(1);
          else expect(value).toBeGreaterThanOrEqual(1);
          const sorted = variationOverRange(line.toSorted((a, b) => a - b));
          if (sorted !== null) expect(sorted).toBe(1);
        },
      ),
    );
  });
});

describe('roughnessIndex', () => {
  it('has an error bar that covers the index of many directions about as often as a standard error does', () => {
    const stream = new RandomStream(0, 'test');
    // Total variations 1 + gamma: their index is known.
    const draw = () => 1 + stream.gamma(4) / 4;
    const truth = 0.5 / 2;
    let covered = 0;
    const repeats = 400;
    for (let i = 0; i < repeats; i++) {
      const found = roughnessIndex(Array.from({ length: 20 }, draw));
      if (found && Math.abs(found.index - truth) <= 2 * (found.error as number)) covered++;
    }
    // 95% for a normal estimate; skewed ones of twenty have somewhat less.
    expect(covered / repeats).toBeGreaterThan(0.8);
    expect(covered / repeats).toBeLessThan(0.99);
  });

  it('is null where nothing can be said', () => {
    expect(roughnessIndex([])).toBeNull();
    expect(roughnessIndex([2])).toBeNull();
    expect(roughnessIndex([0, 0, 0])).toBeNull();
    expect(roughnessIndex([1, 3])).toMatchObject({ error: null, mean: 2 });
  });
});
