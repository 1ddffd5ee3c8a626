/** What is measured and told of the runs of a program between the calls of the engine. */
import type { RunSettings } from '#shared/domain/cells';
import { isTrajectoryStep, nextTrajectoryStep } from '#shared/domain/trajectory';
import { evaluateModels, type CellContext, type ModelStack, type ModelWeights } from '../context';
import type { SampleMeans } from '../score';
import type { TrainingHooks, TrainingNews } from './hooks';
import { weightsOf, type EpochRow, type TrainingPlace } from './run-state';
import type { Stepper, TrainingState } from './stepper';
import type { Trainee } from './trainee';

/** Writes down what becomes of the runs between the calls of the engine. */
export class Recorder {
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
  }

  /** The steps of the next call: not past the end of the epoch, nor past a step whose weights are recorded. */
  nextStretch({ epoch, step }: TrainingPlace, atMost: number): { from: number; to: number } {
    const { stepsPerEpoch } = this.#stepper;
    const { trajectory } = this.#settings.training;
    const recorded = nextTrajectoryStep(trajectory, epoch * stepsPerEpoch + step, stepsPerEpoch);
    const most = Math.min(step + atMost, recorded - epoch * stepsPerEpoch);
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
        trainRelativeError: train.relativeError,
        testLoss: test.loss,
        testAccuracy: test.accuracy,
        testRelativeError: test.relativeError,
        learningRate,
      };
      trainee.take(row, () => weightsOf(state, s));
      if (isTrajectoryStep(training.trajectory, steps, stepsPerEpoch) || this.#isLast(trainee))
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

  /** Whether these are the last weights of a run that records them. */
  #isLast({ isOver, rows }: Trainee): boolean {
    const { epochs, trajectory } = this.#settings.training;
    return trajectory.name !== 'off' && (isOver || rows.at(-1)?.epoch === epochs);
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
