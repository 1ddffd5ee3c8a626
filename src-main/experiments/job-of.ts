/** Makes the message that tells a worker what to do. */
import type { MetricSpec, MetricSpecOf } from '#shared/domain/spec';
import { PhasescapeError } from '#shared/errors';
import type { ArtifactHash, Job, JobTask, TaskId, TrainedRun } from '../workers/job';
import { defaultCostMs } from './estimate';
import type { PlannedTask } from './plan';

/** A finished training: where its weights are. */
export interface FinishedRun {
  readonly weights: string;
  readonly diverged: boolean;
}

/**
 * A job of tasks of one kind on one cell.
 * @param finished - the trainings that the tasks read
 * @throws PhasescapeError `internal` when a training that is read has not finished
 */
export function jobOf(
  jobId: string,
  tasks: readonly PlannedTask[],
  finished: ReadonlyMap<string, FinishedRun>,
): Job {
  const [first] = tasks;
  if (!first) throw new RangeError('job: must have at least one task, got none');
  return {
    jobId,
    kind: first.kind,
    engine: first.engine,
    settings: first.settings,
    sampleOrder: first.sampleOrder,
    expectedMs: tasks.reduce((sum, task) => sum + defaultCostMs(task), 0),
    dataDigest: first.data.digest,
    tasks: tasks.map((task) => jobTask(task, finished)),
  };
}

function jobTask(task: PlannedTask, finished: ReadonlyMap<string, FinishedRun>): JobTask {
  const taskId = task.id as TaskId;
  const runs = task.reads.map((id, index): TrainedRun => {
    const run = finished.get(id);
    if (!run)
      throw new PhasescapeError(
        'internal',
        `task ${task.id}: what it reads must have finished, got unfinished ${id}`,
      );
    const seed = task.seeds[index] ?? 0;
    return {
      taskId: id as TaskId,
      seed,
      weights: run.weights as ArtifactHash,
      diverged: run.diverged,
    };
  });
  const split = task.split === undefined ? {} : { split: task.split };
  switch (task.kind) {
    case 'train':
      return { kind: 'train', taskId, seed: task.seeds[0] ?? 0 };
    case 'hessian':
      return { kind: 'hessian', taskId, run: at(runs, 0, task), metric: metricOf(task, 'hessian') };
    case 'cka':
      return { kind: 'cka', taskId, runs, ...split, metric: metricOf(task, 'cka') };
    case 'weight-distance':
      return {
        kind: 'weight-distance',
        taskId,
        runs,
        ...split,
        metric: metricOf(task, 'weight-distance'),
      };
    case 'mode-connectivity':
      return {
        kind: 'mode-connectivity',
        taskId,
        runs: [at(runs, 0, task), at(runs, 1, task)],
        metric: metricOf(task, 'mode-connectivity'),
      };
    default:
      return task.kind satisfies never;
  }
}

function at(runs: readonly TrainedRun[], index: number, task: PlannedTask): TrainedRun {
  const run = runs[index];
  if (run) return run;
  throw new PhasescapeError(
    'internal',
    `task ${task.id}: must read at least ${index + 1} runs, got ${runs.length}`,
  );
}

function metricOf<N extends MetricSpec['name']>(task: PlannedTask, name: N): MetricSpecOf<N> {
  if (task.metric?.name === name) return task.metric as MetricSpecOf<N>;
  throw new PhasescapeError('internal', `task ${task.id}: must have the settings of ${name}`);
}
