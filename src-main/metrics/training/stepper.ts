/** Epochs of minibatch steps of several models at once. */
import type { RunSettings } from '#shared/domain/cells';
import type { CompiledLoop } from '#main/engine/executor';
import { RandomStream } from '#main/engine/random';
import { scheduleFactor } from '#main/engine/schedules';
import { tensor, type Tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';
import type { CellContext, ModelStack } from '../context';
import { optimiserOf } from './optimiser-of';

/** What a step changes: the models and what their optimiser remembers, each [S, 1, ...]. */
export type TrainingState = ModelStack & Readonly<Record<string, Tensor>>;

export interface Stepper {
  readonly stepsPerEpoch: number;
  /** The state before the first step. */
  start(models: ModelStack): TrainingState;
  /** One epoch (0-based) of all models. */
  epoch(state: TrainingState, epoch: number): Promise<{ next: TrainingState; rate: number }>;
}

/** Bytes of noise that one call is given; longer epochs are cut. */
const mostNoiseBytes = 50_000_000;

/** Compiles the loop for full batches and, where needed, one for the smaller last batch. */
export async function makeStepper(
  context: CellContext,
  { training, optimizer }: RunSettings,
  seeds: readonly number[],
): Promise<Stepper> {
  const { executor, network, objective, inputs, classes, train } = context;
  const samples = train.labels.length;
  const models = seeds.length;
  const { schedule } = optimizer;
  const { compressibility } = training;
  const optimiser = optimiserOf(optimizer);
  const constantRate = schedule.name === 'constant';
  const compile = (batchSize: number) => {
    const shape = { models, batchSize, samples, inputs, classes };
    const key = `train ${network.key} ${objective.key} ${Object.values(shape).join(' ')} ${optimiser.key} ${compressibility} ${String(constantRate)}`;
    return executor.loop(key, () =>
      trainingLoop(network, { ...shape, objective }, { optimiser, constantRate, compressibility }),
    );
  };
  const full = Math.floor(samples / training.batchSize);
  const rest = training.dropLast ? 0 : samples - full * training.batchSize;
  const stepsPerEpoch = full + (rest > 0 ? 1 : 0);
  const total = stepsPerEpoch * training.epochs;
  const fullLoop = full > 0 ? await compile(training.batchSize) : null;
  const restLoop = rest > 0 ? await compile(rest) : null;
  const rateAt = (step: number) =>
    optimizer.learningRate * scheduleFactor(schedule, step, { total, perEpoch: stepsPerEpoch });
  const noiseBytes = optimiser.needsNoise ? 4 * models * network.parameterCount : 0;
  const most = noiseBytes === 0 ? full : Math.max(1, Math.floor(mostNoiseBytes / noiseBytes));

  /** Sequences of steps from..to-1, counted over the whole training. */
  const sequences = (from: number, to: number): Record<string, Tensor> => {
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    const scalars = Object.fromEntries(
      optimiser.scalars.map((name) => [
        name,
        tensor(
          [steps.length],
          Float32Array.from(steps, (step) => optimiser.scalarsAt(step)[name] as number),
        ),
      ]),
    );
    const rate = constantRate
      ? tensor([], Float32Array.of(optimizer.learningRate))
      : tensor([steps.length], Float32Array.from(steps, rateAt));
    const noise = optimiser.needsNoise
      ? { noise: normalNoise(seeds, steps, network.parameterCount) }
      : {};
    return { rate, ...scalars, ...noise };
  };

  return {
    stepsPerEpoch,
    start: (stack) => ({ ...stack, ...optimiser.initialStates(stack.theta) }),
    async epoch(state, epoch) {
      const orders = seeds.map((seed) =>
        new RandomStream(seed, 'shuffle', epoch).permutation(samples),
      );
      const data = { x: train.x, targets: train.targets };
      const first = epoch * stepsPerEpoch;
      let next: Record<string, Tensor> = state;
      const advance = async (loop: CompiledLoop, from: number, to: number, batchSize: number) => {
        const parts = orders.map((order) => order.subarray(from * training.batchSize));
        const indices = minibatches(parts, to - from, batchSize);
        const given = sequences(first + from, first + to);
        next = await loop.run(to - from, { ...next, ...data, ...given, indices });
      };
      if (fullLoop)
        for (let from = 0; from < full; from += most)
          await advance(fullLoop, from, Math.min(full, from + most), training.batchSize);
      if (restLoop) await advance(restLoop, full, full + 1, rest);
      return { next: next as TrainingState, rate: rateAt(first + stepsPerEpoch - 1) };
    },
  };
}

/** Standard normal numbers [steps, S, 1, P], stream `langevin` of each seed, index = step. */
function normalNoise(seeds: readonly number[], steps: readonly number[], size: number): Tensor {
  const data = new Float32Array(steps.length * seeds.length * size);
  let at = 0;
  for (const step of steps)
    for (const seed of seeds) {
      const stream = new RandomStream(seed, 'langevin', step);
      for (let i = 0; i < size; i++) data[at++] = stream.normal();
    }
  return tensor([steps.length, seeds.length, 1, size], data);
}

/** Index matrix [steps, S, batch] from one order of the samples per model. */
function minibatches(orders: readonly Int32Array[], steps: number, batch: number): Tensor {
  const models = orders.length;
  const data = new Int32Array(steps * models * batch);
  for (let step = 0; step < steps; step++) {
    orders.forEach((order, s) => {
      data.set(order.subarray(step * batch, (step + 1) * batch), (step * models + s) * batch);
    });
  }
  return tensor([steps, models, batch], data);
}
