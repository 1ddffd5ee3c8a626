import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { cnn } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { logitsProgram } from '#main/engine/network-programs';
import { tensor } from '#main/engine/tensor';
import type { CellContext, ModelWeights } from '#main/metrics/context';
import { definition } from '#main/metrics/tangent-kernel/definition';
import { tangentKernel } from '#main/metrics/tangent-kernel/kernel';
import { measure } from '#main/metrics/tangent-kernel/measure';
import { summariseKernel } from '#main/metrics/tangent-kernel/spectrum-summary';
import type { ScalarMeasurement } from '#shared/domain/measurement';
import { executorName, float32Executors } from '../../fixtures/executors';
import {
  columnOf,
  runThrough,
  scalarsOf,
  smallContext,
  surroundings,
} from '../../fixtures/trained-runs';
import { centralDifference, float32Deep } from '../../tolerances';

const oracle = new ReferenceExecutor();
const executors = float32Executors();
afterAll(async () => {
  for (const executor of executors) await executor[Symbol.asyncDispose]();
});

const data = { count: 9, inputs: 4, classes: 2 };
const size = 12;
const inContext = (executor: Executor, network: Network) => smallContext(executor, network, data);

function modelOf(network: Network, seed = 5): ModelWeights {
  const statistics = network.statistics.flatMap(({ shape, initial }) =>
    Array.from({ length: shape[0] }, (_, i) => initial + 0.1 * i),
  );
  return {
    theta: initialParameters(network, seed, 'fan-in-uniform'),
    statistics: Float32Array.from(statistics),
  };
}

/** J J' with J by central differences of the outputs, in float64: [M, M]. */
async function kernelByDifferences(context: CellContext, model: ModelWeights): Promise<number[][]> {
  const { network, inputs } = context;
  const samples = context.train.labels.length;
  const program = await oracle.program(`outputs ${network.key}`, () =>
    logitsProgram(network, 1, { samples, inputs }),
  );
  const outputs = async (theta: Float64Array) => {
    const result = await program.run({
      theta: tensor([1, 1, theta.length], theta),
      ...(model.statistics.length > 0
        ? { statistics: tensor([1, 1, model.statistics.length], model.statistics) }
        : {}),
      x: context.train.x,
    });
    return Float64Array.from(result['logits']?.data ?? []);
  };
  const columns: Float64Array[] = [];
  for (let i = 0; i < model.theta.length; i++) {
    const moved = (by: number) => {
      const theta = Float64Array.from(model.theta);
      theta[i] = (theta[i] as number) + by;
      return outputs(theta);
    };
    const [plus, minus] = [await moved(1e-5), await moved(-1e-5)];
    columns.push(plus.map((y, k) => (y - (minus[k] as number)) / 2e-5));
  }
  return Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (__, b) =>
      columns.reduce((sum, column) => sum + (column[a] as number) * (column[b] as number), 0),
    ),
  );
}

const networks = {
  'tanh network': mlp({ sizes: [4, 6, 2], activation: 'tanh' }),
  'network with batch norm': mlp({ sizes: [4, 5, 2], activation: 'tanh', norm: 'batch' }),
  'convolutional network': cnn({
    image: [2, 2, 1],
    classes: 2,
    width: 2,
    depth: 2,
    activation: 'gelu',
    norm: 'layer',
  }),
};

function expectKernel(got: Float64Array, expected: readonly (readonly number[])[], within: number) {
  const scale = Math.max(...expected.flat().map(Math.abs));
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++)
      expect(
        Math.abs((got[a * size + b] as number) - (expected[a]?.[b] as number)),
        `entry ${a}, ${b}`,
      ).toBeLessThan(within * scale);
}

