import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { cnn } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { RandomStream } from '#main/engine/random';
import { definition as compressibility } from '#main/metrics/compressibility/definition';
import { measure as measureCompressibility } from '#main/metrics/compressibility/measure';
import { definition } from '#main/metrics/weight-norms/definition';
import { measure } from '#main/metrics/weight-norms/measure';
import { pathNorm, whyNoPathNorm } from '#main/metrics/weight-norms/path-norm';
import { spectralNorm } from '#main/metrics/weight-norms/spectral-norm';
import { modelSchema, type ModelSpec } from '#shared/domain/model-spec';
import {
  columnOf,
  runThrough,
  scalarsOf,
  smallContext,
  surroundings,
} from '../../fixtures/trained-runs';
import { quickSettings } from './cell-context';

const executor = new ReferenceExecutor();
const relu: ModelSpec = quickSettings().model;
const network = mlp({ sizes: [3, 4, 2], activation: 'relu' });
const contextOf = (of: Network, inputs = 3) =>
  smallContext(executor, of, { count: 9, inputs, classes: 2 });

function random(of: Network): Float32Array {
  const stream = new RandomStream(4, 'test');
  return Float32Array.from({ length: of.parameterCount }, () => stream.normal());
}

describe('pathNorm', () => {
  it('is the sum over all paths, counted one by one', async () => {
    const theta = random(network);
    const w1 = (i: number, j: number) => theta[3 * i + j] as number;
    const b1 = (i: number) => theta[12 + i] as number;
    const w2 = (k: number, i: number) => theta[16 + 4 * k + i] as number;
    let total = 0;
    for (let k = 0; k < 2; k++) {
      total += (theta[24 + k] as number) ** 2;
      for (let i = 0; i < 4; i++) {
        total += (b1(i) * w2(k, i)) ** 2;
        for (let j = 0; j < 3; j++) total += (w1(i, j) * w2(k, i)) ** 2;
      }
    }
    const got = await pathNorm(contextOf(network), { theta }, relu);
    expect('value' in got && got.value).toBeCloseTo(Math.sqrt(total), 5);
  });

  it('does not change when weights into a unit grow and those out of it shrink', async () => {
    const theta = random(network);
    const scaled = theta.slice();
    const factor = 8;
    for (let j = 0; j < 3; j++) scaled[3 + j] = factor * (theta[3 + j] as number);
    scaled[13] = factor * (theta[13] as number);
    for (let k = 0; k < 2; k++) scaled[16 + 4 * k + 1] = (theta[16 + 4 * k + 1] as number) / factor;
    const before = await pathNorm(contextOf(network), { theta }, relu);
    const after = await pathNorm(contextOf(network), { theta: scaled }, relu);
    expect(after).toEqual(before);
  });

  it('counts the paths of a convolution with padding, pixel by pixel', async () => {
    const net = cnn({
      image: [2, 2, 1],
      classes: 2,
      width: 1,
      depth: 1,
      activation: 'relu',
      norm: 'none',
    });
    const theta = random(net);
    // 3x3 kernel on 2x2 pixels: tap (r, c) is inside for as many pixels as it has places to go to.
    const places = [1, 2, 1];
    let mean = 0;
    for (let r = 0; r < 3; r++)
      for (let c = 0; c < 3; c++)
        mean +=
          ((places[r] as number) * (places[c] as number) * (theta[3 * r + c] as number) ** 2) / 4;
    mean += (theta[9] as number) ** 2;
    let total = 0;
    for (let k = 0; k < 2; k++)
      total += mean * (theta[10 + k] as number) ** 2 + (theta[12 + k] as number) ** 2;
    const model = { ...relu, family: 'cnn', depth: 1 } as ModelSpec;
    const got = await pathNorm(contextOf(net, 4), { theta }, model);
    expect('value' in got && got.value).toBeCloseTo(Math.sqrt(total), 5);
  });

  it('is refused with a reason where units cannot be rescaled', () => {
    expect(whyNoPathNorm(relu)).toBeNull();
    expect(whyNoPathNorm({ ...relu, activation: 'tanh' } as ModelSpec)).toMatch(
      /ReLU networks, this one has tanh/,
    );
    expect(whyNoPathNorm({ ...relu, norm: 'batch' } as ModelSpec)).toMatch(/norm layers/);
    expect(whyNoPathNorm({ ...relu, family: 'transformer' } as ModelSpec)).toMatch(/attention/);
    const chain = (kind: string, ...more: object[]) =>
      modelSchema.parse({
        family: 'sequential',
        layers: [{ layer: 'linear', name: 'a', out: 2 }, { layer: 'activation', kind }, ...more],
      });
    expect(whyNoPathNorm(chain('relu'))).toBeNull();
    expect(whyNoPathNorm(chain('gelu'))).toMatch(/ReLU networks, this one has gelu/);
    expect(whyNoPathNorm(chain('relu', { layer: 'norm', name: 'n', kind: 'layer' }))).toMatch(
      /norm layers/,
    );
  });
});

