/** Makes the message that tells a worker what to do. */
import { PhasescapeError } from '#shared/errors';
import type { ImportedFile } from '#shared/domain/imported-weights';
import type { ArtifactHash, Job, MeasureTask, TaskId, TrainTask, TrainedRun } from '../workers/job';
import { defaultCostMs } from './estimate';
import type { PlannedTask } from './plan';

/** A finished training: where its weights are. */
export interface FinishedRun {
  readonly weights: string;
  /** Index of the weights recorded along it. */
  readonly trajectory?: string;
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
  const frame = {
    jobId,
    engine: first.engine,
    settings: first.settings,
    sampleOrder: first.sampleOrder,
    expectedMs: tasks.reduce((sum, task) => sum + defaultCostMs(task), 0),
    dataDigest: first.data.digest,
  };
  const { metric } = first;
  if (!metric)
    return {
      ...frame,
      kind: 'train',
      tasks: tasks.map(({ id, imported, seeds: [seed = 0] }) => ({
        taskId: id as TaskId,
        seed,
        ...(imported ? { imported: importedWeights(imported) } : {}),
      })),
    };
  return {
    ...frame,
    kind: 'measure',
    metric,
    tasks: tasks.map((task) => measureTask(task, finished)),
  };
}

function importedWeights({
  file,
  sha256,
  weights,
}: ImportedFile): NonNullable<TrainTask['imported']> {
  return { file, sha256, weights: weights as ArtifactHash };
}

function measureTask(
  { id, reads, seeds, split }: PlannedTask,
  finished: ReadonlyMap<string, FinishedRun>,
): MeasureTask {
  const runs = reads.map((read, index): TrainedRun => {
    const run = finished.get(read);
    if (!run)
      throw new PhasescapeError(
        'internal',
        `task ${id}: what it reads must have finished, got unfinished ${read}`,
      );
    return {
      taskId: read as TaskId,
      seed: seeds[index] ?? 0,
      weights: run.weights as ArtifactHash,
      ...(run.trajectory === undefined ? {} : { trajectory: run.trajectory as ArtifactHash }),
      diverged: run.diverged,
    };
  });
  return { taskId: id as TaskId, runs, ...(split === undefined ? {} : { split }) };
}
