/** Runs jobs, each on the engine that its tasks were planned for, inside a worker process. */
import { openEngine } from '#main/engine/engines';
import type { Executor } from '#main/engine/executor';
import { reportError } from '#shared/errors';
import { contextCache } from './cell-contexts';
import type { Job, WorkerReport, WorkerSettings } from './job';
import { runMeasurements } from './measure-runner';
import type { TaskOutcome } from './task-surroundings';
import { runTrainings } from './train-runner';

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
 * Opens the engine of the settings for a worker; those of jobs that name another one are opened when they come.
 * @throws PhasescapeError for an unknown engine; EngineUnavailableError when it cannot run here
 */
export async function createJobExecutor(settings: WorkerSettings): Promise<JobExecutor> {
  const executorOf = engineCache(settings);
  await executorOf(settings.engine);
  const contextOf = contextCache(settings);

  return {
    async execute(job, report, isPaused = () => false) {
      const started = performance.now();
      try {
        const executor = await executorOf(job.engine);
        const context = contextOf(job, executor);
        const around = {
          context,
          settings: job.settings,
          artifactsFolder: settings.artifactsFolder,
          checkpointsFolder: settings.checkpointsFolder,
          report,
          isPaused,
          note: (message: string) => report({ kind: 'note', message }),
        };
        const outcomes =
          job.kind === 'train'
            ? await runTrainings(around, job.tasks)
            : await runMeasurements(around, job);
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

/** Executors by name, each opened once; one that could not be opened is tried again by the next job that names it. */
function engineCache({ formulations }: WorkerSettings): (name: string) => Promise<Executor> {
  const executors = new Map<string, Executor>();
  return async (name) => {
    const executor =
      executors.get(name) ?? (await openEngine(name, formulations ? { formulations } : {}));
    executors.set(name, executor);
    return executor;
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
