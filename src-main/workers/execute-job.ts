/** Runs one job on one engine, inside a worker process. */
import { openEngine } from '#main/engine/engines';
import type { Executor } from '#main/engine/executor';
import { reportError } from '#shared/errors';
import { contextCache } from './cell-contexts';
import type { Job, JobKind, JobTaskOf, WorkerReport, WorkerSettings } from './job';
import { taskRunners, type TaskRunner } from './task-runners';
import type { TaskOutcome } from './task-surroundings';

export interface JobExecutor {
  /**
   * Executes every task of the job in order and reports each, then `job-done`, or `withdrawn` when the rest was put down. Never rejects:
   * failures are reported per task.
   * @param isPaused - whether the job shall be put down, asked now and then
   */
  execute(
    job: Job,
    report: (report: WorkerReport) => void,
    isPaused?: () => boolean,
  ): Promise<void>;
}

/**
 * Opens the engine and the data for a worker.
 * @throws PhasescapeError for an unknown engine; EngineUnavailableError when it cannot run here
 */
export async function createJobExecutor(settings: WorkerSettings): Promise<JobExecutor> {
  const executor = await openEngine(settings.engine);
  const contextOf = contextCache(executor, settings);
  const tasksOf = <K extends JobKind>(job: Job) => job.tasks as readonly JobTaskOf<K>[];

  return {
    async execute(job, report, isPaused = () => false) {
      const started = performance.now();
      try {
        const runner = taskRunners[job.kind] as TaskRunner<JobKind>;
        const context = contextOf(job);
        const around = {
          context,
          settings: job.settings,
          artifactsFolder: settings.artifactsFolder,
          checkpointsFolder: settings.checkpointsFolder,
          report,
          isPaused,
          note: (message: string) => report({ kind: 'note', message }),
        };
        const outcomes = await runner(around, tasksOf(job));
        // The pack ran as one: its time is shared out evenly.
        const durationMs = (performance.now() - started) / job.tasks.length;
        for (const outcome of outcomes)
          reportOutcome(job, outcome, { durationMs, executor, report });
        if (outcomes.length < job.tasks.length) {
          report({ kind: 'withdrawn', jobId: job.jobId });
          return;
        }
      } catch (error) {
        for (const { taskId } of job.tasks)
          report({ kind: 'task-failed', jobId: job.jobId, taskId, error: reportError(error) });
      }
      report({ kind: 'job-done', jobId: job.jobId });
    },
  };
}

function reportOutcome(
  job: Job,
  { earlierMs = 0, ...outcome }: TaskOutcome,
  {
    durationMs,
    executor,
    report,
  }: { durationMs: number; executor: Executor; report: (report: WorkerReport) => void },
): void {
  report({
    kind: 'task-done',
    jobId: job.jobId,
    result: { ...outcome, engine: executor.stamp, durationMs: earlierMs + durationMs },
  });
}
