import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { networkOf, type Network } from '#main/engine/networks/network';
import { initialParameters } from '#main/engine/networks/initialise';
import { linear, sequence } from '#main/engine/networks/layers';
import { mlp } from '#main/engine/networks/mlp';
import { RandomStream } from '#main/engine/random';
import { definition } from '#main/metrics/cka/definition';
import { gramOf, type HsicKind } from '#main/metrics/cka/hsic';
import { kernelCka, kernelOf } from '#main/metrics/cka/kernel-cka';
import { linearCka, type CkaEstimate } from '#main/metrics/cka/linear-cka';
import { measure as measureCka } from '#main/metrics/cka/measure';
import { jensenShannon } from '#main/metrics/prediction-similarity/jensen-shannon';
import { measure as measurePredictions } from '#main/metrics/prediction-similarity/measure';
import { softmaxRows, type Representation } from '#main/metrics/representation';
import { RunningMean } from '#main/metrics/running-mean';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { executorName, float32Executors } from '../fixtures/executors';
import { samplesOf, surroundingsOf } from '../fixtures/metric-context';
import { denseAlgebra, float32Gradient } from '../tolerances';

const executors = float32Executors();
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

const kinds: readonly HsicKind[] = ['biased', 'debiased'];

function normals(stream: RandomStream, rows: number, columns: number): Representation {
  const data = Float64Array.from({ length: rows * columns }, () => stream.normal());
  return { rows, columns, data };
}

/** X A for a matrix A [columns, out], row-major. */
function times({ rows, columns, data }: Representation, a: ArrayLike<number>): Representation {
  const out = a.length / columns;
  const product = new Float64Array(rows * out);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < out; o++)
      for (let c = 0; c < columns; c++)
        product[r * out + o] =
          (product[r * out + o] as number) +
          (data[r * columns + c] as number) * (a[c * out + o] as number);
  return { rows, columns: out, data: product };
}

/** Rows of a random orthogonal matrix, by Gram and Schmidt. */
function orthogonal(stream: RandomStream, size: number): Float64Array {
  const rows: number[][] = [];
  while (rows.length < size) {
    const row = Array.from({ length: size }, () => stream.normal());
    for (const other of rows) {
      const inner = row.reduce((sum, v, i) => sum + v * (other[i] as number), 0);
      row.forEach((v, i) => (row[i] = v - inner * (other[i] as number)));
    }
    const norm = Math.hypot(...row);
    rows.push(row.map((v) => v / norm));
  }
  return Float64Array.from(rows.flat());
}

function ckaOf(x: Representation, y: Representation, kind: HsicKind, batchSize = x.rows) {
  const options = { kind, batchSize };
  const cka = kernelCka(kernelOf(gramOf(x), options), kernelOf(gramOf(y), options), options);
  if ('reason' in cka) throw new Error(cka.reason);
  return cka;
}

const seeds = fc.integer({ min: 0, max: 1e6 });

