/**
 * Runs experiments: from their tasks in the database to jobs on workers and back to results. One process at a time schedules in a project;
 * it holds the lease while anything runs. Whatever it has not written when it dies is done again.
 */
import type { Addition } from '#shared/domain/additions';
import type { LogEntry } from '#shared/domain/experiment-log';
import type { ExperimentState } from '#shared/domain/results';
import {
  ConflictError,
  PhasescapeError,
  reportError,
  StoreError,
  type ErrorReport,
} from '#shared/errors';
import type { ProjectStore } from '../store/project-store';
import type { TaskOutcome } from '../store/result-table';
import type { TaskResult, WorkerReport } from '../workers/job';
import type { Pool } from '../workers/worker-pool';
import { CommitQueue } from './commit-queue';
import { Dispatcher, mostAttempts } from './dispatcher';
import { ExperimentLog } from './experiment-log';
import type { FinishedRun } from './job-of';
import { LeaseKeeper } from './lease-keeper';
import {
  askedWords,
  divergedWords,
  extendedWords,
  restWords,
  retryWords,
  startWords,
  workerLostWords,
} from './log-words';
import type { PlannedTask } from './plan';
import { TaskGraph, type TaskNode } from './task-graph';
import { RunningTrainings } from './running-trainings';
import { Throughput } from './throughput';

export interface SchedulerListeners {
  /** States of tasks or of the experiment changed. */
  readonly progress: (experimentId: string) => void;
  /** Results are in the database. */
  readonly results: (experimentId: string) => void;
  /** An experiment changed its state. */
  readonly listed: () => void;
  /** An experiment's log has new entries. */
  readonly logged: (experimentId: string) => void;
  readonly epochs: (
    experimentId: string,
    node: TaskNode,
    report: Extract<WorkerReport, { kind: 'epochs' }>,
  ) => void;
  /** A worker says something that is no result. */
  readonly note: (message: string) => void;
}

/** Idle workers are ended after this long: each holds some 100 MB. */
const restAfterMs = 60_000;

type Mode = 'running' | 'pausing' | 'stopping' | 'cancelling';

interface ActiveExperiment {
  readonly id: string;
  mode: Mode;
  /** By the monotonic clock: the wall clock may be set back while it runs. */
  readonly startedMs: number;
  isSettling: boolean;
  readonly settled: PromiseWithResolvers<ExperimentState>;
}

export class Scheduler implements AsyncDisposable {
  readonly graph = new TaskGraph();
  readonly throughput = new Throughput();
  /** How far the trainings are that run here. */
  readonly training = new RunningTrainings();
  readonly #store: ProjectStore;
  readonly #pool: Pool;
  readonly #plan: (experimentId: string) => readonly PlannedTask[];
  readonly #listeners: SchedulerListeners;
  readonly #finished = new Map<string, FinishedRun>();
  readonly #active = new Map<string, ActiveExperiment>();
  readonly #lease: LeaseKeeper;
  readonly #commits: CommitQueue;
  readonly #dispatcher: Dispatcher;
  readonly #log: ExperimentLog;
  #rest: NodeJS.Timeout | null = null;

