/** How fast and how exactly an executor works on this machine. */
import { ReferenceExecutor } from './executors/reference';
import type { Executor } from './executor';
import { gradientProgram, hessianVectorProgram, type SampleShape } from './network-programs';
import { cnn } from './networks/convolutional';
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
  /** The same for three convolutions of 8, 16 and 32 channels on 8x8 pixels, batch 64, one model. */
  readonly convolutionStepsPerSecond: number;
  /** Hessian-vector products per second: 64-16-16-10 on 512 samples, ten vectors at once. */
  readonly productsPerSecond: number;
  /** Largest difference of a gradient from the float64 reference, relative to its largest entry, of both networks. */
  readonly gradientError: number;
  /** The same for a Hessian-vector product. */
  readonly productError: number;
  /** The same for the weights after ten steps. */
  readonly trainingError: number;
}

export interface BenchmarkClock {
  readonly now: () => number;
  readonly leastMs: number;
}

const perceptron = mlp({ sizes: [64, 16, 16, 10], activation: 'relu' });
const convolutions = cnn({
  image: [8, 8, 1],
  classes: 10,
  width: 8,
  depth: 3,
  activation: 'relu',
  norm: 'none',
});
const mostSteps = 200;

/**
 * Measures an executor; takes a few seconds on a fast one.
 * @param clock - `now` in milliseconds, and the time to spend on each rate
 */
export async function benchmarkEngine(
  executor: Executor,
  clock: BenchmarkClock,
): Promise<EngineBenchmark> {
  const small = { models: 3, batchSize: 32, samples: 1437 };
  const images = { models: 1, batchSize: 64, samples: 1437 };
  return {
    ...(await errors(executor)),
    stepsPerSecond: await trainingRate(executor, perceptron, small, clock),
    convolutionStepsPerSecond: await trainingRate(executor, convolutions, images, clock),
    productsPerSecond: await productRate(executor, perceptron, clock),
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

interface TrainingSize {
  readonly models: number;
  readonly batchSize: number;
  readonly samples: number;
}

/** Some steps of training from the same start, on the same minibatches. */
async function training(
  executor: Executor,
  network: Network,
  size: TrainingSize,
): Promise<(steps: number) => Promise<Record<string, Tensor>>> {
  const shape = { ...size, inputs: 64, classes: 10 };
  const loop = await executor.loop(`train ${network.key} ${JSON.stringify(size)}`, () =>
    trainingLoop(network, shape, {
      optimiser: sgd({ momentum: 0.9, nesterov: false, weightDecay: 5e-4 }),
      constantRate: true,
      compressibility: 0,
    }),
  );
  const rows = [size.models, 1, network.parameterCount];
  const fixed = {
    theta: tensor(rows, models(network, size.models)),
    buffer: tensor(rows, new Float32Array(size.models * network.parameterCount)),
    ...samples(shape),
    rate: tensor([], Float32Array.of(0.05)),
  };
  return (steps) => {
    const stream = new RandomStream(1, 'test');
    const length = steps * size.models * size.batchSize;
    const indices = Int32Array.from({ length }, () => stream.below(size.samples));
    return loop.run(steps, {
      ...fixed,
      indices: tensor([steps, size.models, size.batchSize], indices),
    });
  };
}

async function trainingRate(
  executor: Executor,
  network: Network,
  size: TrainingSize,
  clock: BenchmarkClock,
): Promise<number> {
  const train = await training(executor, network, size);
  // A slow executor gets few steps a call, so that a call does not take minutes.
  await train(1);
  const started = clock.now();
  await train(2);
  const wanted = (2 * clock.leastMs) / Math.max(1, clock.now() - started);
  const steps = Math.max(2, Math.min(mostSteps, Math.round(wanted)));
  return (await rateOf(clock, () => train(steps))) * steps * size.models;
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
): Promise<Pick<EngineBenchmark, 'gradientError' | 'productError' | 'trainingError'>> {
  await using reference = new ReferenceExecutor();
  const worst = { gradientError: 0, productError: 0, trainingError: 0 };
  for (const network of [perceptron, convolutions]) {
    const [got, expected] = [await probe(executor, network), await probe(reference, network)];
    for (const name of ['gradientError', 'productError', 'trainingError'] as const)
      worst[name] = Math.max(worst[name], relative(got[name].data, expected[name].data));
  }
  return worst;
}

/** A gradient, a Hessian-vector product and the weights after ten steps. */
async function probe(on: Executor, network: Network) {
  const shape = { samples: 16, inputs: 64, classes: 10 };
  const size = network.parameterCount;
  const theta = models(network, 1);
  const data = samples(shape);
  const gradientOf = await on.program(`gradient ${network.key}`, () =>
    gradientProgram(network, 1, shape),
  );
  const productOf = await on.program(`product ${network.key}`, () =>
    hessianVectorProgram(network, { models: 1, vectors: 1 }, shape),
  );
  const { gradient } = await gradientOf.run({ theta: tensor([1, 1, size], theta), ...data });
  const { products } = await productOf.run({
    theta: tensor([1, 1, 1, size], theta),
    vectors: tensor([1, 1, 1, size], models(network, 2).subarray(size)),
    ...data,
  });
  const train = await training(on, network, { models: 1, batchSize: 8, samples: 16 });
  const trained = await train(10);
  return {
    gradientError: gradient as Tensor,
    productError: products as Tensor,
    trainingError: trained['theta'] as Tensor,
  };
}

/** NaN where a result is not finite. */
function relative(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs((got[i] as number) - (expected[i] as number)));
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return worst / largest;
}
