import { describe, expect, it } from 'vitest';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import type { CellContext, SampleTensors } from '#main/metrics/context';
import { measureModeConnectivity } from '#main/metrics/mode-connectivity/mode-connectivity';
import type { ModeConnectivitySettings } from '#main/metrics/mode-connectivity/definition';
import { metricSchema } from '#shared/domain/spec';
import { oneHot } from '../../reference/fixtures';

const network = mlp({ sizes: [2, 2], activation: 'relu' });
const samples: SampleTensors = {
  x: tensor([4, 2], Float32Array.of(1, 0, 0, 1, 1, 1, 0, 0)),
  targets: tensor([4, 2], Float32Array.from(oneHot([0, 1, 0, 1], 2))),
  labels: Int32Array.of(0, 1, 0, 1),
};

/** The reference, whose losses overflow in the evaluation of that number. */
function overflowing(evaluation: number): Executor {
  const reference = new ReferenceExecutor();
  let evaluations = 0;
  return {
    stamp: reference.stamp,
    loop: (key, build) => reference.loop(key, build),
    async program(key, build) {
      const program = await reference.program(key, build);
      return {
        async run(inputs) {
          const result = await program.run(inputs);
          const { loss } = result;
          return loss && ++evaluations === evaluation
            ? {
                ...result,
                loss: tensor(loss.shape, new Float64Array(loss.data.length).fill(Infinity)),
              }
            : result;
        },
      };
    },
    [Symbol.asyncDispose]: () => reference[Symbol.asyncDispose](),
  };
}

async function measure(evaluation: number) {
  const context: CellContext = {
    executor: overflowing(evaluation),
    objective: crossEntropyObjective,
    network,
    inputs: 2,
    classes: 2,
    train: samples,
    measured: samples,
    measuredOrder: '',
    test: samples,
    all: samples,
  };
  const metric = metricSchema.parse({ name: 'mode-connectivity', epochs: 1, batchSize: 2 });
  const ends = {
    seeds: [0, 1] as const,
    streamSeed: 3,
    first: Float32Array.of(1, 0, 0, 1, 0, 0),
    last: Float32Array.of(0, 1, 1, 0, 0, 0),
  };
  const [curve] = await measureModeConnectivity(
    context,
    [ends],
    metric as unknown as ModeConnectivitySettings,
  );
  return curve?.measurements ?? [];
}

describe('measureModeConnectivity', () => {
  it('has values and a curve where every loss is finite', async () => {
    const measurements = await measure(Infinity);
    expect(measurements.map(({ kind }) => kind)).toContain('series');
    for (const one of measurements) if (one.kind === 'scalar') expect(one.value).not.toBeNull();
  });
  for (const [evaluation, where] of [
    [1, 'at the given points'],
    [2, 'around an extreme, where the statistics are decided'],
  ] as const)
    it(`has no value where the loss is not finite ${where}`, async () => {
      const measurements = await measure(evaluation);
      expect(measurements).toHaveLength(6);
      for (const one of measurements)
        expect(one).toMatchObject({ value: null, reason: 'the loss on the curve is not finite' });
    });
});
