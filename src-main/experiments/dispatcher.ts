/**
 * Keeps the workers of a pool busy with the jobs of a task graph. Each worker has one job that runs and one that waits for it,
 * so that no worker waits for a message; an idle worker takes over what waits at another.
 */
import type { ErrorReport } from '#shared/errors';
import type { Job, TaskResult, WorkerReport } from '../workers/job';
import type { Pool } from '../workers/worker-pool';
import { jobOf, type FinishedRun } from './job-of';
import type { TaskGraph, TaskNode } from './task-graph';

export interface DispatchListeners {
  /** A worker begins with a job: the one before it is over. */
  readonly begun: (taskIds: readonly string[], kind: Job['kind']) => void;
  readonly result: (result: TaskResult) => void;
  readonly failed: (taskId: string, error: ErrorReport, attempts: number) => void;
  /** A worker died with the task; it will be tried again. */
  readonly attempt: (taskId: string, attempts: number) => void;
  readonly cancelled: (taskId: string) => void;
  readonly epochs: (report: Extract<WorkerReport, { kind: 'epochs' }>) => void;
  /** A worker says something that is no result. */
  readonly note: (message: string) => void;
  /** Something ended: an experiment may have come to rest. */
  readonly changed: () => void;
  readonly unavailable: (error: ErrorReport) => void;
}

/** A task that a worker died with this often has failed. */
export const mostAttempts = 3;
/** One that runs and one that waits. */
const jobsPerWorker = 2;

interface SentJob {
  readonly job: Job;
  /** Tasks without a result yet. */
  readonly open: Map<string, TaskNode>;
  isWithdrawing: boolean;
}

interface WorkerState {
  readonly sent: SentJob[];
  shape: string | null;
  /** Its process was killed on request: its tasks are not to blame. */
  isKilled: boolean;
}

export class Dispatcher {
  readonly #graph: TaskGraph;
  readonly #pool: Pool;
  readonly #listeners: DispatchListeners;
  readonly #finished: ReadonlyMap<string, FinishedRun>;
  readonly #workers: WorkerState[];
  #jobs = 0;

