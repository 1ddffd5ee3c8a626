import { afterAll, describe, expect, it } from 'vitest';
import { lonelyBatch } from '#shared/domain/batch-norm-rule';
import { checkSpec } from '#shared/domain/check-spec';
import { modelSchema } from '#shared/domain/model-spec';
import { trainingSchema } from '#shared/domain/spec';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { statisticsProgram } from '#main/engine/network-programs';
import { initialParameters } from '#main/engine/networks/initialise';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { makeNetwork } from '#main/metrics/model';
import { digitsSpec } from '../../fixtures/specs';

const executor = new ReferenceExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

const training = (batchSize: number, dropLast = true) =>
  trainingSchema.parse({ epochs: 1, batchSize, dropLast });
const mlp = modelSchema.parse({ family: 'mlp', width: 4, norm: 'batch' });
const image = (height: number, width: number) =>
  ({ kind: 'image', height, width, channels: 1 }) as const;

const norm = (name: string) => ({ layer: 'norm', name, kind: 'batch' }) as const;
const head = { layer: 'linear', name: 'fc', out: 2 } as const;
/** A strided convolution: it leaves one place of small images, and takes those of one row. */
const pool = { layer: 'convolution', name: 'c', out: 2, kernel: 1, stride: 8 } as const;

/** Whether some layer has no variance over one sample, by running the network. */
async function hasNoVariance(model: typeof mlp, height: number, width: number): Promise<boolean> {
  const inputs = height * width;
  const network = makeNetwork(model, { inputs, classes: 2, sample: image(height, width) });
  const program = await executor.program(`${network.key} ${inputs}`, () =>
    statisticsProgram(network, 1, { samples: 1, inputs }),
  );
  const theta = Float64Array.from(initialParameters(network, 0, 'he'));
  const stream = new RandomStream(1, 'test');
  const { statistics } = await program.run({
    theta: tensor([1, 1, theta.length], theta),
    x: tensor(
      [1, inputs],
      Float64Array.from({ length: inputs }, () => stream.normal()),
    ),
  });
  let at = 0;
  return network.statistics.some(({ name, shape }) => {
    const values = statistics?.data.subarray(at, (at += shape[0])) ?? [];
    return name.endsWith('running_var') && Array.from(values).every((v) => v === 0);
  });
}

describe('lonelyBatch', () => {
  it('is the last batch of one sample, where it is kept, and every batch of one', () => {
    const facts = { inputs: 9, classes: 2, sample: { kind: 'features' } } as const;
    expect(lonelyBatch({ model: mlp, training: training(4) }, facts, 9)).toBeNull();
    expect(lonelyBatch({ model: mlp, training: training(4, false) }, facts, 10)).toBeNull();
    expect(lonelyBatch({ model: mlp, training: training(4, false) }, facts, 9)).not.toBeNull();
    expect(lonelyBatch({ model: mlp, training: training(1) }, facts, 9)).not.toBeNull();
    const bare = modelSchema.parse({ family: 'mlp', width: 4 });
    expect(lonelyBatch({ model: bare, training: training(1) }, facts, 9)).toBeNull();
  });

  for (const [height, width] of [
    [4, 4],
    [8, 8],
    [9, 8],
    [16, 16],
    [1, 5],
    [32, 32],
  ] as const)
    for (const model of [
      { family: 'cnn', width: 2, depth: 3, norm: 'batch' },
      { family: 'cnn', width: 2, depth: 4, norm: 'batch' },
      { family: 'vgg', width: 2 },
      { family: 'resnet', width: 2 },
      { family: 'resnet', width: 2, depth: 8 },
      { family: 'sequential', layers: [{ layer: 'flatten' }, norm('a'), head] },
      { family: 'sequential', layers: [pool, norm('a'), { layer: 'average-pool' }, head] },
    ] as const)
      it(`finds where ${model.family} ${JSON.stringify(model)} sees one place of ${height}x${width}`, async () => {
        const parsed = modelSchema.parse(model);
        const found = lonelyBatch(
          { model: parsed, training: training(1) },
          { inputs: height * width, classes: 2, sample: image(height, width) },
          9,
        );
        expect(found !== null).toBe(await hasNoVariance(parsed, height, width));
      });
});

describe('checkSpec', () => {
  it('refuses a batch that batch norm cannot normalise, at the value of the axis', () => {
    const check = checkSpec({
      ...digitsSpec(),
      model: { family: 'mlp', width: 4, norm: 'batch' },
      training: { epochs: 1, batchSize: 32, dropLast: false },
      axes: [{ path: 'training.batchSize', role: 'temperature', values: [1, 4, 8] }],
      metrics: [],
    });
    expect(check.ok ? [] : check.problems.map(({ path, rule }) => `${path} ${rule}`)).toEqual(
      [0, 1].map(
        (i) => `axes[0].values[${i}] must leave batch norm two samples or more in every batch`,
      ),
    );
  });
});