describe('spectralNorm', () => {
  it('is the largest singular value: of a diagonal, of one column, of a rotation with scales', () => {
    expect(spectralNorm([3, 0, 0, 0, -5, 0], [2, 3])).toBeCloseTo(5, 8);
    expect(spectralNorm([3, 4], [2, 1])).toBeCloseTo(5, 12);
    // [[a, b], [c, d]]: singular values from trace and determinant of A'A.
    const [a, b, c, d] = [1, 2, -3, 0.5] as const;
    const squares = a * a + b * b + c * c + d * d;
    const determinant = a * d - b * c;
    const top = Math.sqrt((squares + Math.sqrt(squares ** 2 - 4 * determinant ** 2)) / 2);
    expect(spectralNorm([a, b, c, d], [2, 2])).toBeCloseTo(top, 8);
  });

  it('is 0 for zeros', () => {
    expect(spectralNorm(new Float32Array(6), [2, 3])).toBe(0);
  });
});

describe('weight-norms', () => {
  const none = new Float32Array(0);
  const weights = (theta: Float32Array) => ({ theta, statistics: none });
  const around = surroundings(contextOf(network));

  it('adds up by layers, and tells the distance from the initial weights', async () => {
    const initial = random(network);
    const theta = initial.map((w, i) => w + (i < 16 ? 3 : 4) / Math.sqrt(i < 16 ? 16 : 10));
    const [result] = await measure.measure(
      around,
      [runThrough(1, [weights(initial), weights(theta)])],
      undefined,
    );
    const scalars = scalarsOf(result?.measurements);
    expect(Object.keys(scalars).sort()).toEqual(definition.scalars.map(({ name }) => name).sort());
    expect(scalars['initialDistance']?.value).toBeCloseTo(5, 5);
    const distances = columnOf(result?.measurements, 'weight-norms-by-layer', 'initialDistance');
    expect(distances[0]).toBeCloseTo(3, 5);
    expect(distances[1]).toBeCloseTo(4, 5);
    const norms = columnOf(result?.measurements, 'weight-norms-by-layer', 'norm');
    expect(Math.hypot(...norms.map((x) => x as number))).toBeCloseTo(
      scalars['weightNorm']?.value as number,
      5,
    );
    const initialNorm = Math.hypot(...initial);
    expect(scalars['relativeInitialDistance']?.value).toBeCloseTo(5 / initialNorm, 5);
    expect(columnOf(result?.measurements, 'spectral-norms', 'norm')).toHaveLength(2);
  });

  it('says that a distance relative to zeros is none', async () => {
    const zeros = weights(new Float32Array(network.parameterCount));
    const run = runThrough(1, [zeros, weights(random(network))]);
    const [result] = await measure.measure(around, [run], undefined);
    expect(scalarsOf(result?.measurements)['relativeInitialDistance']).toMatchObject({
      value: null,
      reason: 'the initial weights are 0',
    });
  });
});

describe('compressibility', () => {
  it('is told of all weights and of each layer, and is null for zeros', async () => {
    const theta = new Float32Array(network.parameterCount);
    const none = new Float32Array(0);
    const around = surroundings(contextOf(network));
    const of = async () => {
      const run = runThrough(2, [{ theta, statistics: none }]);
      return (await measureCompressibility.measure(around, [run], undefined))[0]?.measurements;
    };
    expect(scalarsOf(await of())['compressibility']).toMatchObject({
      value: null,
      reason: 'all weights are 0',
    });
    theta.fill(0.25, 0, 9);
    const measurements = await of();
    expect(scalarsOf(measurements)['compressibility']?.value).toBeCloseTo(3, 6);
    expect(columnOf(measurements, 'compressibility-by-layer', 'ratio')).toEqual([
      expect.closeTo(3, 6),
      null,
    ]);
    expect(Object.keys(scalarsOf(measurements))).toEqual(
      compressibility.scalars.map(({ name }) => name),
    );
  });
});
