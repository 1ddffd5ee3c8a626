import { afterAll, describe, expect, it } from 'vitest';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { cnn, resnet, vgg11 } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { transformer } from '#main/engine/networks/transformer';
import { poisson } from '#main/engine/objectives/poisson';
import { RandomStream } from '#main/engine/random';
import { definition as cka } from '#main/metrics/cka/definition';
import { gramOf } from '#main/metrics/cka/hsic';
import { kernelCka, kernelOf, type Kernel } from '#main/metrics/cka/kernel-cka';
import { measure as measureCka } from '#main/metrics/cka/measure';
import { samplesBetween } from '#main/metrics/context';
import type { ComparedModel } from '#main/metrics/measure';
import { measure as measurePredictions } from '#main/metrics/prediction-similarity/measure';
import { measure as measureWeights } from '#main/metrics/weight-distance/measure';
import { requireSpec } from '#shared/domain/check-spec';
import type { FieldMeasurement, Measurement, ScalarMeasurement } from '#shared/domain/measurement';
import { samplesOf, surroundingsOf } from '../../fixtures/metric-context';

const executor = new OnnxCpuExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

function around(network: Network, inputs: number, { count = 150, classes = 3 } = {}) {
  const stream = new RandomStream(0, 'test');
  const samples = samplesOf(
    Array.from({ length: count * inputs }, () => stream.normal()),
    Array.from({ length: count }, (_, i) => i % classes),
    classes,
  );
  return surroundingsOf({ executor, network }, samples);
}

function modelOf(network: Network, seed: number, theta?: Float32Array): ComparedModel {
  const statistics = Float32Array.from(
    network.statistics.flatMap(({ shape, initial }) => new Array<number>(shape[0]).fill(initial)),
  );
  const own = theta ?? initialParameters(network, seed, 'fan-in-uniform');
  return { seed, weights: { theta: own, statistics } };
}
const diverged = (seed: number): ComparedModel => ({ seed, weights: null });

const settingsOf = (settings: object) =>
  cka.settings.parse({ name: 'cka', samples: 140, ...settings });
const scalars = (measurements: readonly Measurement[]) =>
  measurements.filter((m): m is ScalarMeasurement => m.kind === 'scalar');

const small = mlp({ sizes: [6, 5, 4, 3], activation: 'tanh' });
const image = { image: [8, 8, 1], classes: 3, width: 2, activation: 'relu' } as const;

