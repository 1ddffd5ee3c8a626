/**
 * Entry of a worker process: takes jobs one after another and reports every task. Runs under `child_process.fork` and under Electron's
 * `utilityProcess`. Ends when its parent is gone, and with an error code on any defect: the pool starts another.
 */
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { JobExecutor } from './execute-job';
import type { Job, WorkerReport, WorkerRequest, WorkerSettings } from './job';
import { reportError } from '#shared/errors';

/** The part of Electron's `process.parentPort` used here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const parentPort = (process as { parentPort?: ParentPort }).parentPort;

function post(report: WorkerReport): void {
  if (parentPort) parentPort.postMessage(report);
  else if (process.connected) process.send?.(report);
}

const waiting: Job[] = [];
let executor: Promise<JobExecutor | null> | null = null;
let isWorking = false;
/** The job that shall be put down. */
let pausing: string | null = null;

function receive(request: WorkerRequest): void {
  switch (request.kind) {
    case 'configure':
      executor = open(request.settings);
      break;
    case 'job':
      waiting.push(request.job);
      void work();
      break;
    case 'withdraw': {
      const index = waiting.findIndex((job) => job.jobId === request.jobId);
      if (index < 0) return;
      waiting.splice(index, 1);
      post({ kind: 'withdrawn', jobId: request.jobId });
      break;
    }
    case 'pause':
      pausing = request.jobId;
      break;
    default:
      request satisfies never;
  }
}

async function open(settings: WorkerSettings): Promise<JobExecutor | null> {
  try {
    const { createJobExecutor } = await import('./execute-job');
    const opened = await createJobExecutor(settings);
    post({ kind: 'ready' });
    return opened;
  } catch (error) {
    post({ kind: 'unavailable', error: reportError(error) });
    return null;
  }
}

async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  const opened = await executor;
  while (opened) {
    // A turn of the event loop between jobs, so that a withdrawal is heard in time.
    await new Promise((resolve) => setImmediate(resolve));
    const job = waiting.shift();
    if (!job) break;
    if (job.expectedMs >= watchedFromMs) watchParent();
    await opened.execute(job, post, () => pausing === job.jobId);
  }
  isWorking = false;
}

/** A thread costs 40 ms of a core: worth it for jobs that would outlive the parent for longer than anybody waits. */
const watchedFromMs = 500;
let isWatching = false;

/** Sees from a thread of its own that the parent is gone: this one hears nothing inside a call of the engine. */
function watchParent(): void {
  if (isWatching) return;
  isWatching = true;
  const entry = join(import.meta.dirname, 'parent-watch.js');
  new Worker(entry, { workerData: process.ppid }).unref();
}

function fail(error: unknown): void {
  process.stderr.write(`worker: ${inspect(error)}\n`);
  process.exit(1);
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// The terminal's Ctrl+C reaches the whole group: whether to stop is the parent's decision.
process.on('SIGINT', () => undefined);
if (parentPort) {
  parentPort.on('message', (event) => receive(event.data as WorkerRequest));
} else {
  process.on('message', (message) => receive(message as WorkerRequest));
  process.on('disconnect', () => process.exit(0));
}
