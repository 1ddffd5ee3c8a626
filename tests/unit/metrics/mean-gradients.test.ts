import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import { evaluateModels, stackModels, type ModelWeights } from '#main/metrics/context';
import { eachMeanGradient, meanGradient, type MeanGradient } from '#main/metrics/mean-gradients';
import { modelBetween } from '#main/metrics/model-segment';
import { largestDifference, relativeError } from '../../reference/fixtures';
import { executorName, float32Executors } from '../../fixtures/executors';
import { smallContext } from '../../fixtures/trained-runs';
import { float32Deep } from '../../tolerances';

const executors = float32Executors();
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

const network = mlp({ sizes: [4, 5, 3], activation: 'tanh', norm: 'batch' });
const data = { count: 30, inputs: 4, classes: 3 };
const oracle = smallContext(new ReferenceExecutor(), network, data);
const model = (seed: number): ModelWeights => ({
  theta: initialParameters(network, seed, 'fan-in-uniform'),
  statistics: Float32Array.from(
    { length: network.statisticsCount },
    (_, i) => (i < 5 ? 0.1 : 0.8) + 0.05 * i,
  ),
});

describe('meanGradient', () => {
  it('is the slope of the mean loss in weights and running averages, by central differences', async () => {
    const at = model(3);
    const { loss, gradient, statisticsGradient } = await meanGradient(oracle, at, oracle.train);
    const lossAt = async (of: ModelWeights) => {
      const on = { samples: oracle.train, ranges: [[0, oracle.train.labels.length]] as const };
      return (await evaluateModels(oracle, stackModels([of]), on))[0]?.[0]?.loss as number;
    };
    expect(loss).toBeCloseTo(await lossAt(at), 12);
    // Weights lie in float32: steps are powers of two, large enough for them.
    const step = 2 ** -10;
    const slopes = async (part: 'theta' | 'statistics') => {
      const found: number[] = [];
      for (let i = 0; i < at[part].length; i++) {
        const moved = (by: number) => {
          const values = at[part].slice();
          values[i] = (values[i] as number) + by;
          return { model: { ...at, [part]: values }, place: values[i] as number };
        };
        const [up, down] = [moved(step), moved(-step)];
        found.push(
          ((await lossAt(up.model)) - (await lossAt(down.model))) / (up.place - down.place),
        );
      }
      return found;
    };
    expect(relativeError(gradient, await slopes('theta'))).toBeLessThan(1e-5);
    expect(relativeError(statisticsGradient, await slopes('statistics'))).toBeLessThan(1e-5);
  });

  for (const executor of executors)
    it(`is the same on ${executorName(executor)}, alone and among others`, async () => {
      const context = smallContext(executor, network, data);
      const models = [model(1), model(2), model(3)];
      const together: MeanGradient[] = [];
      const take = (result: MeanGradient) => together.push(result);
      await eachMeanGradient(context, models, { samples: context.train, take });
      expect(together).toHaveLength(3);
      for (const [s, each] of models.entries()) {
        const exact = await meanGradient(oracle, each, oracle.train);
        const got = together[s] as MeanGradient;
        expect(Math.abs(got.loss - exact.loss)).toBeLessThan(float32Deep);
        expect(relativeError(got.gradient, exact.gradient)).toBeLessThan(float32Deep);
        expect(relativeError(got.statisticsGradient, exact.statisticsGradient)).toBeLessThan(
          float32Deep,
        );
        expect(await meanGradient(context, each, context.train)).toEqual(got);
      }
    });
});

describe('modelBetween', () => {
  it('is a model at either end, and the mean of both in the middle', () => {
    const [a, b] = [model(1), model(2)];
    expect(modelBetween(a, b, 0)).toEqual(a);
    expect(largestDifference(modelBetween(a, b, 1).theta, b.theta)).toBeLessThan(1e-7);
    const mean = a.theta.map((w, i) => (w + (b.theta[i] as number)) / 2);
    expect(largestDifference(modelBetween(a, b, 0.5).theta, mean)).toBeLessThan(1e-7);
  });
});