describe('kernelCka', () => {
  for (const kind of kinds)
    it(`${kind}: is symmetric, 1 with itself, and blind to rotation, scale and shift`, () => {
      fc.assert(
        fc.property(seeds, fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, scale) => {
          const stream = new RandomStream(seed, 'test');
          const x = normals(stream, 24, 5);
          const y = normals(stream, 24, 3);
          const value = ckaOf(x, y, kind).value;
          const rotated = times(x, orthogonal(stream, 5));
          const moved = { ...rotated, data: rotated.data.map((v) => scale * v - 7) };
          expect(Math.abs(ckaOf(moved, y, kind).value - value)).toBeLessThan(denseAlgebra);
          expect(Math.abs(ckaOf(y, x, kind).value - value)).toBeLessThan(denseAlgebra);
          expect(Math.abs(ckaOf(x, moved, kind).value - 1)).toBeLessThan(denseAlgebra);
        }),
        { numRuns: 30 },
      );
    });

  it('biased: is the number that features give, error included, for any batches', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 40 }), (seed, batch) => {
        const stream = new RandomStream(seed, 'test');
        const x = normals(stream, 30, 4);
        const y = normals(stream, 30, 6);
        const features = linearCka(x, y, batch);
        const kernels = ckaOf(x, y, 'biased', batch);
        expect(Math.abs(kernels.value - (features?.value ?? NaN))).toBeLessThan(denseAlgebra);
        expect(kernels.standardError ?? -1).toBeCloseTo(features?.standardError ?? -1, 9);
      }),
      // A batch of all samples but one leaves a single one, which has no alignment.
      { numRuns: 30, examples: [[0, 29]] },
    );
  });

  it('of independent wide features is near 0 debiased, and far above biased', () => {
    const mean = { biased: new RunningMean(), debiased: new RunningMean() };
    for (let seed = 0; seed < 200; seed++) {
      const stream = new RandomStream(seed, 'test');
      const x = normals(stream, 40, 20);
      const y = normals(stream, 40, 20);
      for (const kind of kinds) mean[kind].add(ckaOf(x, y, kind).value);
    }
    const { mean: debiased, standardError } = mean.debiased.estimate;
    expect(Math.abs(debiased)).toBeLessThan(4 * (standardError ?? 0));
    expect(mean.biased.estimate.mean).toBeGreaterThan(0.25);
  });

  it('has a jackknife error that covers the truth about as often as it says, over 200 draws', () => {
    const a = [0.8, 0.1, -0.4, 0.3, 0.5, 0, 0.2, -0.6, 0.7];
    const noise = 0.7;
    // Of X ~ N(0, I) and Y = X A + noise N(0, I): ||A||^2 / (||I|| ||A'A + noise^2 I||), Frobenius norms.
    const column = (i: number) => [0, 1, 2].map((r) => a[3 * r + i] as number);
    const squares = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => {
        const inner = column(i).reduce((sum, v, r) => sum + v * (column(j)[r] as number), 0);
        return (inner + (i === j ? noise ** 2 : 0)) ** 2;
      }),
    );
    const total = squares.reduce((p, q) => p + q, 0);
    const truth = a.reduce((p, v) => p + v * v, 0) / Math.sqrt(3 * total);
    const errors = (x: Representation, y: Representation) => [
      linearCka(x, y, 64) as CkaEstimate,
      ckaOf(x, y, 'debiased', 64),
    ];
    const covered = [0, 1].map(() => ({ once: 0, twice: 0 }));
    for (let seed = 0; seed < 200; seed++) {
      const stream = new RandomStream(seed, 'test');
      const x = normals(stream, 320, 3);
      const y = times(x, a);
      y.data.forEach((v, i) => (y.data[i] = v + noise * stream.normal()));
      for (const [i, { value, standardError }] of errors(x, y).entries()) {
        const apart = Math.abs(value - truth) / (standardError ?? NaN);
        const counts = covered[i] as (typeof covered)[0];
        counts.once += Number(apart < 1);
        counts.twice += Number(apart < 2);
      }
    }
    // Five batches leave four degrees of freedom: Student's t is within 1 in 63% and within 2 in 88% of 200, give or take 7 and 5.
    for (const { once, twice } of covered) {
      expect(once).toBeGreaterThan(126 - 21);
      expect(once).toBeLessThan(126 + 21);
      expect(twice).toBeGreaterThan(177 - 15);
      expect(twice).toBeLessThan(177 + 15);
    }
  });
});

describe('jensenShannon', () => {
  const logits = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), {
    minLength: 4,
    maxLength: 4,
  });
  const softmax = (row: readonly number[]) =>
    softmaxRows({ rows: 1, columns: row.length, data: Float64Array.from(row) }).data;

  it('lies between 0 and ln 2, is symmetric, and 0 for equal distributions', () => {
    fc.assert(
      fc.property(logits, logits, (a, b) => {
        const [p, q] = [softmax(a), softmax(b)];
        const value = jensenShannon(p, q);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(Math.LN2 + 1e-15);
        expect(Math.abs(jensenShannon(q, p) - value)).toBeLessThan(1e-15);
        expect(jensenShannon(p, p)).toBe(0);
      }),
    );
  });

  it('has a square root that is a distance (Endres and Schindelin 2003)', () => {
    fc.assert(
      fc.property(logits, logits, logits, (a, b, c) => {
        const [p, q, r] = [softmax(a), softmax(b), softmax(c)];
        const apart = (x: Float64Array, y: Float64Array) => Math.sqrt(jensenShannon(x, y));
        expect(apart(p, r)).toBeLessThanOrEqual(apart(p, q) + apart(q, r) + 1e-7);
      }),
    );
  });
});

const inputs = 6;
const classes = 4;

function drawn(seed: number, count: number) {
  const stream = new RandomStream(seed, 'test');
  return samplesOf(
    Array.from({ length: count * inputs }, () => stream.normal()),
    Array.from({ length: count }, (_, i) => i % classes),
    classes,
  );
}

