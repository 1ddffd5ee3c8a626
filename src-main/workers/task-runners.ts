/** How each kind of task runs: reads weights, calls the metric, keeps artifacts. One entry per kind. */
import { decodeWeights } from '#main/checkpoints/weights-file';
import type { ModelWeights } from '#main/metrics/context';
import { measureCka } from '#main/metrics/cka/cka';
import { divergedReason } from '#main/metrics/diverged';
import { measureHessian } from '#main/metrics/hessian/hessian';
import {
  curveStreamSeed,
  measureModeConnectivity,
  scalarNames,
} from '#main/metrics/mode-connectivity/mode-connectivity';
import { measureWeightDistance } from '#main/metrics/weight-distance/weight-distance';
import { readArtifact } from '#main/store/artifacts';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { JobKind, JobTaskOf, TrainedRun } from './job';
import { storeWeights, type TaskOutcome, type TaskSurroundings } from './task-surroundings';
import { runTrainings } from './train-runner';

export type TaskRunner<K extends JobKind> = (
  around: TaskSurroundings,
  tasks: readonly JobTaskOf<K>[],
) => Promise<TaskOutcome[]>;

export const taskRunners: { readonly [K in JobKind]: TaskRunner<K> } = {
  train: runTrainings,

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