  constructor(options: {
    store: ProjectStore;
    pool: Pool;
    /** The tasks of a stored experiment. */
    plan: (experimentId: string) => readonly PlannedTask[];
    listeners: SchedulerListeners;
  }) {
    this.#store = options.store;
    this.#pool = options.pool;
    this.#plan = options.plan;
    this.#listeners = options.listeners;
    this.#log = new ExperimentLog({
      store: options.store,
      written: options.listeners.logged,
      note: options.listeners.note,
    });
    this.#lease = new LeaseKeeper(options.store, (error) => this.#abandon(error));
    this.#commits = new CommitQueue({
      store: options.store,
      lease: () => this.#lease.current(),
      committed: (ids) => this.#tell(ids, options.listeners.results),
      failed: (error) => this.#abandon(error),
    });
    this.#dispatcher = new Dispatcher({
      graph: this.graph,
      pool: options.pool,
      finished: this.#finished,
      listeners: {
        begun: (taskIds, kind) =>
          this.throughput.begin(taskIds, kind === 'train' ? 'training' : 'measurement'),
        result: (result) => this.#keep(result),
        failed: (taskId, error, attempts) => this.#keepFailure(taskId, error, attempts),
        attempt: (taskId, attempts) => {
          this.#push({ kind: 'attempt', taskId, attempts });
          this.#logTask(taskId, workerLostWords(attempts, mostAttempts));
        },
        cancelled: (taskId) => {
          this.#forgetSteps(taskId);
          this.#push({ kind: 'cancelled', taskId });
        },
        epochs: (report) => this.#hearEpochs(report),
        note: (message) => options.listeners.note(message),
        changed: () => this.#settleAll(),
        unavailable: (error) => this.#abandon(new PhasescapeError(error.code, error.message)),
      },
    });
  }

  get workers(): number {
    return this.#pool.size;
  }

  get workersBusy(): number {
    return this.#dispatcher.busy;
  }

  /** Whether this process is the one that schedules in the project. */
  get ownsProject(): boolean {
    return this.#lease.isHeld;
  }

  /** Starts the worker processes before there is work, so that both start at once. */
  warmUp(): void {
    if (this.#rest) clearTimeout(this.#rest);
    this.#rest = null;
    this.#dispatcher.warmUp();
  }

  /** Whether this process runs the experiment, or waits for what it started. */
  isActive(experimentId: string): boolean {
    return this.#active.has(experimentId);
  }

  /** Wall time of the present stretch of running. */
  runningMs(experimentId: string): number {
    const active = this.#active.get(experimentId);
    return active ? performance.now() - active.startedMs : 0;
  }

  /**
   * Starts or resumes an experiment; nothing happens when it runs already.
   * @returns how many trainings are done again, because their weights are gone and are needed
   * @throws ConflictError when another process schedules in this project
   */
  start(experimentId: string): number {
    const active = this.#active.get(experimentId);
    if (active?.mode === 'running') return 0;
    const lease = this.#lease.acquire();
    // Not under the feet of what runs: that would meet the missing file itself, and say so.
    const isFirst = this.#active.size === 0;
    const before = this.#store.experiments.find(experimentId)?.state ?? 'draft';
    const { trainings } = isFirst ? this.#store.redoMissing(lease, experimentId) : { trainings: 0 };
    if (isFirst) this.#store.sweepCheckpoints();
    this.#store.writeAsOwner(lease, () => {
      this.#store.tasks.reset(experimentId, 'cancelled');
      this.#store.experiments.setState(experimentId, 'running');
    });
    for (const words of startWords(active ? 'paused' : before, this.#pool.size))
      this.#log.add([experimentId], words);
    if (active) active.mode = 'running';
    else {
      this.#active.set(experimentId, {
        id: experimentId,
        mode: 'running',
        startedMs: performance.now(),
        isSettling: false,
        settled: Promise.withResolvers(),
      });
    }
    // Nobody has to wait for an experiment: a failure is told through `settled` to those who do.
    this.#active.get(experimentId)?.settled.promise.catch(() => undefined);
    this.#load(experimentId);
    this.graph.reopen(experimentId, 'cancelled');
    if (this.graph.hasWork(experimentId)) this.warmUp();
    this.#dispatcher.fill();
    this.#listeners.listed();
    this.#settleAll();
    return trainings;
  }

  /** Takes up what was added to the plan of an experiment that runs here, and logs it; one that does not run is left as it is. */
  extend(experimentId: string, additions: readonly Addition[]): void {
    this.#log.add([experimentId], extendedWords(additions));
    const active = this.#active.get(experimentId);
    if (!active) return;
    this.#load(experimentId);
    // What pauses stays so, with more to do when it is resumed.
    if (active.mode !== 'running') this.graph.pause(experimentId);
    this.#dispatcher.fill();
    this.#listeners.progress(experimentId);
  }

  /** Failed tasks, or those of them that are named, are tried again, and the experiment runs. @throws as `start` */
  retry(experimentId: string, only: readonly string[] | null = null): void {
    const lease = this.#lease.acquire();
    let count = 0;
    this.#store.writeAsOwner(lease, () => {
      count = this.#store.tasks.reset(experimentId, 'failed', only);
    });
    this.#log.add([experimentId], retryWords(count));
    this.graph.reopen(experimentId, 'failed', only && new Set(only));
    this.start(experimentId);
    this.#dispatcher.fill();
  }

  /** Starts nothing new; trainings that run are put down where they are, and go on from there when it is resumed. */
  pause(experimentId: string): void {
    this.#quieten(experimentId, 'pausing', 'paused');
    this.#dispatcher.pauseUnwanted();
  }

  /** Lets finish what runs, then pauses. */
  stop(experimentId: string): void {
    this.#quieten(experimentId, 'stopping', 'stopping');
  }

  /** Kills what runs. */
  cancel(experimentId: string): void {
    this.#quieten(experimentId, 'cancelling', 'cancelled');
    this.#dispatcher.killUnwanted();
  }

  /**
   * Waits until nothing of the experiment runs here.
   * @returns its state then; rejects when running it had to be given up
   */
  async whenSettled(experimentId: string): Promise<ExperimentState> {
    const active = this.#active.get(experimentId);
    if (active) return active.settled.promise;
    const stored = this.#store.experiments.find(experimentId);
    if (stored) return stored.state;
    throw new ConflictError(`experiment ${experimentId}: must exist, got none; list them again`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const active of this.#active.values())
      if (active.mode === 'running') this.graph.pause(active.id);
    if (this.#rest) clearTimeout(this.#rest);
    await this.#pool[Symbol.asyncDispose]();
    if (this.#lease.isHeld) await this.#commits.flush().catch(() => undefined); // #abandon has told
    for (const active of this.#active.values()) {
      if (this.#lease.isHeld && active.mode !== 'cancelling') this.#write(active, 'paused');
      active.settled.resolve(active.mode === 'cancelling' ? 'cancelled' : 'paused');
    }
    this.#active.clear();
    this.#log[Symbol.dispose]();
    this.#commits.discard();
    this.#lease[Symbol.dispose]();
  }

  #load(experimentId: string): void {
    const stored = this.#store.tasks.ofExperiment(experimentId);
    const known = new Map(
      stored.map((t) => [t.id, { state: t.state, attempts: t.attempts, message: t.errorMessage }]),
    );
    const trained = stored.filter(
      (t) => t.kind === 'train' && (t.state === 'done' || t.state === 'diverged'),
    );
    for (const task of trained)
      this.#finished.set(task.id, { weights: '', diverged: task.state === 'diverged' });
    for (const artifact of this.#store.results.artifactsOf(trained.map((task) => task.id))) {
      const run = this.#finished.get(artifact.taskId);
      if (run && (artifact.name === 'weights' || artifact.name === 'trajectory'))
        this.#finished.set(artifact.taskId, { ...run, [artifact.name]: artifact.hash });
    }
    this.graph.add(experimentId, this.#plan(experimentId), known);
  }

  #quieten(experimentId: string, mode: Mode, state: ExperimentState): void {
    const active = this.#active.get(experimentId);
    if (!active) return;
    active.mode = mode;
    if (mode !== 'running') this.#log.add([experimentId], askedWords[mode]);
    this.graph.pause(experimentId);
    this.#dispatcher.withdrawUnwanted();
    this.#store.writeAsOwner(this.#lease.current(), () =>
      this.#store.experiments.setState(experimentId, state),
    );
    this.#listeners.listed();
    this.#settleAll();
  }

  #keep(result: TaskResult): void {
    if (this.graph.nodes.get(result.taskId)?.task.kind === 'train') {
      const hashOf = (name: string) => result.artifacts.find((a) => a.name === name)?.hash;
      const trajectory = hashOf('trajectory');
      this.#finished.set(result.taskId, {
        weights: hashOf('weights') ?? '',
        ...(trajectory === undefined ? {} : { trajectory }),
        diverged: result.status === 'diverged',
      });
    }
    if (result.status === 'diverged') this.#logTask(result.taskId, divergedWords);
    this.throughput.count(result.taskId, result.steps, { isFinished: true });
    this.#forgetSteps(result.taskId);
    this.#push({ kind: 'result', result, finishedAt: new Date().toISOString() });
    this.#tell([result.taskId], this.#listeners.progress);
  }

  #keepFailure(taskId: string, error: ErrorReport, attempts: number): void {
    if (error.code === 'store') {
      // A full disk is no fault of the task, and would fail every other one too.
      this.#abandon(new StoreError(error.message, { details: error.details }));
      return;
    }
    this.#logTask(taskId, { kind: 'failed', message: error.message });
    this.#forgetSteps(taskId);
    const finishedAt = new Date().toISOString();
    this.#push({ kind: 'failed', taskId, error, attempts, finishedAt });
    this.#tell([taskId], this.#listeners.progress);
  }

  #hearEpochs(report: Extract<WorkerReport, { kind: 'epochs' }>): void {
    const { packed, steps, stepsBefore, taskId, totalSteps } = report;
    this.throughput.count(taskId, steps, { isFinished: false, taken: stepsBefore });
    this.training.hear(taskId, { packed, steps, stepsBefore, totalSteps });
    const node = this.graph.nodes.get(report.taskId);
    for (const id of node?.wantedBy ?? []) if (node) this.#listeners.epochs(id, node, report);
  }

  #forgetSteps(taskId: string): void {
    this.throughput.forget(taskId);
    this.training.forget(taskId);
  }

  /** What arrives after this process gave up is another's to write. */
  #push(outcome: TaskOutcome): void {
    if (this.#lease.isHeld) this.#commits.push(outcome);
  }

  #tell(taskIds: readonly string[], listener: (experimentId: string) => void): void {
    const ids = taskIds.flatMap((id) => [...(this.graph.nodes.get(id)?.wantedBy ?? [])]);
    for (const id of new Set(ids)) listener(id);
  }

  #settleAll(): void {
    for (const active of this.#active.values()) {
      this.#listeners.progress(active.id);
      if (active.isSettling || this.graph.isRunning(active.id)) continue;
      if (active.mode === 'running' && this.graph.hasWork(active.id)) continue;
      active.isSettling = true;
      void this.#settle(active);
    }
  }

  async #settle(active: ActiveExperiment): Promise<void> {
    try {
      await this.#commits.flush();
    } catch {
      return; // #abandon has told everybody
    }
    active.isSettling = false;
    // Resumed while the last results were being written.
    if (active.mode === 'running' && this.graph.hasWork(active.id)) return;
    const state = this.#finalState(active);
    try {
      // A worker that died may have left a checkpoint half written.
      if (this.#active.size === 1) this.#store.sweepCheckpoints();
      this.#write(active, state);
    } catch (error) {
      this.#abandon(error);
      return;
    }
    const states = [...this.graph.of(active.id)].map((node) => node.state);
    this.#log.add([active.id], restWords(state, states));
    this.#log.flush();
    this.graph.remove(active.id);
    this.#active.delete(active.id);
    if (this.#active.size === 0) {
      this.#lease.release();
      this.#restLater();
    }
    this.#listeners.results(active.id);
    this.#listeners.progress(active.id);
    this.#listeners.listed();
    active.settled.resolve(state);
  }

  #logTask(taskId: string, entry: Pick<LogEntry, 'kind' | 'message'>): void {
    const node = this.graph.nodes.get(taskId);
    if (node) this.#log.add(node.wantedBy, entry, node.task);
  }

  #restLater(): void {
    if (this.#rest) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (this.#active.size === 0) this.#pool.rest();
    }, restAfterMs);
    this.#rest.unref();
  }

  #finalState(active: ActiveExperiment): ExperimentState {
    const states = [...this.graph.of(active.id)].map((node) => node.state);
    if (states.every((state) => state === 'done' || state === 'diverged')) return 'finished';
    if (active.mode === 'cancelling') return 'cancelled';
    return active.mode === 'running' ? 'finished-with-failures' : 'paused';
  }

  #write(active: ActiveExperiment, state: ExperimentState): void {
    this.#store.writeAsOwner(this.#lease.current(), () => {
      this.#store.experiments.setState(active.id, state);
      this.#store.experiments.addActiveMs(active.id, performance.now() - active.startedMs);
    });
  }

  /** Gives up everything: the database refuses, the lease is lost, or no worker can start. */
  #abandon(error: unknown): void {
    this.#commits.discard();
    const abandoned = [...this.#active.values()];
    this.#log.add(
      abandoned.map(({ id }) => id),
      { kind: 'given-up', message: reportError(error).message },
    );
    this.#active.clear();
    for (const active of abandoned) this.graph.pause(active.id);
    this.#dispatcher.killAll();
    for (const active of abandoned) {
      if (this.#lease.isHeld) {
        try {
          this.#write(active, 'paused');
        } catch {
          // Without a lease it is read as paused anyway; the error that matters is the one told below.
        }
      }
      this.graph.remove(active.id);
      this.#listeners.progress(active.id);
      active.settled.reject(error);
    }
    this.#lease.release();
    this.#listeners.listed();
  }
}