const modelOf = (network: Network, seed: number, theta?: Float32Array) => ({
  seed,
  weights: {
    theta: theta ?? initialParameters(network, seed, 'fan-in-uniform'),
    statistics: new Float32Array(0),
  },
});

const scalarOf = (measurements: readonly { name: string }[], name: string) =>
  measurements.find((m) => m.name === name) as ScalarMeasurement;

/** An MLP of one hidden layer with its hidden units in another order. */
function permuted(theta: Float32Array, order: readonly number[]): Float32Array {
  const hidden = order.length;
  const copy = theta.slice();
  const [bias, out] = [inputs * hidden, (inputs + 1) * hidden];
  order.forEach((from, to) => {
    copy.set(theta.subarray(from * inputs, (from + 1) * inputs), to * inputs);
    copy[bias + to] = theta[bias + from] as number;
    for (let c = 0; c < classes; c++)
      copy[out + c * hidden + to] = theta[out + c * hidden + from] as number;
  });
  return copy;
}

for (const executor of executors)
  describe(`similarity of networks on ${executorName(executor)}`, () => {
    const network = mlp({ sizes: [inputs, 8, classes], activation: 'tanh' });
    const around = surroundingsOf({ executor, network }, drawn(0, 300));

    it('is 1 for a network and its permuted copy: outputs, hidden layer and predictions', async () => {
      const theta = initialParameters(network, 3, 'fan-in-uniform');
      const models = [
        modelOf(network, 0, theta),
        modelOf(network, 1, permuted(theta, [3, 1, 7, 0, 2, 6, 5, 4])),
      ];
      for (const representation of ['softmax', 'logits', 'layer', 'last-layer'])
        for (const hsic of kinds) {
          const settings = definition.settings.parse({
            name: 'cka',
            samples: 200,
            representation,
            hsic,
          });
          const { measurements } = await measureCka.measure(around, models, { settings });
          const { value } = scalarOf(measurements, 'cka');
          expect(Math.abs((value ?? NaN) - 1), `${representation} ${hsic}`).toBeLessThan(
            float32Gradient,
          );
        }
      const { measurements } = await measurePredictions.measure(around, models, {
        settings: { name: 'prediction-similarity', part: 'test' },
      });
      expect(scalarOf(measurements, 'predictionAgreement').value).toBe(1);
      expect(scalarOf(measurements, 'jensenShannon').value).toBeLessThan(float32Gradient);
    });

    it('gives a pair the same numbers alone and among others', async () => {
      const models = [0, 1, 2].map((seed) => modelOf(network, seed));
      const settings = definition.settings.parse({
        name: 'cka',
        samples: 200,
        representation: 'layer',
      });
      const predictions = { name: 'prediction-similarity', part: 'train' } as const;
      const firstPair = async (compared: typeof models) => {
        const cka = await measureCka.measure(around, compared, { settings });
        const alike = await measurePredictions.measure(around, compared, {
          settings: predictions,
        });
        return [cka.measurements[0], ...alike.measurements.slice(0, 2)];
      };
      expect(await firstPair(models.slice(0, 2))).toEqual(await firstPair(models));
    });
  });

describe('the errors of prediction-similarity', () => {
  it('cover the truth about as often as they say, over 200 sets of samples', async () => {
    const [executor] = executors;
    if (!executor) throw new Error('tests: an executor must be there, got none; install one');
    const network = networkOf('linear', sequence([inputs], [linear('fc', classes)]));
    const models = [modelOf(network, 0), modelOf(network, 1)];
    const on = async (seed: number, count: number) => {
      const around = surroundingsOf({ executor, network }, drawn(seed, count));
      const { measurements } = await measurePredictions.measure(around, models, {
        settings: { name: 'prediction-similarity', part: 'test' },
      });
      return measurements as ScalarMeasurement[];
    };
    const truth = await on(1000, 100_000);
    const covered = [0, 0];
    for (let seed = 0; seed < 200; seed++)
      for (const [i, { value, error }] of (await on(seed, 150)).entries()) {
        const apart = Math.abs((value as number) - (truth[i]?.value as number));
        covered[i] = (covered[i] as number) + Number(apart < 1.96 * (error as number));
      }
    // 95% of 200 is 190, give or take 3.
    for (const count of covered) {
      expect(count).toBeGreaterThan(190 - 10);
      expect(count).toBeLessThan(200);
    }
  });
});
