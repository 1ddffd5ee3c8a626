/** A fixed number of worker processes: starts them, restarts the dead with growing pauses, ends them all on disposal. */
import { availableParallelism } from 'node:os';
import type { ErrorReport } from '#shared/errors';
import type { WorkerReport, WorkerRequest, WorkerSettings } from './job';
import type { SpawnWorker, WorkerProcess } from './worker-process';

export interface PoolListeners {
  readonly report: (worker: number, report: WorkerReport) => void;
  /**
   * The worker's process is gone with everything that was sent to it; another is being started.
   * `wasReady`: it had opened its engine, so that a job may be what it died of.
   */
  readonly lost: (worker: number, how: string, wasReady: boolean) => void;
  /** No worker can do any work: the engine does not open, or processes die before they are ready. */
  readonly unavailable: (error: ErrorReport) => void;
}

/** What the scheduler needs of a pool; tests pass one without processes. */
export interface Pool extends AsyncDisposable {
  readonly size: number;
  /** Starts the processes that do not run yet. */
  start(listeners: PoolListeners): void;
  /** Sends to a worker; lost when its process ends before it is done. */
  send(worker: number, request: WorkerRequest): void;
  /** Ends a worker's process now; a new one takes its place. */
  kill(worker: number): void;
  /** Ends every process until the next `start`: for when nothing is to be done. */
  rest(): void;
}

/** Pauses before the next start after 0, 1, 2, ... deaths without a job done in between. */
const backOffMs = [0, 100, 500, 2_000, 5_000];

interface Slot {
  process: WorkerProcess | null;
  /** Deaths since the last job was done. */
  deaths: number;
  /** Whether the present process has opened its engine. */
  ready: boolean;
  /** Requests for a process that is being restarted. */
  held: WorkerRequest[];
  timer: NodeJS.Timeout | null;
}

export interface WorkerPoolOptions {
  readonly spawn: SpawnWorker;
  readonly settings: WorkerSettings;
  /** Number of processes; one per core by default. */
  readonly size?: number;
}

/** Worker processes on this machine. */
export class WorkerPool implements Pool {
  readonly size: number;
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[];
  /** One promise for every process that has not ended. */
  readonly #living = new Set<Promise<unknown>>();
  #listeners: PoolListeners | null = null;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.size = Math.max(1, options.size ?? availableParallelism());
    this.#slots = Array.from({ length: this.size }, () => ({
      process: null,
      deaths: 0,
      ready: false,
      held: [],
      timer: null,
    }));
  }

  start(listeners: PoolListeners): void {
    this.#listeners = listeners;
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.process === null && slot.timer === null) this.#spawn(index, slot);
    }
  }

  send(worker: number, request: WorkerRequest): void {
    const slot = this.#slot(worker);
    if (slot.process) slot.process.send(request);
    else slot.held.push(request);
  }

  kill(worker: number): void {
    this.#slot(worker).process?.kill();
  }

  rest(): void {
    for (const slot of this.#slots) {
      if (slot.timer) clearTimeout(slot.timer);
      slot.timer = null;
      slot.held = [];
      slot.process?.kill();
      slot.process = null;
    }
  }

  /** Process ids of the living workers. */
  pids(): number[] {
    return this.#slots.flatMap((slot) => slot.process?.pid ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rest();
    await Promise.all(this.#living);
  }

  #slot(worker: number): Slot {
    const slot = this.#slots[worker];
    if (!slot) throw new RangeError(`worker: must be 0 to ${this.size - 1}, got ${worker}`);
    return slot;
  }

  #spawn(index: number, slot: Slot): void {
    slot.timer = null;
    slot.ready = false;
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    this.#living.add(ended);
    const own = this.#options.spawn({
      report: (report) => {
        if (slot.process !== own) return; // its work was given to others
        if (report.kind === 'ready') slot.ready = true;
        if (report.kind === 'job-done') slot.deaths = 0;
        if (report.kind === 'unavailable') this.#listeners?.unavailable(report.error);
        else this.#listeners?.report(index, report);
      },
      exit: (how) => {
        this.#living.delete(ended);
        end(undefined);
        if (slot.process !== own) return; // sent to rest
        slot.process = null;
        this.#restart(index, slot, how);
      },
    });
    slot.process = own;
    own.send({ kind: 'configure', settings: this.#options.settings });
    for (const request of slot.held.splice(0)) own.send(request);
  }

  #restart(index: number, slot: Slot, how: string): void {
    slot.held = [];
    const pauseMs = backOffMs[slot.deaths];
    slot.deaths += 1;
    if (pauseMs === undefined && !slot.ready) {
      this.#listeners?.unavailable({
        code: 'environment',
        message: `worker: process must start, got ${how} ${slot.deaths} times in a row; run phasescape doctor`,
      });
      return;
    }
    slot.timer = setTimeout(() => this.#spawn(index, slot), pauseMs ?? backOffMs.at(-1));
    this.#listeners?.lost(index, how, slot.ready);
  }
}
