import { afterAll, describe, expect, it } from 'vitest';
import { initialParameters } from '#main/engine/networks/initialise';
import { constant, mul } from '#main/engine/graph';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import type { Objective } from '#main/engine/objectives/objective';
import {
  evaluateModels,
  stackModels,
  withRecomputedStatistics,
  type ModelWeights,
} from '#main/metrics/context';
import type { Measured } from '#main/metrics/measure';
import { planePoints } from '#main/metrics/plane';
import { definition as eigenvectorSurface } from '#main/metrics/eigenvector-surface/definition';
import { measure as measureEigenvectorSurface } from '#main/metrics/eigenvector-surface/measure';
import { definition as modelSurface } from '#main/metrics/model-surface/definition';
import { measure as measureModelSurface } from '#main/metrics/model-surface/measure';
import { definition as randomSurface } from '#main/metrics/random-surface/definition';
import { measure as measureRandomSurface } from '#main/metrics/random-surface/measure';
import { definition as roughness } from '#main/metrics/roughness/definition';
import { measure as measureRoughness } from '#main/metrics/roughness/measure';
import { definition as trajectorySurface } from '#main/metrics/trajectory-surface/definition';
import { measure as measureTrajectorySurface } from '#main/metrics/trajectory-surface/measure';
import type {
  FieldMeasurement,
  ScalarMeasurement,
  SeriesMeasurement,
} from '#shared/domain/measurement';
import { executorName, float32Executors } from '../../fixtures/executors';
import {
  contextOf,
  halfSquares,
  leastSquares,
  randomSamples,
  surroundingsOf,
  trainedModel,
  weightsOf,
} from '../../fixtures/small-landscapes';

const executors = float32Executors();
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

const size = { inputs: 5, classes: 3, count: 24 };
const samples = randomSamples(size);
const plain = mlp({ sizes: [5, 4, 3], activation: 'tanh' });
const normed = mlp({ sizes: [5, 4, 3], activation: 'relu', norm: 'batch' });

const modelOf = (network: Network, seed: number): ModelWeights => ({
  theta: initialParameters(network, seed, 'fan-in-uniform'),
  statistics: Float32Array.from({ length: network.statisticsCount }, (_, i) => 0.5 + i / 10),
});

const fieldOf = ({ measurements }: Measured, name: string) =>
  measurements.find(
    (m): m is FieldMeasurement => m.kind === 'field' && m.name === name,
  ) as FieldMeasurement;
const seriesOf = ({ measurements }: Measured, name: string) =>
  measurements.find(
    (m): m is SeriesMeasurement => m.kind === 'series' && m.name === name,
  ) as SeriesMeasurement;
const scalarOf = ({ measurements }: Measured, name: string) =>
  measurements.find(
    (m): m is ScalarMeasurement => m.kind === 'scalar' && m.name === name,
  ) as ScalarMeasurement;

for (const executor of executors)
  describe(`random surfaces on ${executorName(executor)}`, () => {
    for (const network of [plain, normed])
      it(`are for several runs what each has alone, and the model's own loss in the middle: ${network.key}`, async () => {
        const context = contextOf(network, samples, { executor });
        const around = surroundingsOf(context);
        const settings = randomSurface.settings.parse({
          name: 'random-surface',
          points: 11,
          samples: 20,
        });
        const runs = [0, 1].map((seed) => trainedModel(seed, modelOf(network, seed)));
        const together = await measureRandomSurface.measure(around, runs, settings);
        for (const [i, run] of runs.entries()) {
          const [alone] = await measureRandomSurface.measure(around, [run], settings);
          expect(together[i]).toEqual(alone);
          const field = fieldOf(alone as Measured, 'random-surface-loss');
          const on = {
            samples: {
              ...samples,
              x: { shape: [20, 5], data: samples.x.data.subarray(0, 100) },
              targets: { shape: [20, 3], data: samples.targets.data.subarray(0, 60) },
              labels: samples.labels.subarray(0, 20),
            },
            ranges: [[0, 20]] as const,
          };
          const own = stackModels([run.weights]);
          const stack = await withRecomputedStatistics(context, own.theta, on.samples);
          const [means] = await evaluateModels(context, stack, on);
          expect(field.values[5 * 11 + 5]).toBe(means?.[0]?.loss);
          expect(field.samples).toBe('first 20 training samples');
        }
      });
  });

