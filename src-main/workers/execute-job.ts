/** Runs jobs, each on the engine that its tasks were planned for, inside a worker process. */
import { openEngine } from '#main/engine/engines';
import type { Executor } from '#main/engine/executor';
import { reportError } from '#shared/errors';
import { contextCache } from './cell-contexts';
import type { Job, MeasureJob, WorkerReport, WorkerSettings } from './job';
import { runMeasurements } from './measure-runner';
import type { TaskOutcome, TaskSurroundings } from './task-surroundings';
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
        const isWhole = await runTogether(around, job, { started, executor });
        if (!isWhole) {
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

/**
 * Runs the tasks of a job as one. A measurement that fails among others is done again alone, and so are the others, which are the same
 * alone: what is wrong with one run is not told of its neighbours.
 * @returns whether all of them are reported; false where the rest was put down
 * @throws what the engine or a single measurement throws
 */
async function runTogether(
  around: TaskSurroundings,
  job: Job,
  { started, executor }: { started: number; executor: Executor },
): Promise<boolean> {
  const { report } = around;
  if (job.kind === 'train') {
    const outcomes = await runTrainings(around, job.tasks);
    reportOutcomes(job, outcomes, { started, executor, report });
    return outcomes.length === job.tasks.length;
  }
  try {
    const outcomes = await runMeasurements(around, job);
    reportOutcomes(job, outcomes, { started, executor, report });
  } catch (error) {
    if (job.tasks.length === 1) throw error;
    for (const task of job.tasks) await measureAlone(around, { ...job, tasks: [task] }, executor);
  }
  return true;
}

async function measureAlone(
  around: TaskSurroundings,
  job: MeasureJob,
  executor: Executor,
): Promise<void> {
  const { report } = around;
  const started = performance.now();
  try {
    reportOutcomes(job, await runMeasurements(around, job), { started, executor, report });
  } catch (error) {
    for (const { taskId } of job.tasks)
      report({ kind: 'task-failed', jobId: job.jobId, taskId, error: reportError(error) });
  }
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

/** The tasks of a pack ran as one: its time is shared out evenly. */
function reportOutcomes(
  job: Job,
  outcomes: readonly TaskOutcome[],
  {
    started,
    executor,
    report,
  }: { started: number; executor: Executor; report: (report: WorkerReport) => void },
): void {
  const durationMs = (performance.now() - started) / job.tasks.length;
  for (const { earlierMs = 0, ...outcome } of outcomes)
    report({
      kind: 'task-done',
      jobId: job.jobId,
      result: { ...outcome, engine: executor.stamp, durationMs: earlierMs + durationMs },
    });
}
