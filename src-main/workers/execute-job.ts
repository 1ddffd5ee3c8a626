/** Runs one job on one engine, inside a worker process. */
import type { Job, WorkerReport, WorkerSettings } from './job';

export interface JobExecutor {
  /** Executes every task of the job in order and reports each; never rejects: failures are reported per task. */
  execute(job: Job, report: (report: WorkerReport) => void): Promise<void>;
}

/** Opens the engine and the data for a worker. */
export async function createJobExecutor(_settings: WorkerSettings): Promise<JobExecutor> {
  throw new Error('under construction');
}
