/** Trains the seeds of a cell together. */
import type { RunSettings } from '#shared/domain/cells';
import { initialParameters, initialStatistics } from '#main/engine/networks/initialise';
import { scheduleFactor } from '#main/engine/optimisers';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { sgdLoop } from '#main/engine/training-loop';
import {
  evaluateModels,
  modelRow,
  stackModels,
  type CellContext,
  type ModelStack,
  type ModelWeights,
  type SampleMeans,
} from '../context';

/** One finished epoch of one run; epoch 0 is the initial weights. Null where the loss is not finite. */
export interface EpochRow {
  readonly epoch: number;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  /** Rate of the epoch's last step. */
  readonly learningRate: number;
}

export interface TrainedModel {
  readonly seed: number;
  /** Before the first step. */
  readonly initial: ModelWeights;
  /** After the last step; not finite where the run diverged. */
  readonly final: ModelWeights;
  readonly epochs: readonly EpochRow[];
  /** First epoch with a loss that is not finite; null for a run that did not diverge. */
  readonly divergedAt: number | null;
  readonly steps: number;
}

/**
 * Trains one model per seed with minibatch SGD, all in one program; each model's numbers are those it would have alone.
 *
 * Each epoch visits the training samples in a new random order (stream `shuffle` of the run's seed, index = epoch), in
 * batches of `batchSize`; an incomplete last batch is dropped or, with `dropLast: false`, taken as a smaller one. Losses and
 * accuracies are over all training and test samples after every epoch. A run whose train loss is not finite has diverged:
 * a result; the others go on.
 * @param onEpoch - called after each epoch with the newest row of every run
 */
export async function trainModels(
  context: CellContext,
  settings: RunSettings,
  seeds: readonly number[],
  onEpoch: (rows: readonly EpochRow[]) => void = () => undefined,
): Promise<TrainedModel[]> {
  const { training, optimizer } = settings;
  const initial = seeds.map((seed): ModelWeights => {
    return {
      theta: initialParameters(context.network, seed, settings.model.initialisation),
      statistics: initialStatistics(context.network),
    };
  });
  const stepper = await makeStepper(context, settings, seeds.length);
  let state: TrainingState = { ...stackModels(initial) };
  if (optimizer.momentum !== 0)
    state.buffer = tensor(state.theta.shape, new Float32Array(state.theta.data.length));

  const rows: EpochRow[][] = seeds.map(() => []);
  const divergedAt = seeds.map((): number | null => null);
  const record = async (epoch: number, learningRate: number) => {
    const means = await evaluateEpoch(context, state);
    means.forEach(({ train, test }, s) => {
      if (train.loss === null) divergedAt[s] ??= epoch;
      rows[s]?.push({
        epoch,
        trainLoss: train.loss,
        trainAccuracy: train.accuracy,
        testLoss: test.loss,
        testAccuracy: test.accuracy,
        learningRate,
      });
    });
    onEpoch(rows.map((r) => r.at(-1) as EpochRow));
  };

  await record(0, optimizer.learningRate);
  for (let epoch = 1; epoch <= training.epochs; epoch++) {
    const { next, rate } = await stepper.epoch(state, epoch - 1, seeds);
    state = next;
    await record(epoch, rate);
    if (divergedAt.every((at) => at !== null)) break;
  }
  return seeds.map((seed, s) => ({
    seed,
    initial: initial[s] as ModelWeights,
    final: {
      theta: modelRow(state.theta, s),
      statistics: state.statistics ? modelRow(state.statistics, s) : new Float32Array(0),
    },
    epochs: rows[s] as EpochRow[],
    divergedAt: divergedAt[s] as number | null,
    steps: stepper.stepsPerEpoch * ((rows[s] as EpochRow[]).length - 1),
  }));
}

async function evaluateEpoch(
  context: CellContext,
  { theta, statistics }: TrainingState,
): Promise<{ train: SampleMeans; test: SampleMeans }[]> {
  const trainCount = context.train.labels.length;
  const ranges = [
    [0, trainCount],
    [trainCount, context.all.labels.length],
  ] as const;
  const stack: ModelStack = { theta, ...(statistics ? { statistics } : {}) };
  const means = await evaluateModels(context, stack, { samples: context.all, ranges });
  return means.map(([train, test]) => ({ train: train as SampleMeans, test: test as SampleMeans }));
}

/** What a step changes: the models and what their optimiser remembers. */
interface TrainingState {
  theta: Tensor;
  /** Momentum. */
  buffer?: Tensor;
  statistics?: Tensor;
}

interface Stepper {
  readonly stepsPerEpoch: number;
  /** One epoch (0-based) of all models. */
  epoch(
    state: TrainingState,
    epoch: number,
    seeds: readonly number[],
  ): Promise<{ next: TrainingState; rate: number }>;
}

/** Compiles the loop for full batches and, where needed, one for the smaller last batch. */
async function makeStepper(
  context: CellContext,
  { training, optimizer }: RunSettings,
  models: number,
): Promise<Stepper> {
  const { executor, network, inputs, classes, train } = context;
  const samples = train.labels.length;
  const { momentum, nesterov, weightDecay, schedule } = optimizer;
  const constantRate = schedule.name === 'constant';
  const compile = (batchSize: number) => {
    const shape = { models, batchSize, samples, inputs, classes };
    const key = `sgd ${network.key} ${Object.values(shape).join(' ')} ${momentum} ${String(nesterov)} ${weightDecay} ${String(constantRate)}`;
    return executor.loop(key, () =>
      sgdLoop(network, shape, { momentum, nesterov, weightDecay, constantRate }),
    );
  };
  const full = Math.floor(samples / training.batchSize);
  const rest = training.dropLast ? 0 : samples - full * training.batchSize;
  const stepsPerEpoch = full + (rest > 0 ? 1 : 0);
  const total = stepsPerEpoch * training.epochs;
  const fullLoop = await compile(training.batchSize);
  const restLoop = rest > 0 ? await compile(rest) : null;

  return {
    stepsPerEpoch,
    async epoch(state, epoch, seeds) {
      const rates = Float32Array.from({ length: stepsPerEpoch }, (_, i) => {
        return (
          optimizer.learningRate *
          scheduleFactor(schedule, epoch * stepsPerEpoch + i, { total, perEpoch: stepsPerEpoch })
        );
      });
      const orders = seeds.map((seed) =>
        new RandomStream(seed, 'shuffle', epoch).permutation(samples),
      );
      const data = { x: train.x, targets: train.targets };
      const rateOf = (from: number, to: number) =>
        constantRate ? tensor([], rates.slice(0, 1)) : tensor([to - from], rates.slice(from, to));
      let next: Record<string, Tensor> = await fullLoop.run(full, {
        ...state,
        ...data,
        rate: rateOf(0, full),
        indices: minibatches(orders, full, training.batchSize),
      });
      if (restLoop) {
        const indices = minibatches(
          orders.map((order) => order.subarray(full * training.batchSize)),
          1,
          rest,
        );
        next = await restLoop.run(1, { ...next, ...data, rate: rateOf(full, full + 1), indices });
      }
      return { next: next as unknown as TrainingState, rate: rates.at(-1) as number };
    },
  };
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
