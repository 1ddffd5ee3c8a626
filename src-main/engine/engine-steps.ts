/** How fast an engine trains the three-convolution net that is compared with PyTorch. */
import { colourConvolutions, training } from './benchmark-work';
import { openEngine, type EngineOptions } from './engines';

/** Steps at a time: as long as a call takes some seconds on a slow engine. */
const stepsPerCall = 10;

export interface StepRate {
  readonly stepsPerSecond: number;
  /** Per second of processor time of this process. */
  readonly stepsPerProcessorSecond: number;
}

/** Milliseconds: how long to go on, the time of day and the processor time of this process. */
export interface StepClock {
  readonly leastMs: number;
  readonly now: () => number;
  readonly processor: () => number;
}

/**
 * Steps per second of SGD with momentum: three convolutions of 16, 32 and 64 channels (strides 1, 2, 2) on 3x32x32, batch 64, one
 * model, on one thread; the fastest of calls of ten steps, after one to warm up.
 * @throws EngineUnavailableError when the engine cannot run here
 */
export async function convolutionStepRate(
  engine: string,
  { leastMs, now, processor: used }: StepClock,
  options: EngineOptions = {},
): Promise<StepRate> {
  await using executor = await openEngine(engine, options);
  const size = { models: 1, batchSize: 64, samples: 256, inputs: 3 * 32 * 32 };
  const train = await training(executor, colourConvolutions, size);
  await train(2);
  let wall = Infinity;
  let processor = Infinity;
  const end = now() + leastMs;
  do {
    const [started, before] = [now(), used()];
    await train(stepsPerCall);
    wall = Math.min(wall, (now() - started) / 1000);
    processor = Math.min(processor, (used() - before) / 1000);
  } while (now() < end);
  return {
    stepsPerSecond: stepsPerCall / wall,
    stepsPerProcessorSecond: stepsPerCall / processor,
  };
}
