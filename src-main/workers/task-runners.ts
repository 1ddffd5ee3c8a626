/** How each kind of task runs: reads weights, calls the metric, keeps artifacts. One entry per kind. */
import {
  decodeWeights,
  encodeWeights,
  type ParameterLayout,
  type WeightVectors,
} from '#main/checkpoints/weights-file';
import type { CellContext, ModelWeights } from '#main/metrics/context';
import { measureCka } from '#main/metrics/cka/cka';
import { divergedReason } from '#main/metrics/diverged';
import { measureHessian } from '#main/metrics/hessian/hessian';
import {
  curveStreamSeed,
  measureModeConnectivity,
  scalarNames,
} from '#main/metrics/mode-connectivity/mode-connectivity';
import { trainModels, type EpochRow, type TrainedModel } from '#main/metrics/training/train';
import { measureWeightDistance } from '#main/metrics/weight-distance/weight-distance';
import { putArtifact, readArtifact } from '#main/store/artifacts';
import type { RunSettings } from '#shared/domain/cells';
import { isAccuracy } from '#shared/domain/problem-scalars';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type {
  ArtifactHash,
  JobKind,
  JobTaskOf,
  StoredArtifact,
  TaskResult,
  TrainedRun,
  WorkerReport,
} from './job';

export type TaskOutcome = Omit<TaskResult, 'engine' | 'durationMs'>;

export interface TaskSurroundings {
  readonly context: CellContext;
  readonly settings: RunSettings;
  readonly artifactsFolder: string;
  readonly report: (report: WorkerReport) => void;
}

export type TaskRunner<K extends JobKind> = (
  around: TaskSurroundings,
  tasks: readonly JobTaskOf<K>[],
) => Promise<TaskOutcome[]>;

/** Least time between two progress reports of one job. */
const reportEveryMs = 150;

export const taskRunners: { readonly [K in JobKind]: TaskRunner<K> } = {
  async train(around, tasks) {
    const reportEpochs = epochReporter(around, tasks);
    const seeds = tasks.map((t) => t.seed);
    const models = await trainModels(around.context, around.settings, seeds, reportEpochs);
    return models.map((model, i) => trainOutcome(around, tasks[i] as JobTaskOf<'train'>, model));
  },

  async hessian(around, tasks) {
    const sound = tasks.filter((t) => !t.run.diverged);
    const [first] = sound;
    const models = sound.map(({ run }) => ({ seed: run.seed, weights: loadWeights(around, run) }));
    const measured = first ? await measureHessian(around.context, models, first.metric) : [];
    return tasks.map((task) => {
      const { seed } = task.run;
      const names = [
        'hessianTopEigenvalue',
        'hessianBottomEigenvalue',
        'hessianNegativeRatio',
        'hessianTrace',
      ];
      const samples = `first ${task.metric.samples} training samples`;
      const measurements = task.run.diverged
        ? names.map((name) =>
            missing(name, { kind: 'run', seed }, { reason: divergedReason([seed]), samples }),
          )
        : (measured[sound.indexOf(task)] as Measurement[]);
      return outcome(task.taskId, measurements);
    });
  },

  async cka(around, tasks) {
    const outcomes: TaskOutcome[] = [];
    for (const { taskId, runs, ...options } of tasks) {
      const mixupSeed = around.settings.dataset.noiseSeed;
      outcomes.push(
        outcome(
          taskId,
          await measureCka(around.context, loadAll(around, runs), { ...options, mixupSeed }),
        ),
      );
    }
    return outcomes;
  },

  'weight-distance': (around, tasks) => {
    return Promise.resolve(
      tasks.map(({ taskId, runs, split }) =>
        outcome(taskId, measureWeightDistance(loadAll(around, runs), split)),
      ),
    );
  },

  async 'mode-connectivity'(around, tasks) {
    const sound = tasks.filter((t) => t.runs.every((run) => !run.diverged));
    const [first] = sound;
    const pairs = sound.map(({ runs: [a, b] }) => ({
      seeds: [a.seed, b.seed] as const,
      streamSeed: curveStreamSeed(around.settings, [a.seed, b.seed]),
      first: loadWeights(around, a).theta,
      last: loadWeights(around, b).theta,
    }));
    const curves = first ? await measureModeConnectivity(around.context, pairs, first.metric) : [];
    return tasks.map((task) => {
      const seeds = [task.runs[0].seed, task.runs[1].seed] as const;
      const curve = curves[sound.indexOf(task)];
      if (!curve) {
        const reason = divergedReason(task.runs.filter((r) => r.diverged).map((r) => r.seed));
        const samples = `all ${around.context.train.labels.length} training samples`;
        return outcome(
          task.taskId,
          scalarNames.map((name) => missing(name, { kind: 'pair', seeds }, { reason, samples })),
        );
      }
      const { parameters } = around.context.network;
      const artifacts = [storeWeights(around, 'curve', parameters, { bend: curve.bend })];
      return { ...outcome(task.taskId, curve.measurements), artifacts, steps: curve.steps };
    });
  },
};