describe('the metric cka', () => {
  const networks: [Network, number, string[]][] = [
    [small, 6, ['fc1', 'fc2']],
    [cnn({ ...image, norm: 'batch', depth: 2 }), 64, ['conv1', 'conv2']],
    [vgg11({ ...image, norm: 'none' }), 64, Array.from({ length: 8 }, (_, i) => `conv${i + 1}`)],
    [
      resnet({ ...image, norm: 'batch', depth: 8, skip: true }),
      64,
      ['conv1', 'layer1.0', 'layer2.0', 'layer3.0'],
    ],
    [
      resnet({ ...image, norm: 'none', depth: 8, skip: false }),
      64,
      ['conv1', 'layer1.0', 'layer2.0', 'layer3.0'],
    ],
    [
      transformer({
        length: 4,
        vocabulary: 5,
        classes: 3,
        width: 4,
        heads: 2,
        depth: 2,
        feedForward: 8,
        activation: 'gelu',
        causal: false,
        pooling: 'mean',
      }),
      20,
      ['embed', 'layers.0', 'layers.1'],
    ],
  ];
  for (const [network, inputs, names] of networks)
    it(`compares each hidden layer of ${network.key.slice(0, 30)}`, async () => {
      expect(network.hidden.map(({ name }) => name)).toEqual(names);
      const models = [modelOf(network, 0), modelOf(network, 1)];
      const values: (number | null)[] = [];
      for (const [i, name] of names.entries()) {
        const settings = settingsOf({ representation: 'layer', layer: i + 1 });
        const { measurements } = await measureCka.measure(around(network, inputs), models, {
          settings,
        });
        const [got] = scalars(measurements);
        expect(got?.samples).toBe(
          `first 140 training samples, mixed up; hidden layer ${i + 1} (${name})`,
        );
        expect(got?.errorOver).toBe('jackknife over 2 mixing batches');
        expect(got?.error).toBeGreaterThanOrEqual(0);
        expect(got?.value).toBeGreaterThan(0);
        expect(got?.value).toBeLessThanOrEqual(1);
        values.push(got?.value ?? null);
      }
      const settings = settingsOf({ representation: 'last-layer', layerByLayer: true });
      const { measurements } = await measureCka.measure(around(network, inputs), models, {
        settings,
      });
      expect(scalars(measurements)[0]?.value).toBe(values.at(-1));
      const field = measurements.find((m): m is FieldMeasurement => m.kind === 'field');
      expect(field).toMatchObject({
        name: 'cka-layers',
        subject: { kind: 'pair', seeds: [0, 1] },
        facts: { layers: names, hsic: 'biased' },
        samples: 'first 140 training samples, mixed up',
      });
      const onDiagonal = names.map((_, i) => field?.values[i * names.length + i] ?? NaN);
      onDiagonal.forEach((value, i) => {
        expect(value).toBeCloseTo(values[i] as number, 6);
      });
      expect(field?.x).toEqual(names.map((_, i) => i + 1));
    });

  it('says why there is no value: a constant layer, one that does not exist, too few samples, a diverged run', async () => {
    const dead = modelOf(small, 1, new Float32Array(small.parameterCount));
    const models = [modelOf(small, 0), dead, diverged(2)];
    const reasonsOf = async (settings: object) => {
      const { measurements } = await measureCka.measure(around(small, 6), models, {
        settings: settingsOf(settings),
      });
      expect(scalars(measurements).map(({ value }) => value)).toEqual([null, null, null]);
      return scalars(measurements).map(({ reason }) => reason);
    };
    const two = 'the run with seed 2 diverged';
    const constant = 'a representation is the same for every sample';
    const output = 'an output is the same for every sample';
    expect(await reasonsOf({})).toEqual([output, two, two]);
    expect(await reasonsOf({ hsic: 'debiased' })).toEqual([constant, two, two]);
    expect(await reasonsOf({ representation: 'layer', layer: 2 })).toEqual([constant, two, two]);
    expect(await reasonsOf({ representation: 'layer', layer: 3 })).toEqual([
      'hidden layer 3 does not exist: the network has 2 hidden layers',
      two,
      two,
    ]);
    models[1] = modelOf(small, 1);
    const few = await measureCka.measure(around(small, 6), models.slice(0, 2), {
      settings: settingsOf({ samples: 3, hsic: 'debiased' }),
    });
    expect(scalars(few.measurements)[0]).toMatchObject({
      value: null,
      reason: 'the debiased HSIC needs at least 4 samples, got 3',
    });
  });

  it('has no error with a single mixing batch, and says so', async () => {
    const models = [modelOf(small, 0), modelOf(small, 1)];
    for (const representation of ['softmax', 'layer']) {
      const { measurements } = await measureCka.measure(around(small, 6), models, {
        settings: settingsOf({ samples: 100, representation }),
      });
      expect(scalars(measurements)[0]).toMatchObject({
        error: null,
        errorOver: 'no jackknife: it needs two mixing batches',
      });
    }
  });

  it('compares the first two seeds that did not diverge layer by layer, and nothing without two', async () => {
    const settings = settingsOf({ layerByLayer: true });
    const fieldOf = async (models: readonly ComparedModel[], split?: number) => {
      const { measurements } = await measureCka.measure(around(small, 6), models, {
        settings,
        ...(split === undefined ? {} : { split }),
      });
      return measurements.find((m) => m.kind === 'field');
    };
    const models = [diverged(0), modelOf(small, 1), modelOf(small, 2)];
    expect((await fieldOf(models))?.subject).toEqual({ kind: 'pair', seeds: [1, 2] });
    expect(await fieldOf(models.slice(0, 2))).toBeUndefined();
    expect(await fieldOf(models, 1)).toBeUndefined();
  });

  it('compares solutions of a problem and their hidden layers on points as they are', async () => {
    const network = mlp({ sizes: [2, 5, 1], activation: 'tanh' });
    const stream = new RandomStream(0, 'test');
    // A row: the point, the source there, and a point of the boundary.
    const rows = Array.from({ length: 150 * 5 }, () => stream.uniform());
    const samples = samplesOf(rows, new Array<number>(150).fill(0), 1);
    const options = { dimensions: 2, formulation: 'deep-ritz', boundaryWeight: 10 } as const;
    const objective = poisson({ ...options, boundary: 'exact' });
    const problem = surroundingsOf({ executor, network, objective }, samples);
    const points = samplesOf(
      Array.from({ length: 150 }, (_, i) => rows.slice(5 * i, 5 * i + 2)).flat(),
      new Array<number>(150).fill(0),
      1,
    );
    const models = [modelOf(network, 0), modelOf(network, 1)];
    const measured = async (settings: object) => {
      const { measurements } = await measureCka.measure(problem, models, {
        settings: settingsOf(settings),
      });
      return scalars(measurements)[0] as ScalarMeasurement;
    };
    expect((await measured({})).samples).toBe('first 140 training samples; the solutions there');
    const hidden = await measured({ representation: 'last-layer', hsic: 'debiased' });
    expect(hidden.samples).toBe(
      'first 140 training samples; hidden layer 1 (fc1) there; debiased HSIC',
    );
    const [a, b] = models.map(({ weights }) => {
      const theta = weights?.theta ?? [];
      const x = points.x.data.slice(0, 280);
      const data = Float64Array.from({ length: 140 * 5 }, (_, i) => {
        const [n, unit] = [Math.floor(i / 5), i % 5];
        const inner = [0, 1].map((f) => (x[2 * n + f] as number) * (theta[2 * unit + f] as number));
        return Math.tanh(
          (inner[0] as number) + (inner[1] as number) + (theta[10 + unit] as number),
        );
      });
      return kernelOf(gramOf({ rows: 140, columns: 5, data }), {
        kind: 'debiased',
        batchSize: 128,
      });
    }) as [Kernel, Kernel];
    const expected = kernelCka(a, b, { kind: 'debiased', batchSize: 128 });
    expect(hidden.value).toBeCloseTo('value' in expected ? expected.value : NaN, 5);
    const predictions = await measurePredictions.measure(problem, models, {
      settings: { name: 'prediction-similarity', part: 'test' },
    });
    for (const scalar of scalars(predictions.measurements))
      expect(scalar).toMatchObject({
        value: null,
        reason: 'a problem has solutions in place of classes',
      });
  });

  it('refuses more samples than kernels can hold, where kernels are compared', () => {
    const check = (metric: object) => () =>
      requireSpec({
        specVersion: 1,
        name: 'many',
        dataset: { name: 'digits' },
        model: { family: 'mlp', width: 4 },
        optimizer: { name: 'sgd', learningRate: 0.1 },
        training: { epochs: 1, batchSize: 32 },
        axes: [],
        seeds: [0, 1],
        metrics: [{ name: 'cka', ...metric }],
      });
    expect(check({ samples: 1437 })).not.toThrow();
    expect(check({ samples: 2001, hsic: 'debiased' })).toThrow(
      /metrics\[0\]\.samples.*at most 2000 for hidden layers and for the debiased HSIC/,
    );
  });
});

