/** Trains the seeds of a cell together. */
import type { RunSettings } from '#shared/domain/cells';
import { isTrajectoryStep, nextTrajectoryStep } from '#shared/domain/trajectory';
import { initialParameters, initialStatistics } from '#main/engine/networks/initialise';
import {
  evaluateModels,
  stackModels,
  type CellContext,
  type ModelStack,
  type ModelWeights,
  type SampleMeans,
} from '../context';
import { CallPace } from './pace';
import {
  carriedBy,
  stackCarried,
  weightsOf,
  type EpochRow,
  type RunState,
  type TrainingPlace,
  type TrajectoryPoint,
} from './run-state';
import { makeStepper, type Stepper, type TrainingState } from './stepper';
import { Trainee } from './trainee';

export interface TrainedModel {
  readonly seed: number;
  /** Before the first step. */
  readonly initial: ModelWeights;
  /** The weights that count: those of epoch `countedEpoch`; not finite where the run diverged. */
  readonly final: ModelWeights;
  readonly countedEpoch: number;
  readonly epochs: readonly EpochRow[];
  /** First epoch with a loss that is not finite, the run's last; null for a run that did not diverge. */
  readonly divergedAt: number | null;
  readonly steps: number;
  /** The recorded weights, by step; empty where none are asked for. */
  readonly trajectory: readonly TrajectoryPoint[];
}

/** What there is to tell between two calls of the engine. */
export interface TrainingNews {
  /** Optimiser steps taken so far, and those of the whole training. */
  readonly steps: number;
  readonly totalSteps: number;
  /** Epochs that ended since the last news, for each run. */
  readonly rows: readonly (readonly EpochRow[])[];
}

/** What the surroundings of a training take part in; without them it begins at its beginning and goes on to its end. */
export interface TrainingHooks {
  /** The runs as they were put down, one for each seed, all at the same place. */
  readonly begun?: readonly RunState[];
  readonly tell?: (news: TrainingNews) => void;
  /**
   * Asked between two calls of the engine, with what is needed to go on from there later.
   * @returns whether the training is put down here
   */
  readonly between?: (place: TrainingPlace, states: () => readonly RunState[]) => Promise<boolean>;
  /** Keeps a point of a trajectory. */
  readonly keepWeights?: (weights: ModelWeights) => {
    readonly hash: string;
    readonly sizeBytes: number;
  };
}

/**
 * Trains one model per seed, all in one program; each model's numbers are those it would have alone.
 *
 * Each epoch visits the training samples in a new random order (stream `shuffle` of the run's seed, index = epoch), in
 * batches of `batchSize`; an incomplete last batch is dropped or, with `dropLast: false`, taken as a smaller one. Losses and
 * accuracies are over all training and test samples after every epoch, batch norm with its running averages. A run whose
 * train loss is not finite has diverged: a result; the others go on, and so they do when one has met its stop rule.
 * @returns null where it was put down before its end
 */
export async function trainModels(
  context: CellContext,
  settings: RunSettings,
  seeds: readonly number[],
  hooks: TrainingHooks = {},
): Promise<TrainedModel[] | null> {
  const { training } = settings;
  const begun = hooks.begun ?? null;
  const trainees = seeds.map((seed, i) => {
    const initial = {
      theta: initialParameters(context.network, seed, settings.model.initialisation),
      statistics: initialStatistics(context.network),
    };
    return new Trainee({ seed, initial }, training, begun?.[i] ?? null);
  });
  const stepper = await makeStepper(context, settings, seeds);
  let place = begun?.[0]?.place ?? { epoch: 0, step: 0 };
  let state = begun
    ? stackCarried(begun.map((run) => run.carried))
    : stepper.start(stackModels(trainees.map((t) => t.initial)));
  const recorder = new Recorder(context, settings, { trainees, stepper, hooks });
  if (begun) recorder.tellAll(place);
  else await recorder.epoch(state, place);

  while (place.epoch < training.epochs && trainees.some((trainee) => !trainee.isOver)) {
    const stretch = recorder.nextStretch(place);
    const started = performance.now();
    state = await stepper.advance(state, place.epoch, stretch);
    recorder.pace.took(stretch.to - stretch.from, performance.now() - started);
    const isEnd = stretch.to === stepper.stepsPerEpoch;
    place = isEnd ? { epoch: place.epoch + 1, step: 0 } : { ...place, step: stretch.to };
    await (isEnd ? recorder.epoch(state, place) : recorder.step(state, place));
    const here = place;
    const carried = state;
    const states = () =>
      trainees.map((trainee, s) => stateOf(trainee, here, carriedBy(carried, s)));
    if ((await hooks.between?.(place, states)) === true) return null;
  }
  return trainees.map((trainee, s) => {
    const { seed, initial, rows, kept, divergedAt } = trainee;
    const last = (rows.at(-1) as EpochRow).epoch;
    return {
      seed,
      initial,
      final: kept?.weights ?? weightsOf(state, s),
      countedEpoch: kept?.epoch ?? last,
      epochs: rows,
      divergedAt,
      steps: stepper.stepsPerEpoch * last,
      trajectory: trainee.points,
    };
  });
}