  constructor(options: {
    graph: TaskGraph;
    pool: Pool;
    /** Where the weights of finished trainings are. */
    finished: ReadonlyMap<string, FinishedRun>;
    listeners: DispatchListeners;
  }) {
    this.#graph = options.graph;
    this.#pool = options.pool;
    this.#finished = options.finished;
    this.#listeners = options.listeners;
    this.#workers = Array.from({ length: options.pool.size }, () => ({
      sent: [],
      shape: null,
      isKilled: false,
    }));
  }

  /** Workers with a job now. */
  get busy(): number {
    return this.#workers.filter((worker) => worker.sent.length > 0).length;
  }

  /** Starts the processes that are not there, before there is work for them. */
  warmUp(): void {
    this.#pool.start({
      report: (worker, report) => this.#hear(worker, report),
      lost: (worker, how, wasReady) => this.#lose(worker, how, wasReady),
      unavailable: (error) => this.#listeners.unavailable(error),
    });
  }

  /** Gives out what can start: first to idle workers, then one job ahead to each. */
  fill(): void {
    for (let depth = 1; depth <= jobsPerWorker; depth++) {
      for (const [index, worker] of this.#workers.entries()) {
        if (worker.sent.length >= depth || worker.isKilled) continue;
        const nodes = this.#graph.take(worker.shape);
        if (nodes) this.#send(index, worker, nodes);
        else if (depth === 1) this.#steal();
      }
    }
  }

  /** Takes back jobs that wait at a worker and that no running experiment wants any more. */
  withdrawUnwanted(): void {
    for (const [index, worker] of this.#workers.entries()) {
      for (const sent of worker.sent.slice(1))
        if (!this.#isWanted(sent)) this.#withdraw(index, sent);
    }
  }

  /** Asks workers to put down trainings that no running experiment wants: they go on later from where they are. */
  pauseUnwanted(): void {
    for (const [index, worker] of this.#workers.entries()) {
      const [running] = worker.sent;
      if (running?.job.kind !== 'train' || this.#isWanted(running)) continue;
      this.#pool.send(index, { kind: 'pause', jobId: running.job.jobId });
    }
  }

  /** Kills the workers whose present job no running experiment wants. */
  killUnwanted(): void {
    for (const [index, worker] of this.#workers.entries()) {
      const [running] = worker.sent;
      if (!running || this.#isWanted(running)) continue;
      worker.isKilled = true;
      this.#pool.kill(index);
    }
  }

  /** Kills whatever runs. */
  killAll(): void {
    for (const [index, worker] of this.#workers.entries()) {
      if (worker.sent.length === 0) continue;
      worker.isKilled = true;
      this.#pool.kill(index);
    }
  }

  #isWanted({ job }: SentJob): boolean {
    return job.tasks.some((task) => this.#graph.isWanted(task.taskId));
  }

  #send(index: number, worker: WorkerState, nodes: TaskNode[]): void {
    const [first] = nodes;
    if (!first) return;
    const tasks = nodes.map((node) => node.task);
    const job = jobOf(`job-${++this.#jobs}`, tasks, this.#finished);
    const open = new Map(nodes.map((node) => [node.task.id, node]));
    worker.sent.push({ job, open, isWithdrawing: false });
    worker.shape = this.#graph.shapeOf(first);
    this.#pool.send(index, { kind: 'job', job });
    if (worker.sent.length === 1) this.#begin(worker);
  }

  #begin({ sent: [first] }: WorkerState): void {
    if (first) this.#listeners.begun([...first.open.keys()], first.job.kind);
  }

  #steal(): void {
    const candidates = this.#workers.flatMap((worker, index) => {
      const last = worker.sent.at(-1);
      return worker.sent.length > 1 && last ? [{ index, last }] : [];
    });
    if (candidates.some(({ last }) => last.isWithdrawing)) return;
    const [victim] = candidates;
    if (victim) this.#withdraw(victim.index, victim.last);
  }

  #withdraw(index: number, sent: SentJob): void {
    if (sent.isWithdrawing) return;
    sent.isWithdrawing = true;
    this.#pool.send(index, { kind: 'withdraw', jobId: sent.job.jobId });
  }

  #hear(index: number, report: WorkerReport): void {
    const worker = this.#workers[index];
    if (!worker) return;
    switch (report.kind) {
      case 'ready':
      case 'unavailable':
        return;
      case 'epochs':
        this.#listeners.epochs(report);
        return;
      case 'note':
        this.#listeners.note(report.message);
        return;
      case 'task-done': {
        if (!this.#close(worker, report.jobId, report.result.taskId)) return;
        this.#listeners.result(report.result);
        this.#graph.finish(report.result.taskId, report.result.status);
        this.fill();
        return;
      }
      case 'task-failed': {
        const node = this.#close(worker, report.jobId, report.taskId);
        if (node) this.#fail(node, report.error, node.attempts + 1);
        return;
      }
      case 'job-done': {
        const sent = this.#forget(worker, report.jobId);
        for (const node of sent?.open.values() ?? []) {
          const message = `${node.task.kind}: every task of a job must be answered, got a finished job without it; this is a defect, please report it`;
          this.#fail(node, { code: 'internal', message }, node.attempts + 1);
        }
        break;
      }
      case 'withdrawn': {
        const sent = this.#forget(worker, report.jobId);
        for (const id of sent?.open.keys() ?? []) this.#graph.giveBack(id);
        break;
      }
      default:
        return report satisfies never;
    }
    this.fill();
    this.#listeners.changed();
  }

  #lose(index: number, how: string, wasReady: boolean): void {
    const worker = this.#workers[index];
    if (!worker) return;
    const [running, ...waiting] = worker.sent.splice(0);
    const { isKilled } = worker;
    worker.isKilled = false;
    worker.shape = null;
    for (const sent of waiting) for (const id of sent.open.keys()) this.#graph.giveBack(id);
    for (const [id, node] of running?.open ?? []) {
      if (isKilled && !this.#graph.isWanted(id)) {
        this.#graph.cancel(id);
        this.#listeners.cancelled(id);
      } else if (isKilled || !wasReady) {
        this.#graph.giveBack(id);
      } else if (node.attempts + 1 >= mostAttempts) {
        const message = `${node.task.kind}: worker must survive its task, got ${how} in ${mostAttempts} attempts; look at the memory it needs, then retry`;
        this.#fail(node, { code: 'internal', message }, node.attempts + 1);
      } else {
        node.attempts += 1;
        this.#listeners.attempt(id, node.attempts);
        this.#graph.giveBack(id);
      }
    }
    this.fill();
    this.#listeners.changed();
  }

  #fail(node: TaskNode, error: ErrorReport, attempts: number): void {
    node.attempts = attempts;
    this.#graph.fail(node.task.id, error.message);
    this.#listeners.failed(node.task.id, error, attempts);
  }

  #close(worker: WorkerState, jobId: string, taskId: string): TaskNode | null {
    const sent = worker.sent.find((candidate) => candidate.job.jobId === jobId);
    const node = sent?.open.get(taskId) ?? null;
    sent?.open.delete(taskId);
    return node;
  }

  #forget(worker: WorkerState, jobId: string): SentJob | null {
    const index = worker.sent.findIndex((candidate) => candidate.job.jobId === jobId);
    if (index < 0) return null;
    const [found = null] = worker.sent.splice(index, 1);
    if (index === 0) this.#begin(worker);
    return found;
  }
}