describe('random-surface', () => {
  it('normalises with running averages when asked to, and says which', async () => {
    const context = contextOf(normed, samples);
    const run = trainedModel(0, modelOf(normed, 0));
    const middle = async (statistics: string) => {
      const settings = randomSurface.settings.parse({
        name: 'random-surface',
        points: 3,
        samples: 24,
        statistics,
      });
      const [result] = await measureRandomSurface.measure(surroundingsOf(context), [run], settings);
      return fieldOf(result as Measured, 'random-surface-loss');
    };
    const [running, batch] = [await middle('running'), await middle('batch')];
    const [own] = await evaluateModels(context, stackModels([run.weights]), {
      samples,
      ranges: [[0, 24]],
    });
    expect(running.values[4]).toBe(own?.[0]?.loss);
    expect(batch.values[4]).not.toBe(running.values[4]);
    expect(running.facts?.['batch norm']).toBe('running averages');
    expect(batch.facts?.['batch norm']).toBe('recomputed at every point');
  });

  it('has null where the loss is not finite, and numbers elsewhere', async () => {
    const context = contextOf(plain, samples);
    const weights = modelOf(plain, 0);
    weights.theta.fill(1e38, 0, 20);
    const settings = randomSurface.settings.parse({
      name: 'random-surface',
      points: 3,
      range: 1000,
      samples: 24,
    });
    const [result] = await measureRandomSurface.measure(
      surroundingsOf(context),
      [trainedModel(0, weights)],
      settings,
    );
    const { values } = fieldOf(result as Measured, 'random-surface-loss');
    expect(values[4]).toEqual(expect.any(Number));
    expect(values[0]).toBeNull();
    expect(values).toHaveLength(9);
  });
});

describe('roughness', () => {
  const run = (weights: ModelWeights, settings: object, network = plain) =>
    measureRoughness
      .measure(
        surroundingsOf(contextOf(network, samples)),
        [trainedModel(7, weights)],
        roughness.settings.parse({
          name: 'roughness',
          directions: 5,
          points: 11,
          samples: 24,
          ...settings,
        }),
      )
      .then(([result]) => result as Measured);

  it('is the index of the total variations that it lists, of lines that it lists', async () => {
    const result = await run(modelOf(plain, 0), {});
    const lines = seriesOf(result, 'random-lines').columns;
    const variations = seriesOf(result, 'line-variations').columns['variation'] as number[];
    const total = (line: number[]) =>
      line.slice(1).reduce((sum, f, i) => sum + Math.abs(f - (line[i] as number)), 0);
    for (const [j, variation] of variations.entries()) {
      const line = lines[`line${j + 1}`] as number[];
      expect(variation).toBeCloseTo(total(line) / (Math.max(...line) - Math.min(...line)), 12);
    }
    const mean = variations.reduce((a, b) => a + b) / 5;
    const variance = variations.reduce((sum, t) => sum + (t - mean) ** 2, 0) / 4;
    expect(scalarOf(result, 'roughnessIndex').value).toBeCloseTo(Math.sqrt(variance) / mean, 12);
    const lineVariation = scalarOf(result, 'lineVariation');
    expect(lineVariation.value).toBeCloseTo(mean, 12);
    expect(lineVariation.errorOver).toBe('standard error over 5 random directions');
  });

  it('divided by the length has the index of the plain total variations', async () => {
    const result = await run(modelOf(plain, 0), { normalisation: 'length' });
    const lines = seriesOf(result, 'random-lines').columns;
    const totals = [1, 2, 3, 4, 5].map((j) => {
      const line = lines[`line${j}`] as number[];
      return line.slice(1).reduce((sum, f, i) => sum + Math.abs(f - (line[i] as number)), 0);
    });
    const mean = totals.reduce((a, b) => a + b) / 5;
    const variance = totals.reduce((sum, t) => sum + (t - mean) ** 2, 0) / 4;
    // All filter-normalised directions are as long as the weights, so the length is common.
    expect(scalarOf(result, 'roughnessIndex').value).toBeCloseTo(Math.sqrt(variance) / mean, 6);
  });

  it('is null with a reason where the loss is constant and where it is not finite', async () => {
    const zero = weightsOf(new Float32Array(plain.parameterCount));
    expect(scalarOf(await run(zero, {}), 'roughnessIndex')).toMatchObject({
      value: null,
      reason: 'the loss is constant on line 1',
    });
    expect(scalarOf(await run(zero, { normalisation: 'length' }), 'roughnessIndex')).toMatchObject({
      value: null,
      reason: 'all filters of the weights are 0',
    });
    const huge = modelOf(plain, 0);
    huge.theta.fill(3e38, 0, 20);
    const broken = scalarOf(await run(huge, { range: 1000 }), 'lineVariation');
    expect(broken).toMatchObject({ value: null, reason: 'the loss is not finite on line 1' });
  });
});

