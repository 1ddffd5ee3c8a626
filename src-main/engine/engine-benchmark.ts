/** How fast and how exactly an executor works on this machine. */
import { ReferenceExecutor } from './executors/reference';
import type { Executor } from './executor';
import { gradientProgram, hessianVectorProgram, type SampleShape } from './network-programs';
import { initialParameters } from './networks/initialise';
import { mlp } from './networks/mlp';
import type { Network } from './networks/network';
import { RandomStream } from './random';
import { tensor, type Tensor } from './tensor';
import { sgd } from './optimisers/sgd';
import { trainingLoop } from './training-loop';

export interface EngineBenchmark {
  /** Model-steps per second of SGD with momentum: 64-16-16-10, batch 32, three models packed. */
  readonly stepsPerSecond: number;
  /** Hessian-vector products per second: 64-16-16-10 on 512 samples, ten vectors at once. */
  readonly productsPerSecond: number;
  /** Largest difference of a gradient from the float64 reference, relative to its largest entry. */
  readonly gradientError: number;
  /** The same for a Hessian-vector product. */
  readonly productError: number;
}

export interface BenchmarkClock {
  readonly now: () => number;
  readonly leastMs: number;
}

const sizes = [64, 16, 16, 10];
const steps = 200;

/**
 * Measures an executor; takes about a second on a fast one.
 * @param clock - `now` in milliseconds, and the time to spend on each rate
 */
export async function benchmarkEngine(
  executor: Executor,
  clock: BenchmarkClock,
): Promise<EngineBenchmark> {
  const network = mlp({ sizes, activation: 'relu' });
  return {
    stepsPerSecond: await trainingRate(executor, network, clock),
    productsPerSecond: await productRate(executor, network, clock),
    ...(await errors(executor, network)),
  };
}

/** Random inputs in 0..1 and random one-hot labels. */
function samples({ samples: count, inputs, classes }: SampleShape): { x: Tensor; targets: Tensor } {
  const stream = new RandomStream(0, 'test');
  const targets = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) targets[i * classes + stream.below(classes)] = 1;
  const x = Float32Array.from({ length: count * inputs }, () => stream.uniform());
  return { x: tensor([count, inputs], x), targets: tensor([count, classes], targets) };
}

function models(network: Network, count: number): Float32Array {
  const theta = new Float32Array(count * network.parameterCount);
  for (let s = 0; s < count; s++)
    theta.set(initialParameters(network, s, 'fan-in-uniform'), s * network.parameterCount);
  return theta;
}

/** Runs until `leastMs` have passed, after one run to warm up; returns runs per second. */
async function rateOf(
  { now, leastMs }: BenchmarkClock,
  run: () => Promise<unknown>,
): Promise<number> {
  await run();
  const started = now();
  let runs = 0;
  while (now() - started < leastMs) {
    await run();
    runs++;
  }
  return (1000 * runs) / (now() - started);
}

async function trainingRate(
  executor: Executor,
  network: Network,
  clock: BenchmarkClock,
): Promise<number> {
  const shape = { models: 3, batchSize: 32, samples: 1437, inputs: 64, classes: 10 };
  const loop = await executor.loop('benchmark', () =>
    trainingLoop(network, shape, {
      optimiser: sgd({ momentum: 0.9, nesterov: false, weightDecay: 5e-4 }),
      constantRate: true,
      compressibility: 0,
    }),
  );
  const stream = new RandomStream(1, 'test');
  const rows = [shape.models, 1, network.parameterCount];
  // The slow executors get few steps a call, so that a call does not take minutes.
  const count = executor.stamp.dtype === 'float64' ? 2 : steps;
  const inputs = {
    theta: tensor(rows, models(network, shape.models)),
    buffer: tensor(rows, new Float32Array(shape.models * network.parameterCount)),
    ...samples(shape),
    rate: tensor([], Float32Array.of(0.05)),
    indices: tensor(
      [count, 3, 32],
      Int32Array.from({ length: count * 96 }, () => stream.below(shape.samples)),
    ),
  };
  return (await rateOf(clock, () => loop.run(count, inputs))) * count * shape.models;
}

async function productRate(
  executor: Executor,
  network: Network,
  clock: BenchmarkClock,
): Promise<number> {
  const shape = { samples: 512, inputs: 64, classes: 10 };
  const program = await executor.program('benchmark', () =>
    hessianVectorProgram(network, { models: 1, vectors: 10 }, shape),
  );
  const inputs = {
    theta: tensor([1, 1, 1, network.parameterCount], models(network, 1)),
    vectors: tensor([1, 10, 1, network.parameterCount], models(network, 10)),
    ...samples(shape),
  };
  return (await rateOf(clock, () => program.run(inputs))) * 10;
}

async function errors(
  executor: Executor,
  network: Network,
): Promise<{ gradientError: number; productError: number }> {
  const shape = { samples: 16, inputs: 64, classes: 10 };
  const size = network.parameterCount;
  const theta = models(network, 1);
  const data = samples(shape);
  const evaluate = async (on: Executor) => {
    const gradient = await on.program('gradient', () => gradientProgram(network, 1, shape));
    const product = await on.program('product', () =>
      hessianVectorProgram(network, { models: 1, vectors: 1 }, shape),
    );
    const g = await gradient.run({ theta: tensor([1, 1, size], theta), ...data });
    const h = await product.run({
      theta: tensor([1, 1, 1, size], theta),
      vectors: tensor([1, 1, 1, size], models(network, 2).subarray(size)),
      ...data,
    });
    return [(g['gradient'] as Tensor).data, (h['products'] as Tensor).data] as const;
  };
  await using reference = new ReferenceExecutor();
  const [got, expected] = [await evaluate(executor), await evaluate(reference)];
  return {
    gradientError: relative(got[0], expected[0]),
    productError: relative(got[1], expected[1]),
  };
}

function relative(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs((got[i] as number) - (expected[i] as number)));
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return worst / largest;
}