describe('the metric prediction-similarity', () => {
  const measured = async (models: readonly ComparedModel[], options: object = {}) => {
    const { measurements } = await measurePredictions.measure(around(small, 6, options), models, {
      settings: { name: 'prediction-similarity', part: 'train' },
    });
    return scalars(measurements);
  };

  it('says which runs diverged, and names its samples', async () => {
    const got = await measured([modelOf(small, 0), diverged(1)]);
    expect(got.map(({ name }) => name)).toEqual(['predictionAgreement', 'jensenShannon']);
    for (const scalar of got)
      expect(scalar).toMatchObject({
        value: null,
        reason: 'the run with seed 1 diverged',
        samples: 'all 150 training samples',
      });
  });

  it('takes the test samples, or the training samples where it is told to', async () => {
    const given = around(small, 6);
    const { context } = given;
    const parts = { ...given, context: { ...context, test: samplesBetween(context.test, 0, 40) } };
    const models = [modelOf(small, 0), modelOf(small, 1)];
    const on = async (part: 'test' | 'train') => {
      const settings = { name: 'prediction-similarity', part } as const;
      const { measurements } = await measurePredictions.measure(parts, models, { settings });
      return scalars(measurements)[1];
    };
    expect((await on('test'))?.samples).toBe('all 40 test samples');
    expect((await on('train'))?.samples).toBe('all 150 training samples');
    expect((await on('test'))?.value).not.toBe((await on('train'))?.value);
  });

  it('agrees wholly where there is one class', async () => {
    const one = mlp({ sizes: [6, 5, 1], activation: 'tanh' });
    const { measurements } = await measurePredictions.measure(
      around(one, 6, { classes: 1 }),
      [modelOf(one, 0), modelOf(one, 1)],
      { settings: { name: 'prediction-similarity', part: 'test' } },
    );
    expect(scalars(measurements).map(({ value, error }) => [value, error])).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  it('has no error of a single sample, and no value of outputs that are not finite', async () => {
    const models = [modelOf(small, 0), modelOf(small, 1)];
    for (const { error, errorOver } of await measured(models, { count: 1 })) {
      expect(error).toBeNull();
      expect(errorOver).toBe('none: a single training sample has no spread');
    }
    const broken = modelOf(small, 1, new Float32Array(small.parameterCount).fill(NaN));
    for (const scalar of await measured([modelOf(small, 0), broken]))
      expect(scalar).toMatchObject({ value: null, reason: 'outputs are not finite', error: null });
  });

  it('gives the same numbers in one call and in several chunks of samples', async () => {
    const models = [modelOf(small, 0), modelOf(small, 1)];
    const wide = { ...small, key: `${small.key} in chunks`, widestLayer: 1_000_000 };
    const whole = await measured(models);
    const { measurements } = await measurePredictions.measure(around(wide, 6), models, {
      settings: { name: 'prediction-similarity', part: 'train' },
    });
    scalars(measurements).forEach(({ value }, i) => {
      expect(value).toBeCloseTo(whole[i]?.value as number, 6);
    });
  });
});

describe('the metric weight-distance', () => {
  const measured = async (models: readonly ComparedModel[]) => {
    const { measurements } = await measureWeights.measure(around(small, 6), models, {
      settings: {},
    });
    return Object.fromEntries(scalars(measurements).map((m) => [m.name, m.value ?? m.reason]));
  };

  it('is 2 apart with cosine -1 for opposite weights', async () => {
    const theta = initialParameters(small, 0, 'fan-in-uniform');
    const got = await measured([
      modelOf(small, 0, theta),
      modelOf(
        small,
        1,
        theta.map((v) => -v),
      ),
    ]);
    expect(got['meanRelativeWeightDistance']).toBeCloseTo(2, 12);
    expect(got['relativeWeightDistance']).toBeCloseTo(2, 12);
    expect(got['weightCosine']).toBeCloseTo(-1, 12);
  });

  it('has no angle and no relative distance to weights that are all 0', async () => {
    const zero = new Float32Array(small.parameterCount);
    const got = await measured([modelOf(small, 0, zero), modelOf(small, 1)]);
    const reason = 'all weights are 0: seed 0';
    expect(got['weightDistance']).toBeGreaterThan(0);
    expect(got['relativeWeightDistance']).toBe(reason);
    expect(got['meanRelativeWeightDistance']).toBeCloseTo(2, 12);
    expect(got['weightCosine']).toBe(reason);
    const both = await measured([modelOf(small, 0, zero), modelOf(small, 1, zero)]);
    expect(both['weightDistance']).toBe(0);
    expect(both['meanRelativeWeightDistance']).toBe('all weights are 0: seeds 0 and 1');
  });
});
