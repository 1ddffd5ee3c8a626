/** Trains the seeds of a cell together. */
import type { RunSettings } from '#shared/domain/cells';
import { initialParameters, initialStatistics } from '#main/engine/networks/initialise';
import {
  evaluateModels,
  modelRow,
  stackModels,
  type CellContext,
  type ModelStack,
  type ModelWeights,
} from '../context';
import type { SampleMeans } from '../score';
import { makeStepper, type TrainingState } from './stepper';
import { isBetter, StopWatch } from './stop-rules';

/** One finished epoch of one run; epoch 0 is the initial weights. Null where the loss is not finite. */
export interface EpochRow {
  readonly epoch: number;
  readonly trainLoss: number | null;
  /** Null for problems. */
  readonly trainAccuracy: number | null;
  /** Relative L2 error against the exact solution; null for classification. */
  readonly trainRelativeError: number | null;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  readonly testRelativeError: number | null;
  /** Rate of the epoch's last step. */
  readonly learningRate: number;
}

export interface TrainedModel {
  readonly seed: number;
  /** Before the first step. */
  readonly initial: ModelWeights;
  /** The weights that count: those of epoch `countedEpoch`; not finite where the run diverged. */
  readonly final: ModelWeights;
  readonly countedEpoch: number;
  readonly epochs: readonly EpochRow[];
  /** First epoch with a loss that is not finite; null for a run that did not diverge. */
  readonly divergedAt: number | null;
  readonly steps: number;
}

/** What is known of one run while it trains with others. */
interface Trainee {
  readonly seed: number;
  readonly initial: ModelWeights;
  readonly rows: EpochRow[];
  readonly watch: StopWatch;
  /** Weights that count if the training ended now, and their epoch; null while these are the newest. */
  kept: { readonly epoch: number; readonly weights: ModelWeights } | null;
  divergedAt: number | null;
  isStopped: boolean;
}

/**
 * Trains one model per seed, all in one program; each model's numbers are those it would have alone.
 *
 * Each epoch visits the training samples in a new random order (stream `shuffle` of the run's seed, index = epoch), in
 * batches of `batchSize`; an incomplete last batch is dropped or, with `dropLast: false`, taken as a smaller one. Losses and
 * accuracies are over all training and test samples after every epoch, batch norm with its running averages. A run whose
 * train loss is not finite has diverged: a result; the others go on, and so they do when one has met its stop rule.
 * @param onEpoch - called after each epoch with the newest row of every run; null for those that have stopped
 */
export async function trainModels(
  context: CellContext,
  settings: RunSettings,
  seeds: readonly number[],
  onEpoch: (rows: readonly (EpochRow | null)[]) => void = () => undefined,
): Promise<TrainedModel[]> {
  const { training, optimizer } = settings;
  const trainees = seeds.map((seed): Trainee => {
    return {
      seed,
      initial: {
        theta: initialParameters(context.network, seed, settings.model.initialisation),
        statistics: initialStatistics(context.network),
      },
      rows: [],
      watch: new StopWatch(training.stop),
      kept: null,
      divergedAt: null,
      isStopped: false,
    };
  });
  const stepper = await makeStepper(context, settings, seeds);
  let state = stepper.start(stackModels(trainees.map((t) => t.initial)));

  const record = async (epoch: number, learningRate: number) => {
    const means = await evaluateEpoch(context, state);
    const newest = trainees.map((trainee, s) => {
      if (trainee.isStopped) return null;
      const { train, test } = means[s] as (typeof means)[number];
      const row = {
        epoch,
        trainLoss: train.loss,
        trainAccuracy: train.accuracy,
        trainRelativeError: train.relativeError,
        testLoss: test.loss,
        testAccuracy: test.accuracy,
        testRelativeError: test.relativeError,
        learningRate,
      };
      take(trainee, row, () => weightsOf(state, s), training.weights);
      return row;
    });
    onEpoch(newest);
  };

  await record(0, optimizer.learningRate);
  for (let epoch = 1; epoch <= training.epochs; epoch++) {
    if (trainees.every((t) => t.isStopped || t.divergedAt !== null)) break;
    const { next, rate } = await stepper.epoch(state, epoch - 1);
    state = next;
    await record(epoch, rate);
  }
  return trainees.map(({ seed, initial, rows, kept, divergedAt }, s) => {
    const last = (rows.at(-1) as EpochRow).epoch;
    const counted = divergedAt === null ? kept : null;
    return {
      seed,
      initial,
      final: counted?.weights ?? weightsOf(state, s),
      countedEpoch: counted?.epoch ?? last,
      epochs: rows,
      divergedAt,
      steps: stepper.stepsPerEpoch * last,
    };
  });
}

/** Takes an epoch's row: keeps the weights where they count, and stops where the rule says so. */
function take(
  trainee: Trainee,
  row: EpochRow,
  weights: () => ModelWeights,
  counts: RunSettings['training']['weights'],
): void {
  trainee.rows.push(row);
  if (row.trainLoss === null) {
    trainee.divergedAt ??= row.epoch;
    return;
  }
  const isEnd = trainee.watch.isOver(row);
  if (counts !== 'final') {
    const quantity = counts === 'best-train-loss' ? 'trainLoss' : 'testLoss';
    const best = trainee.rows.find((other) => other.epoch === trainee.kept?.epoch);
    if (isBetter(row[quantity], best?.[quantity] ?? null))
      trainee.kept = { epoch: row.epoch, weights: weights() };
  } else if (isEnd) {
    // The others train on, and this model's row of the state with them.
    trainee.kept = { epoch: row.epoch, weights: weights() };
  }
  trainee.isStopped = isEnd;
}

function weightsOf({ theta, statistics }: TrainingState, s: number): ModelWeights {
  return {
    theta: modelRow(theta, s),
    statistics: statistics ? modelRow(statistics, s) : new Float32Array(0),
  };
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
