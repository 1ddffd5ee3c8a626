/** How a pack of trainings runs in a worker: taken up where each was put down, told while it runs, put down again when asked. */
import type { ModelWeights } from '#main/metrics/context';
import type { EpochRow, TrajectoryPoint } from '#main/metrics/training/run-state';
import type { TrainingNews } from '#main/metrics/training/hooks';
import { trainModels, type TrainedModel } from '#main/metrics/training/train';
import { putArtifact } from '#main/store/artifacts';
import { encodeTrajectory } from '#main/store/trajectory';
import { isAccuracy } from '#shared/domain/problem-scalars';
import type { ScalarMeasurement, SeriesMeasurement, Subject } from '#shared/domain/measurement';
import { CallPace } from './call-pace';
import { evaluateImported } from './import-runner';
import type { ArtifactHash, StoredArtifact, TrainTask } from './job';
import {
  flatWeights,
  storeWeights,
  type TaskOutcome,
  type TaskSurroundings,
} from './task-surroundings';
import { CheckpointWriter, findBegun, type BegunRun } from './training-checkpoints';

/** Least time between two progress reports of one job. */
const reportEveryMs = 150;
/** A turn of the event loop, in which a request to pause is heard, is taken this often. */
const listenEveryMs = 100;

/**
 * Trains the runs of a job. Those that were put down at different places go on one group after another: a program has one place.
 * @returns the outcomes of the trainings that ended; the others were put down on request
 */
export async function runTrainings(
  around: TaskSurroundings,
  tasks: readonly TrainTask[],
): Promise<TaskOutcome[]> {
  if (tasks.some(({ imported }) => imported)) return evaluateImported(around, tasks);
  const options = {
    ...around,
    stamp: around.context.executor.stamp,
    checkpoints: around.settings.training.checkpoints,
  };
  const begun = tasks.map((task) => ({ task, run: findBegun(task, options) }));
  const groups = Map.groupBy(begun, ({ run }) => JSON.stringify(run?.state.place ?? null));
  const outcomes: TaskOutcome[] = [];
  for (const group of groups.values()) outcomes.push(...(await runGroup(around, group, options)));
  return outcomes;
}

async function runGroup(
  around: TaskSurroundings,
  group: readonly { task: TrainTask; run: BegunRun | null }[],
  options: ConstructorParameters<typeof CheckpointWriter>[1],
): Promise<TaskOutcome[]> {
  const tasks = group.map(({ task }) => task);
  const runs = group.flatMap(({ run }) => run ?? []);
  const earlierMs = runs.reduce((sum, run) => sum + run.durationMs, 0) / tasks.length;
  const writer = new CheckpointWriter(tasks, options, earlierMs);
  const mayPause = options.checkpoints.name !== 'off';
  let heardAt = performance.now();
  const seeds = tasks.map((task) => task.seed);
  const models = await trainModels(around.context, around.settings, seeds, {
    ...(runs.length > 0 ? { begun: runs.map((run) => run.state) } : {}),
    pace: new CallPace(around.context.train.x.data.byteLength),
    tell: reporter(around, tasks),
    keepWeights: (weights) => keepWeights(around, weights),
    async between(place, states) {
      if (performance.now() - heardAt >= listenEveryMs) {
        await new Promise((resolve) => setImmediate(resolve));
        heardAt = performance.now();
      }
      const isPaused = mayPause && around.isPaused();
      const isWritten = (isPaused || writer.isDue(place)) && (await writer.write(states()));
      return isPaused && isWritten;
    },
  });
  return (models ?? []).map((model, i) => ({
    ...trainOutcome(around, tasks[i] as TrainTask, model),
    earlierMs,
  }));
}

/** Collects what a training tells and reports it a few times a second. */
function reporter(
  { context, settings, report }: TaskSurroundings,
  tasks: readonly TrainTask[],
): (news: TrainingNews) => void {
  const isProblem = context.objective.score === 'relative-error';
  const waiting: EpochRow[][] = tasks.map(() => []);
  let reportedAt: number | null = null;
  let stepsBefore = 0;
  return ({ rows, steps, totalSteps }) => {
    rows.forEach((newest, i) => waiting[i]?.push(...newest));
    const now = performance.now();
    if (reportedAt === null) {
      stepsBefore = steps;
      // One that goes on has much to tell at once; one that begins has nothing yet.
      reportedAt = steps > 0 ? -Infinity : now;
    }
    if (now - reportedAt < reportEveryMs) return;
    reportedAt = now;
    tasks.forEach(({ taskId }, i) => {
      const { epochs } = settings.training;
      const columns = epochColumns(waiting[i] ?? [], isProblem);
      const packed = tasks.length;
      report({ kind: 'epochs', taskId, epochs, packed, steps, stepsBefore, totalSteps, columns });
      waiting[i] = [];
    });
  };
}