function outcome(taskId: TaskOutcome['taskId'], measurements: readonly Measurement[]): TaskOutcome {
  return { taskId, status: 'done', measurements, artifacts: [], steps: 0 };
}

function missing(
  name: string,
  subject: Subject,
  { reason, samples }: { reason: string; samples: string },
): ScalarMeasurement {
  return { kind: 'scalar', name, subject, value: null, reason, error: null, samples };
}

function loadWeights(
  { artifactsFolder, context: { network } }: TaskSurroundings,
  run: TrainedRun,
): ModelWeights {
  const bytes = readArtifact(artifactsFolder, run.weights);
  const flat = decodeWeights(bytes, [...network.parameters, ...network.statistics], 'final');
  return {
    theta: flat.subarray(0, network.parameterCount),
    statistics: flat.subarray(network.parameterCount),
  };
}

function loadAll(
  around: TaskSurroundings,
  runs: readonly TrainedRun[],
): { seed: number; weights: ModelWeights | null }[] {
  return runs.map((run) => ({
    seed: run.seed,
    weights: run.diverged ? null : loadWeights(around, run),
  }));
}

/** @param layout - the tensors that each vector consists of */
function storeWeights(
  { artifactsFolder, context }: TaskSurroundings,
  name: string,
  layout: ParameterLayout,
  vectors: WeightVectors,
): StoredArtifact {
  const bytes = encodeWeights(layout, vectors, { network: context.network.key });
  const { hash, sizeBytes } = putArtifact(artifactsFolder, bytes);
  return { name, hash: hash as ArtifactHash, sizeBytes };
}

/** Parameters and statistics in one vector, as artifacts hold them. */
function flatWeights({ theta, statistics }: ModelWeights): Float32Array {
  const flat = new Float32Array(theta.length + statistics.length);
  flat.set(theta);
  flat.set(statistics, theta.length);
  return flat;
}

function trainOutcome(
  around: TaskSurroundings,
  task: JobTaskOf<'train'>,
  model: TrainedModel,
): TaskOutcome {
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
    ],
    artifacts: [
      storeWeights(around, 'weights', [...network.parameters, ...network.statistics], {
        initial: flatWeights(model.initial),
        final: flatWeights(model.final),
      }),
    ],
    steps: model.steps,
  };
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

/** Collects the epochs of every run and reports them a few times a second. */
function epochReporter(
  { context, settings, report }: TaskSurroundings,
  tasks: readonly JobTaskOf<'train'>[],
): (rows: readonly (EpochRow | null)[]) => void {
  const waiting: EpochRow[][] = tasks.map(() => []);
  const stepsPerEpoch = context.train.labels.length / settings.training.batchSize;
  let reportedAt = performance.now();
  return (rows) => {
    rows.forEach((row, i) => {
      if (row) waiting[i]?.push(row);
    });
    const now = performance.now();
    if (now - reportedAt < reportEveryMs) return;
    reportedAt = now;
    tasks.forEach(({ taskId }, i) => {
      const newest = waiting[i] as EpochRow[];
      if (newest.length === 0) return;
      const steps = Math.round((newest.at(-1)?.epoch ?? 0) * stepsPerEpoch);
      report({
        kind: 'epochs',
        taskId,
        epochs: settings.training.epochs,
        steps,
        columns: epochColumns(newest, context.objective.score === 'relative-error'),
      });
      waiting[i] = [];
    });
  };
}