describe('tangentKernel', () => {
  it('of a linear network is (x_n x_m + 1) times the identity of the outputs', async () => {
    const context = inContext(oracle, mlp({ sizes: [4, 2], activation: 'relu' }));
    const got = await tangentKernel(context, modelOf(context.network), context.train);
    const row = (n: number) => Array.from(context.train.x.data.subarray(4 * n, 4 * n + 4));
    const expected = Array.from({ length: size }, (_, a) =>
      Array.from({ length: size }, (__, b) => {
        const [n, m] = [row(Math.floor(a / 2)), row(Math.floor(b / 2))];
        return a % 2 === b % 2 ? n.reduce((sum, v, i) => sum + v * (m[i] as number), 1) : 0;
      }),
    );
    expectKernel(got, expected, 1e-7);
  });

  for (const [name, network] of Object.entries(networks)) {
    it(`of a ${name} is J J' with J by central differences`, async () => {
      const context = inContext(oracle, network);
      const model = modelOf(network);
      const expected = await kernelByDifferences(context, model);
      // The gradients go through float32 on their way out.
      expectKernel(await tangentKernel(context, model, context.train), expected, centralDifference);
    });

    for (const executor of executors)
      it(`of a ${name} is the same on ${executorName(executor)}`, async () => {
        const model = modelOf(network);
        const exact = await tangentKernel(
          inContext(oracle, network),
          model,
          inContext(oracle, network).train,
        );
        const rows = Array.from({ length: size }, (_, a) =>
          Array.from(exact.subarray(a * size, (a + 1) * size)),
        );
        const context = inContext(executor, network);
        expectKernel(await tangentKernel(context, model, context.train), rows, float32Deep);
      });
  }
});

describe('summariseKernel', () => {
  it('counts equal eigenvalues, and hides what rounding hides', () => {
    const exact = { rank: 10, dtype: 'float32' } as const;
    const equal = summariseKernel(Float64Array.of(0, 0, 2, 2, 2), exact);
    expect(equal).toMatchObject({ top: 2, bottom: null });
    expect(equal.effectiveRank).toBeCloseTo(3, 12);
    expect(summariseKernel(Float64Array.of(1e-11, 1), exact).bottom).toBe(1e-11);
    expect(summariseKernel(Float64Array.of(3e-12, 1), exact).bottom).toBeNull();
    expect(
      summariseKernel(Float64Array.of(0.5, 1), { rank: 1, dtype: 'float64' }).bottom,
    ).toBeNull();
    expect(summariseKernel(new Float64Array(3), exact)).toMatchObject({ effectiveRank: null });
  });
});

describe('tangent-kernel', () => {
  const wide = mlp({ sizes: [4, 40, 2], activation: 'tanh' });
  const settings = definition.settings.parse({ name: 'tangent-kernel', samples: 6 });
  const of = async (context: CellContext, ...models: ModelWeights[]) => {
    const runs = models.map((model, seed) => runThrough(seed, [model]));
    return measure.measure(surroundings(context), runs, settings);
  };

  for (const executor of executors)
    it(`has both ends of the float64 spectrum within their errors on ${executorName(executor)}`, async () => {
      const [exact] = await of(inContext(oracle, wide), modelOf(wide));
      const [got] = await of(inContext(executor, wide), modelOf(wide));
      for (const name of ['tangentKernelTop', 'tangentKernelBottom', 'tangentKernelCondition']) {
        const own = scalarsOf(got?.measurements)[name] as ScalarMeasurement;
        const right = scalarsOf(exact?.measurements)[name]?.value as number;
        expect(Math.abs((own.value as number) - right)).toBeLessThan(own.error as number);
        expect(own.error).toBeLessThan(0.1 * right);
      }
    });

  it('gives several runs what each has alone, and every scalar that it names', async () => {
    const context = inContext(oracle, wide);
    const models = [modelOf(wide, 1), modelOf(wide, 2)];
    const together = await of(context, ...models);
    expect((await of(context, models[0] as ModelWeights))[0]).toEqual(together[0]);
    expect(Object.keys(scalarsOf(together[0]?.measurements)).sort()).toEqual(
      definition.scalars.map(({ name }) => name).sort(),
    );
    expect(columnOf(together[0]?.measurements, 'tangent-kernel', 'eigenvalue')).toHaveLength(size);
  });

  it('has no bottom where there are fewer parameters than outputs, nor where two samples are one', async () => {
    const narrow = inContext(oracle, mlp({ sizes: [4, 1, 2], activation: 'tanh' }));
    const [few] = await of(narrow, modelOf(narrow.network));
    expect(scalarsOf(few?.measurements)['tangentKernelBottom']).toMatchObject({
      value: null,
      reason: 'the kernel is singular: 12 outputs, 9 parameters',
    });
    const context = inContext(oracle, wide);
    const x = context.measured.x.data.slice();
    x.copyWithin(4, 0, 4);
    const measured = { ...context.measured, x: tensor(context.measured.x.shape, x) };
    const [twice] = await of({ ...context, measured }, modelOf(wide));
    expect(scalarsOf(twice?.measurements)['tangentKernelCondition']?.reason).toMatch(
      /below float precision/,
    );
  });
});