function keepWeights(around: TaskSurroundings, weights: ModelWeights) {
  const { parameters, statistics } = around.context.network;
  const layout = [...parameters, ...statistics];
  return storeWeights(around, 'trajectory', layout, { weights: flatWeights(weights) });
}

function trainOutcome(around: TaskSurroundings, task: TrainTask, model: TrainedModel): TaskOutcome {
  const subject: Subject = { kind: 'run', seed: task.seed };
  const trainSamples = `all ${around.context.train.labels.length} training samples`;
  const testSamples = `all ${around.context.test.labels.length} test samples`;
  const counted = model.epochs.find((row) => row.epoch === model.countedEpoch) as EpochRow;
  const { network, objective } = around.context;
  const isProblem = objective.score === 'relative-error';
  const scalar = (name: Exclude<keyof EpochRow, 'epoch' | 'learningRate'>): ScalarMeasurement => {
    const base = {
      kind: 'scalar',
      name,
      subject,
      samples: name.startsWith('train') ? trainSamples : testSamples,
      error: null,
    } as const;
    const value = model.divergedAt === null ? counted[name] : null;
    if (value !== null) return { ...base, value };
    if (model.divergedAt !== null) {
      const reason = `the run diverged: its loss is not finite from epoch ${model.divergedAt} on`;
      return { ...base, value, reason };
    }
    if (isProblem && isAccuracy(name)) return { ...base, value, reason: noAccuracy };
    return { ...base, value, reason: 'the loss is not finite' };
  };
  return {
    taskId: task.taskId,
    status: model.divergedAt === null ? 'done' : 'diverged',
    measurements: [
      scalar('trainLoss'),
      scalar('trainAccuracy'),
      scalar('testLoss'),
      scalar('testAccuracy'),
      ...(isProblem ? [scalar('trainRelativeError'), scalar('testRelativeError')] : []),
      {
        kind: 'series',
        name: 'training',
        subject,
        columns: epochColumns(model.epochs, isProblem),
        samples: `${trainSamples}, ${testSamples}`,
      },
      ...trajectorySeries(model.trajectory, { subject, samples: trainSamples }),
    ],
    artifacts: [
      storeWeights(around, 'weights', [...network.parameters, ...network.statistics], {
        initial: flatWeights(model.initial),
        final: flatWeights(model.final),
      }),
      ...trajectoryArtifacts(around, model.trajectory),
    ],
    steps: model.steps,
  };
}

function trajectorySeries(
  points: readonly TrajectoryPoint[],
  { subject, samples }: Pick<SeriesMeasurement, 'subject' | 'samples'>,
): SeriesMeasurement[] {
  if (points.length === 0) return [];
  const columns = {
    step: points.map((point) => point.step),
    epoch: points.map((point) => point.epoch),
    trainLoss: points.map((point) => point.trainLoss),
  };
  return [{ kind: 'series', name: 'trajectory', subject, columns, samples }];
}

/** The index, and every point by its step, so that the database names all files of a trajectory. */
function trajectoryArtifacts(
  { artifactsFolder }: TaskSurroundings,
  points: readonly TrajectoryPoint[],
): StoredArtifact[] {
  if (points.length === 0) return [];
  const index = putArtifact(artifactsFolder, encodeTrajectory(points));
  return [
    { name: 'trajectory', hash: index.hash as ArtifactHash, sizeBytes: index.sizeBytes },
    ...points.map(({ step, hash, sizeBytes }) => ({
      name: `trajectory.${step}`,
      hash: hash as ArtifactHash,
      sizeBytes,
    })),
  ];
}

/** Why a run on a problem has no accuracy. */
const noAccuracy = 'a problem has no classes: its relative error takes the place of accuracy';

/** The score's own columns only: accuracies, or relative errors. */
function epochColumns(
  rows: readonly EpochRow[],
  isProblem: boolean,
): Record<string, (number | null)[]> {
  const column = (name: keyof EpochRow) => rows.map((row) => row[name]);
  return {
    epoch: column('epoch'),
    trainLoss: column('trainLoss'),
    ...(isProblem
      ? { trainRelativeError: column('trainRelativeError') }
      : { trainAccuracy: column('trainAccuracy') }),
    testLoss: column('testLoss'),
    ...(isProblem
      ? { testRelativeError: column('testRelativeError') }
      : { testAccuracy: column('testAccuracy') }),
    learningRate: column('learningRate'),
  };
}
