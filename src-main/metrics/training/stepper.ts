/** Epochs of minibatch steps of several models at once. */
import type { RunSettings } from '#shared/domain/cells';
import type { CompiledLoop } from '#main/engine/executor';
import { dropoutMasks } from '#main/engine/dropout';
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
  /** Takes steps `from` to `to` - 1 of an epoch (0-based) with all models: the same numbers in one stretch as in several. */
  advance(
    state: TrainingState,
    epoch: number,
    stretch: { readonly from: number; readonly to: number },
  ): Promise<TrainingState>;
  /** Learning rate of a step, counted from 0 over the whole training. */
  rateAt(step: number): number;
}

/** Bytes of noise and masks that one call is given; longer stretches are cut. */
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
  const perModel =
    (optimiser.needsNoise ? network.parameterCount : 0) +
    training.batchSize * network.dropout.units;
  const noiseBytes = 4 * models * perModel;
  const most = noiseBytes === 0 ? full : Math.max(1, Math.floor(mostNoiseBytes / noiseBytes));

  /** Sequences of steps from..to-1, counted over the whole training. */
  const sequences = (from: number, to: number, batch: number): Record<string, Tensor> => {
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
    const dropout =
      network.dropout.units > 0
        ? { dropout: dropoutMasks('dropout', { seeds, steps, batch }, network.dropout) }
        : {};
    return { rate, ...scalars, ...noise, ...dropout };
  };

  let ordersOf = { epoch: -1, orders: [] as readonly Int32Array[] };
  /** The samples of an epoch in the order in which each model visits them; the last epoch's is kept. */
  const ordersIn = (epoch: number) => {
    if (ordersOf.epoch !== epoch) {
      const orders = seeds.map((seed) =>
        new RandomStream(seed, 'shuffle', epoch).permutation(samples),
      );
      ordersOf = { epoch, orders };
    }
    return ordersOf.orders;
  };

  return {
    stepsPerEpoch,
    rateAt,
    start: (stack) => ({ ...stack, ...optimiser.initialStates(stack.theta) }),
    async advance(state, epoch, { from: start, to: end }) {
      const data = { x: train.x, targets: train.targets };
      const first = epoch * stepsPerEpoch;
      let next: Record<string, Tensor> = state;
      const run = async (loop: CompiledLoop, from: number, to: number, batchSize: number) => {
        const parts = ordersIn(epoch).map((order) => order.subarray(from * training.batchSize));
        const indices = minibatches(parts, to - from, batchSize);
        const given = sequences(first + from, first + to, batchSize);
        next = await loop.run(to - from, { ...next, ...data, ...given, indices });
      };
      const endOfFull = Math.min(end, full);
      if (fullLoop)
        for (let from = start; from < endOfFull; from += most)
          await run(fullLoop, from, Math.min(endOfFull, from + most), training.batchSize);
      if (restLoop && end > full) await run(restLoop, full, full + 1, rest);
      return next as TrainingState;
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
