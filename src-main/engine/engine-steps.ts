/** How fast an engine trains the three-convolution net that is compared with PyTorch. */
import { colourConvolutions, training } from './benchmark-work';
import { openEngine } from './engines';

/** Steps at a time: as long as a call takes some seconds on a slow engine. */
const stepsPerCall = 10;

export interface StepRate {
  readonly stepsPerSecond: number;
  /** Per second of processor time of this process. */
  readonly stepsPerProcessorSecond: number;
}

/**
 * Steps per second of SGD with momentum: three convolutions of 16, 32 and 64 channels (strides 1, 2, 2) on 3x32x32, batch 64, one
 * model, on one thread; the fastest of calls of ten steps, after one to warm up.
 * @param leastMs - how long to go on
 * @throws EngineUnavailableError when the engine cannot run here
 */
export async function convolutionStepRate(engine: string, leastMs: number): Promise<StepRate> {
  await using executor = await openEngine(engine);
  const size = { models: 1, batchSize: 64, samples: 256, inputs: 3 * 32 * 32 };
  const train = await training(executor, colourConvolutions, size);
  await train(2);
  let wall = Infinity;
  let processor = Infinity;
  const end = performance.now() + leastMs;
  do {
    const started = performance.now();
    const used = process.cpuUsage();
    await train(stepsPerCall);
    const { user, system } = process.cpuUsage(used);
    wall = Math.min(wall, (performance.now() - started) / 1000);
    processor = Math.min(processor, (user + system) / 1e6);
  } while (performance.now() < end);
  return {
    stepsPerSecond: stepsPerCall / wall,
    stepsPerProcessorSecond: stepsPerCall / processor,
  };
}