function stateOf(
  { seed, rows, kept, points }: Trainee,
  place: TrainingPlace,
  carried: RunState['carried'],
): RunState {
  return { seed, place, rows, kept, carried, points };
}

/** Writes down what becomes of the runs between the calls of the engine. */
class Recorder {
  readonly pace: CallPace;
  readonly #context: CellContext;
  readonly #settings: RunSettings;
  readonly #trainees: readonly Trainee[];
  readonly #stepper: Stepper;
  readonly #hooks: TrainingHooks;

  constructor(
    context: CellContext,
    settings: RunSettings,
    parts: { trainees: readonly Trainee[]; stepper: Stepper; hooks: TrainingHooks },
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#trainees = parts.trainees;
    this.#stepper = parts.stepper;
    this.#hooks = parts.hooks;
    this.pace = new CallPace(context.train.x.data.byteLength);
  }

  /** The steps of the next call: not past the end of the epoch, nor past a step whose weights are recorded. */
  nextStretch({ epoch, step }: TrainingPlace): { from: number; to: number } {
    const { stepsPerEpoch } = this.#stepper;
    const { trajectory } = this.#settings.training;
    const recorded = nextTrajectoryStep(trajectory, epoch * stepsPerEpoch + step, stepsPerEpoch);
    const most = Math.min(step + this.pace.most, recorded - epoch * stepsPerEpoch);
    return { from: step, to: Math.min(stepsPerEpoch, most) };
  }

  /** An epoch has ended; `place` is the beginning of the next. */
  async epoch(state: TrainingState, place: TrainingPlace): Promise<void> {
    const { training, optimizer } = this.#settings;
    const { stepsPerEpoch } = this.#stepper;
    const steps = place.epoch * stepsPerEpoch;
    const means = await evaluateEpoch(this.#context, state);
    const learningRate =
      place.epoch === 0 ? optimizer.learningRate : this.#stepper.rateAt(steps - 1);
    const newest = this.#trainees.map((trainee, s): EpochRow[] => {
      if (trainee.isOver) return [];
      const { train, test } = means[s] as (typeof means)[number];
      const row = {
        epoch: place.epoch,
        trainLoss: train.loss,
        trainAccuracy: train.accuracy,
        testLoss: test.loss,
        testAccuracy: test.accuracy,
        learningRate,
      };
      trainee.take(row, () => weightsOf(state, s));
      const isLast = trainee.isOver || place.epoch === training.epochs;
      const { trajectory } = training;
      if (
        isTrajectoryStep(trajectory, steps, stepsPerEpoch) ||
        (isLast && trajectory.name !== 'off')
      )
        this.#keepPoint(trainee, place, { weights: weightsOf(state, s), trainLoss: row.trainLoss });
      return [row];
    });
    this.#tell(place, newest);
  }

  /** A call has ended inside an epoch. */
  async step(state: TrainingState, place: TrainingPlace): Promise<void> {
    const { stepsPerEpoch } = this.#stepper;
    const steps = place.epoch * stepsPerEpoch + place.step;
    if (isTrajectoryStep(this.#settings.training.trajectory, steps, stepsPerEpoch)) {
      const { train } = this.#context;
      const options = { samples: train, ranges: [[0, train.labels.length]] as const };
      const means = await evaluateModels(this.#context, stackOf(state), options);
      for (const [s, trainee] of this.#trainees.entries())
        if (!trainee.isOver)
          this.#keepPoint(trainee, place, {
            weights: weightsOf(state, s),
            trainLoss: means[s]?.[0]?.loss ?? null,
          });
    }
    this.#tell(
      place,
      this.#trainees.map(() => []),
    );
  }

  /** What was known before the training was taken up again. */
  tellAll(place: TrainingPlace): void {
    this.#tell(
      place,
      this.#trainees.map((trainee) => trainee.rows),
    );
  }

  #tell({ epoch, step }: TrainingPlace, rows: TrainingNews['rows']): void {
    const { stepsPerEpoch } = this.#stepper;
    const totalSteps = this.#settings.training.epochs * stepsPerEpoch;
    this.#hooks.tell?.({ steps: epoch * stepsPerEpoch + step, totalSteps, rows });
  }

  #keepPoint(
    trainee: Trainee,
    { epoch, step }: TrainingPlace,
    { weights, trainLoss }: { weights: ModelWeights; trainLoss: number | null },
  ): void {
    const { stepsPerEpoch } = this.#stepper;
    const kept = this.#hooks.keepWeights?.(weights);
    if (!kept) return;
    trainee.points.push({
      step: epoch * stepsPerEpoch + step,
      epoch: epoch + step / stepsPerEpoch,
      trainLoss,
      ...kept,
    });
  }
}

function stackOf({ theta, statistics }: TrainingState): ModelStack {
  return { theta, ...(statistics ? { statistics } : {}) };
}

async function evaluateEpoch(
  context: CellContext,
  state: TrainingState,
): Promise<{ train: SampleMeans; test: SampleMeans }[]> {
  const trainCount = context.train.labels.length;
  const ranges = [
    [0, trainCount],
    [trainCount, context.all.labels.length],
  ] as const;
  const means = await evaluateModels(context, stackOf(state), { samples: context.all, ranges });
  return means.map(([train, test]) => ({ train: train as SampleMeans, test: test as SampleMeans }));
}