describe('eigenvector-surface', () => {
  it('has the eigenvalues of a quadratic as facts, and its values', async () => {
    const { context, lossAt } = leastSquares();
    const theta = [0.5, -1, 2, 0.25];
    const settings = eigenvectorSurface.settings.parse({
      name: 'eigenvector-surface',
      points: 5,
      samples: 5,
    });
    const [result] = await measureEigenvectorSurface.measure(
      surroundingsOf(context),
      [trainedModel(0, weightsOf(theta))],
      settings,
    );
    const field = fieldOf(result as Measured, 'eigenvector-surface-loss');
    expect(field.values[12]).toBeCloseTo(lossAt(theta), 12);
    const [first, second] = ['first eigenvalue', 'second eigenvalue'].map(
      (name) => field.facts?.[name] as number,
    );
    const [left, middle, right] = [11, 12, 13].map((i) => field.values[i] as number) as [
      number,
      number,
      number,
    ];
    expect((left - 2 * middle + right) / 0.25).toBeCloseTo(first as number, 5);
    expect(first).toBeGreaterThan(second as number);
    expect(field.facts?.['length of the first direction']).toBeCloseTo(1, 6);
  });

  it('says which Hessian it is where batch norm makes two of them', async () => {
    for (const [network, words] of [
      [plain, undefined],
      [normed, 'of the loss with the running averages of batch norm'],
    ] as const) {
      const [result] = await measureEigenvectorSurface.measure(
        surroundingsOf(contextOf(network, samples)),
        [trainedModel(0, modelOf(network, 0))],
        eigenvectorSurface.settings.parse({ name: 'eigenvector-surface', points: 3, samples: 24 }),
      );
      expect(fieldOf(result as Measured, 'eigenvector-surface-loss').facts?.['Hessian']).toBe(
        words,
      );
    }
  });

  it('has no values, and says why, where the loss is flat', async () => {
    const flat: Objective = {
      ...halfSquares,
      key: 'constant',
      losses: (model, batch) => mul(constant(0), halfSquares.losses(model, batch)),
    };
    const context = contextOf(plain, samples, { objective: flat });
    const settings = eigenvectorSurface.settings.parse({
      name: 'eigenvector-surface',
      points: 3,
      samples: 24,
    });
    const [result] = await measureEigenvectorSurface.measure(
      surroundingsOf(context),
      [trainedModel(0, modelOf(plain, 0))],
      settings,
    );
    const field = fieldOf(result as Measured, 'eigenvector-surface-loss');
    expect(field.values).toEqual(new Array(9).fill(null));
    expect(field.facts?.['reason']).toBe('the Hessian has fewer than two directions');
  });
});

