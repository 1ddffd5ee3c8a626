import { describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { mlp } from '#main/engine/networks/mlp';
import type { ModelWeights } from '#main/metrics/context';
import { eachMeanGradient } from '#main/metrics/mean-gradients';
import { evaluateSlice } from '#main/metrics/slice';
import { randomContext } from '../../fixtures/measured-models';

/** Of 1.5 million weights in narrow layers: what they compute on one sample is small, so only the weights bound a call. */
const network = mlp({ sizes: [500, 500, 500, 500, 500, 500, 500, 4], activation: 'relu' });
const one = { inputs: 500, classes: 4, samples: 1 };
const model = (): ModelWeights => ({
  theta: new Float32Array(network.parameterCount),
  statistics: new Float32Array(0),
});
const mostBytes = 16_000_000;

/** Runs programs, and notes the bytes of the weights of each call. */
function noting(executor: Executor, noted: number[]): Executor {
  return {
    stamp: executor.stamp,
    loop: (key, build) => executor.loop(key, build),
    async program(key, build) {
      const program = await executor.program(key, build);
      return {
        run(inputs) {
          noted.push(inputs['theta']?.data.byteLength ?? 0);
          return program.run(inputs);
        },
      };
    },
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
}

describe('the models of one call', () => {
  it('hold 16 MB of weights at most on a slice of few samples', async () => {
    const noted: number[] = [];
    await using executor = noting(new OnnxCpuExecutor(), noted);
    const context = randomContext(executor, network, one);
    const { loss } = await evaluateSlice(
      context,
      model(),
      { count: 5, weightsAt: () => undefined },
      { samples: 1, statistics: 'running' },
    );
    expect(loss).toHaveLength(5);
    for (const value of loss) expect(value).toBeCloseTo(Math.log(4), 6);
    expect(noted).toHaveLength(3);
    expect(Math.max(...noted)).toBeLessThanOrEqual(mostBytes);
  });

  it('hold 16 MB of weights at most where gradients of many are wanted on few samples', async () => {
    const noted: number[] = [];
    await using executor = noting(new OnnxCpuExecutor(), noted);
    const context = randomContext(executor, network, one);
    const losses: number[] = [];
    const models = Array.from({ length: 5 }, model);
    const take = ({ loss }: { loss: number }) => losses.push(loss);
    await eachMeanGradient(context, models, { samples: context.train, take });
    expect(losses).toHaveLength(5);
    for (const value of losses) expect(value).toBeCloseTo(Math.log(4), 6);
    expect(noted).toHaveLength(3);
    expect(Math.max(...noted)).toBeLessThanOrEqual(mostBytes);
  });
});
