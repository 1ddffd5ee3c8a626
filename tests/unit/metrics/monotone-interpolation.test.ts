import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { initialParameters } from '#main/engine/networks/initialise';
import { cnn } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { definition } from '#main/metrics/monotone-interpolation/definition';
import { gaussLength } from '#main/metrics/monotone-interpolation/gauss-length';
import { largestRise } from '#main/metrics/monotone-interpolation/bump';
import { measure } from '#main/metrics/monotone-interpolation/measure';
import type { Measured, TrainedModel } from '#main/metrics/measure';
import { losing, modelOf, randomContext, scalarOf, seriesOf } from '../../fixtures/measured-models';
import { quickSettings } from './cell-context';

const reference = new ReferenceExecutor();
afterAll(() => reference[Symbol.asyncDispose]());

const problem = { inputs: 16, classes: 3, samples: 30 };
const linear = mlp({ sizes: [16, 3], activation: 'relu' });
const deep = mlp({ sizes: [16, 6, 3], activation: 'tanh' });

async function measured(
  network: Network,
  runs: readonly TrainedModel[],
  {
    executor = reference,
    ...change
  }: { executor?: Executor; samples?: number; tolerance?: number } = {},
): Promise<readonly Measured[]> {
  const settings = definition.settings.parse({
    name: 'monotone-interpolation',
    points: 11,
    ...change,
  });
  const context = randomContext(executor, network, problem);
  return measure.measure({ context, settings: quickSettings() }, runs, settings);
}

const weights = (network: Network, seed: number) => initialParameters(network, seed, 'he');

describe('monotone-interpolation', () => {
  it('of a linear model has straight outputs, and a convex loss that rises at most at its end', async () => {
    const [result] = await measured(linear, [modelOf(0, weights(linear, 0), weights(linear, 1))]);
    if (!result) throw new Error('no result');
    // Outputs are linear in the weights; what is left is the rounding of the weights to float32.
    expect(scalarOf(result, 'interpolationGaussLength').value).toBeLessThan(1e-5);
    const losses = seriesOf(result).columns['loss'] as number[];
    const slopes = losses.slice(1).map((loss, i) => loss - (losses[i] as number));
    slopes.slice(1).forEach((slope, i) => {
      expect(slope).toBeGreaterThan((slopes[i] as number) - 1e-6);
    });
    expect(scalarOf(result, 'interpolationBump').value).toBe(
      Math.max(0, (losses.at(-1) as number) - Math.min(...losses)),
    );
  });

  it('is monotone up to its tolerance', async () => {
    const run = modelOf(0, weights(deep, 0), weights(deep, 1));
    const [result] = await measured(deep, [run]);
    if (!result) throw new Error('no result');
    const bump = scalarOf(result, 'interpolationBump').value as number;
    expect(bump).toBeGreaterThan(0);
    const losses = seriesOf(result).columns['loss'] as number[];
    expect(bump).toBe(largestRise(losses));
    for (const [tolerance, expected] of [
      [bump, 1],
      [0.999 * bump, 0],
    ] as const) {
      const [again] = await measured(deep, [run], { tolerance });
      expect(again && scalarOf(again, 'interpolationMonotone').value).toBe(expected);
    }
  });

  it('of a run that did not move is monotone and has no turn', async () => {
    const [result] = await measured(deep, [modelOf(0, weights(deep, 0))]);
    if (!result) throw new Error('no result');
    expect(definition.scalars.map(({ name }) => [name, scalarOf(result, name).value])).toEqual([
      ['interpolationBump', 0],
      ['interpolationMonotone', 1],
      ['interpolationGaussLength', 0],
    ]);
  });

  it('gives several runs what each has alone, with norms too', async () => {
    const image = cnn({
      image: [4, 4, 1],
      classes: 3,
      width: 3,
      depth: 2,
      activation: 'relu',
      norm: 'batch',
    });
    for (const network of [deep, image]) {
      const runs = [0, 1, 2].map((seed) =>
        modelOf(seed, weights(network, seed), weights(network, seed + 7)),
      );
      const together = await measured(network, runs);
      expect(await measured(network, runs.slice(1, 2))).toEqual([together[1]]);
    }
  });

  it('takes the first samples only', async () => {
    const run = modelOf(0, weights(deep, 0), weights(deep, 1));
    const [few] = await measured(deep, [run], { samples: 12 });
    const [all] = await measured(deep, [run], { samples: 1000 });
    if (!few || !all) throw new Error('no result');
    expect([few, all].map((of) => seriesOf(of).samples)).toEqual([
      'first 12 training samples',
      'first 30 training samples',
    ]);
    expect(seriesOf(few).columns['loss']).not.toEqual(seriesOf(all).columns['loss']);
  });

  it('has no value where a loss on the line is not finite: no path over it is monotone', async () => {
    const run = modelOf(0, weights(deep, 0), weights(deep, 1));
    for (const [lost, words] of [
      [[4, 5], '2 of 11'],
      [[10], '1 of 11'],
    ] as const) {
      const [gap] = await measured(deep, [run], { executor: losing(reference, [...lost]) });
      if (!gap) throw new Error('no result');
      const { loss } = seriesOf(gap).columns;
      expect(loss?.flatMap((value, i) => (value === null ? [i] : []))).toEqual(lost);
      for (const { name } of definition.scalars)
        expect(scalarOf(gap, name)).toMatchObject({
          value: null,
          reason: `the loss is not finite at ${words} points on the line`,
        });
    }
  });
});

describe('gaussLength', () => {
  it('is 0 on a line and the angle of a corner', () => {
    expect(
      gaussLength([
        [0, 0],
        [1, 2],
        [3, 6],
      ]),
    ).toBeCloseTo(0, 12);
    expect(
      gaussLength([
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    ).toBeCloseTo(Math.PI / 2, 12);
    expect(
      gaussLength([
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
    ).toBeCloseTo(Math.PI, 12);
  });

  it('is the angle of an arc, less one step, whatever its radius and dimension', () => {
    for (const [angle, radius, steps] of [
      [1, 1, 50],
      [5, 40, 200],
    ] as const) {
      const points = Array.from({ length: steps + 1 }, (_, i) => {
        const at = (angle * i) / steps;
        return [0, radius * Math.cos(at), 3, radius * Math.sin(at)];
      });
      expect(gaussLength(points)).toBeCloseTo(angle * (1 - 1 / steps), 10);
    }
  });

  it('passes over points that do not move, and has none with fewer than three', () => {
    expect(gaussLength([[0], [0], [1], [1], [2]])).toBe(0);
    expect(
      gaussLength([
        [0, 0],
        [1, 0],
        [1, 0],
        [1, 1],
      ]),
    ).toBeCloseTo(Math.PI / 2, 12);
    expect(gaussLength([[1, 2]])).toBe(0);
    expect(gaussLength([])).toBe(0);
  });
});

describe('largestRise', () => {
  it('is that between any two points in order, by trying all of them', () => {
    for (let seed = 0; seed < 200; seed++) {
      const values = Array.from({ length: 7 }, (_, i) =>
        Math.round(10 * Math.sin(seed * 7 + i * i)),
      );
      const rises = values.flatMap((v, j) => values.slice(0, j).map((before) => v - before));
      expect(largestRise(values)).toBe(Math.max(0, ...rises));
    }
  });

  it('is 0 for falling values and for none', () => {
    expect(largestRise([3, 2, 2, 1])).toBe(0);
    expect(largestRise([5])).toBe(0);
    expect(largestRise([])).toBe(0);
  });
});
