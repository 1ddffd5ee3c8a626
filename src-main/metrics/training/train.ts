/** Trains the seeds of a cell together. */
import type { RunSettings } from '#shared/domain/cells';
import { initialParameters, initialStatistics } from '#main/engine/networks/initialise';
import { stackModels, type CellContext, type ModelWeights } from '../context';
import type { TrainingHooks } from './hooks';
import { Recorder } from './recorder';
import {
  carriedBy,
  stackCarried,
  weightsOf,
  type EpochRow,
  type RunState,
  type TrainingPlace,
  type TrajectoryPoint,
} from './run-state';
import { makeStepper } from './stepper';
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
    const stretch = recorder.nextStretch(place, hooks.pace?.begin() ?? Infinity);
    state = await stepper.advance(state, place.epoch, stretch);
    hooks.pace?.end(stretch.to - stretch.from);
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