describe('trajectory-surface', () => {
  const context = contextOf(plain, samples);
  const settings = trajectorySurface.settings.parse({
    name: 'trajectory-surface',
    points: 5,
    samples: 24,
    path: 4,
  });
  const run = async (path: readonly ModelWeights[]) => {
    const model = trainedModel(0, path.at(-1) as ModelWeights, path);
    const [result] = await measureTrajectorySurface.measure(
      surroundingsOf(context),
      [model],
      settings,
    );
    return result as Measured;
  };
  const between = (a: ModelWeights, b: ModelWeights, t: number) =>
    weightsOf(a.theta.map((w, i) => w + t * ((b.theta[i] as number) - w)));

  it('explains all of a training in a plane and projects every chosen point', async () => {
    const [a, b, c] = [0, 1, 2].map((seed) => modelOf(plain, seed)) as [
      ModelWeights,
      ModelWeights,
      ModelWeights,
    ];
    const path = [
      a,
      between(a, b, 0.5),
      b,
      between(b, c, 0.25),
      between(b, c, 0.5),
      between(b, c, 0.75),
      c,
    ];
    const result = await run(path);
    expect(scalarOf(result, 'trajectoryPlanePart').value).toBeCloseTo(100, 4);
    const { step, x, y } = seriesOf(result, 'projected-trajectory').columns;
    expect(step).toEqual([0, 2, 4, 6]);
    expect([x?.at(-1), y?.at(-1)]).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)]);
    const field = fieldOf(result, 'trajectory-surface-loss');
    for (const [line, column] of [
      [field.x, x],
      [field.y, y],
    ] as const) {
      expect(line[0]).toBeLessThan(Math.min(...(column as number[])));
      expect(line.at(-1)).toBeGreaterThan(Math.max(...(column as number[])));
    }
  });

  it('has the running averages of the end of the training, whichever weights count', async () => {
    const path = [0, 1, 2].map((seed) => modelOf(normed, seed));
    path.forEach(({ statistics }, i) => statistics.fill(1 + i));
    const valuesFor = async (weights: ModelWeights) => {
      const [result] = await measureTrajectorySurface.measure(
        surroundingsOf(contextOf(normed, samples)),
        [trainedModel(0, weights, path)],
        { ...settings, statistics: 'running' },
      );
      return fieldOf(result as Measured, 'trajectory-surface-loss').values;
    };
    const [earlier, last] = [path[1], path[2]] as [ModelWeights, ModelWeights];
    expect(await valuesFor(earlier)).toEqual(await valuesFor(last));
    last.statistics.fill(7);
    const changed = await valuesFor(earlier);
    last.statistics.fill(3);
    expect(changed).not.toEqual(await valuesFor(earlier));
  });

  it('is null with a reason for a training of two points', async () => {
    const result = await run([modelOf(plain, 0), modelOf(plain, 1)]);
    expect(scalarOf(result, 'trajectoryPlanePart')).toMatchObject({
      value: null,
      reason: 'the recorded weights lie on one line',
    });
    expect(fieldOf(result, 'trajectory-surface-loss').values).toEqual([null]);
  });
});

describe('model-surface', () => {
  const context = contextOf(plain, samples);
  const settings = modelSurface.settings.parse({ name: 'model-surface', points: 5, samples: 24 });

  it('passes through the three models with their losses', async () => {
    const weights = [3, 4, 5].map((seed) => modelOf(plain, seed));
    const runs = weights.map((w, i) => trainedModel(i, w)) as unknown as Parameters<
      typeof measureModelSurface.measure
    >[1];
    const result = await measureModelSurface.measure(surroundingsOf(context), runs, settings);
    const own = await evaluateModels(context, stackModels(weights), { samples, ranges: [[0, 24]] });
    const { loss, error, seed } = seriesOf(result, 'plane-models').columns;
    expect(seed).toEqual([0, 1, 2]);
    own.forEach(([mean], k) => {
      expect(loss?.[k]).toBeCloseTo(mean?.loss as number, 6);
      expect(error?.[k]).toBeCloseTo(100 * (1 - (mean?.accuracy as number)), 9);
    });
    const field = fieldOf(result, 'model-surface-loss');
    expect(field.facts?.['cosine between the directions']).toBeCloseTo(0, 9);
    expect(field.subject).toEqual({ kind: 'run', seed: 0 });
  });

  it('says whose running averages it has', async () => {
    const runs = [3, 4, 5].map((seed) =>
      trainedModel(seed, modelOf(normed, seed)),
    ) as unknown as Parameters<typeof measureModelSurface.measure>[1];
    const on = surroundingsOf(contextOf(normed, samples));
    const result = await measureModelSurface.measure(on, runs, {
      ...settings,
      statistics: 'running',
    });
    expect(fieldOf(result, 'model-surface-loss').facts?.['batch norm']).toBe(
      'running averages of seed 3',
    );
  });

  it('has no values, and says why, where two models are equal', async () => {
    const same = trainedModel(0, modelOf(plain, 0));
    const result = await measureModelSurface.measure(
      surroundingsOf(context),
      [same, trainedModel(1, modelOf(plain, 1)), same],
      settings,
    );
    expect(fieldOf(result, 'model-surface-loss').facts?.['reason']).toBe(
      'the three models lie on one line',
    );
  });
});

describe('planePoints', () => {
  it('goes row by row: x along the first direction, y along the second', () => {
    const plane = {
      origin: Float32Array.of(10, 20),
      directions: [Float64Array.of(1, 0), Float64Array.of(0, 1)],
    } as const;
    const { count, weightsAt } = planePoints(plane, { x: [1, 2, 3], y: [5, 7] });
    const points = Array.from({ length: count }, (_, i) => {
      const into = new Float32Array(2);
      weightsAt(i, into);
      return Array.from(into);
    });
    expect(points).toEqual([
      [11, 25],
      [12, 25],
      [13, 25],
      [11, 27],
      [12, 27],
      [13, 27],
    ]);
  });
});
