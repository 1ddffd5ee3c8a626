/** How fast and how exactly an executor works on this machine. */
import {
  convolutions,
  models,
  perceptron,
  samples,
  training,
  type TrainingSize,
} from './benchmark-work';
import type { EngineErrors } from './engine-conformance';
import { engineErrors } from './engine-errors';
import type { Executor } from './executor';
import { hessianVectorProgram } from './network-programs';
import type { Network } from './networks/network';
import { tensor } from './tensor';

export interface EngineBenchmark extends EngineErrors {
  /** Model-steps per second of SGD with momentum: 64-16-16-10, batch 32, three models packed. */
  readonly stepsPerSecond: number;
  /** The same for three convolutions of 8, 16 and 32 channels on 8x8 pixels, batch 64, one model. */
  readonly convolutionStepsPerSecond: number;
  /** Hessian-vector products per second: 64-16-16-10 on 512 samples, ten vectors at once. */
  readonly productsPerSecond: number;
}

export interface BenchmarkClock {
  readonly now: () => number;
  readonly leastMs: number;
}

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
    ...(await engineErrors(executor)),
    stepsPerSecond: await trainingRate(executor, perceptron, small, clock),
    convolutionStepsPerSecond: await trainingRate(executor, convolutions, images, clock),
    productsPerSecond: await productRate(executor, perceptron, clock),
  };
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
