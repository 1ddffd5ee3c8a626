/**
 * The whole application without a screen: a project folder, its experiments, the workers that run them, and every procedure of the
 * contract. Electron, the local web host and the command line open this and nothing else.
 */
import { availableParallelism } from 'node:os';
import type { CallFrame, ReplyFrame } from '#shared/contract/frames';
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { version } from '../package.json';
import { defaultRegistryFolder } from './datasets/registry/registry-folder';
import { Scheduler } from './experiments/scheduler';
import { ProjectStore } from './store/project-store';
import { dispatch } from './workbench/dispatch';
import { fallbackEngine } from './workbench/engines';
import { ExperimentDesk } from './workbench/experiment-desk';
import { makeHandlers } from './workbench/handlers';
import { formulationCacheFolder } from './workbench/measured-engines';
import { ProjectEvents, type EventListener } from './workbench/project-events';
import { findResources } from './workbench/resources';
import { WorkerPool, type Pool } from './workers/worker-pool';
import { forkWorker, workerEntry, type SpawnWorker } from './workers/worker-process';

export interface WorkbenchOptions {
  /** Project folder; made when it is absent, unless `readOnly`. */
  readonly folder: string;
  readonly readOnly?: boolean;
  /** Executor of new experiments. */
  readonly engine?: string;
  /** Nobody asked for that executor: a spec that the project has already stays with the one that it was begun with. */
  readonly isEngineAutomatic?: boolean;
  /** Worker processes; one per core by default. */
  readonly workers?: number;
  readonly resourcesFolder?: string;
  /** Folder of registered data sets; the user's own by default. */
  readonly registryFolder?: string;
  /** How workers are started: `child_process.fork` by default, `utilityProcess` in Electron. */
  readonly spawnWorker?: SpawnWorker;
  /** Instead of processes, in tests. */
  readonly pool?: Pool;
  /** Check what handlers return against the contract; on in development and tests by default. */
  readonly checkOutputs?: boolean;
}

/** An open project with everything that can be done with it. Dispose it to end its workers and close its files. */
export class Workbench implements AsyncDisposable {
  readonly version = version;
  readonly engine: string;
  readonly workers: number;
  readonly readOnly: boolean;
  readonly resourcesFolder: string;
  readonly desk: ExperimentDesk;
  readonly handlers: ProcedureHandlers;
  readonly #events = new ProjectEvents();
  readonly #store: ProjectStore;
  readonly #scheduler: Scheduler | null;
  readonly #checkOutputs: boolean;

  /**
   * Opens a project. An experiment that was running when its process died is shown as paused: nothing is started by opening,
   * `experiment.resume` goes on where the database ends.
   *
   * @throws StoreError when the folder cannot be used; PhasescapeError `environment` for an incomplete installation
   */
  static open(options: WorkbenchOptions): Workbench {
    const resourcesFolder = options.resourcesFolder ?? findResources();
    const mode = options.readOnly === true ? 'read' : 'write';
    const store = ProjectStore.open(options.folder, { mode });
    try {
      return new Workbench(store, { ...options, resourcesFolder });
    } catch (error) {
      store[Symbol.dispose]();
      throw error;
    }
  }

  private constructor(
    store: ProjectStore,
    options: WorkbenchOptions & { readonly resourcesFolder: string },
  ) {
    const { engine = fallbackEngine, readOnly = false, resourcesFolder } = options;
    const registryFolder = options.registryFolder ?? defaultRegistryFolder();
    this.engine = engine;
    this.workers = options.workers ?? options.pool?.size ?? availableParallelism();
    this.readOnly = readOnly;
    this.resourcesFolder = resourcesFolder;
    this.#store = store;
    this.#checkOutputs = options.checkOutputs ?? isDevelopment();
    const pool = () =>
      options.pool ??
      new WorkerPool({
        spawn: options.spawnWorker ?? forkWorker(workerEntry()),
        settings: {
          engine: this.engine,
          artifactsFolder: store.artifactsFolder,
          checkpointsFolder: store.checkpointsFolder,
          resourcesFolder,
          registryFolder,
          formulations: { project: store.formulationsFolder, machine: formulationCacheFolder() },
        },
        size: this.workers,
      });
    this.#scheduler = readOnly
      ? null
      : new Scheduler({
          store,
          pool: pool(),
          plan: (id) => this.desk.planOf(this.desk.require(id)).tasks,
          listeners: this.#events.scheduled,
        });
    this.desk = new ExperimentDesk({
      store,
      scheduler: this.#scheduler,
      engine,
      isEngineAutomatic: options.isEngineAutomatic ?? false,
      workers: this.workers,
      folders: { resourcesFolder, registryFolder },
      damaged: (id) => this.#events.scheduled.results(id),
    });
    this.handlers = makeHandlers({
      desk: this.desk,
      events: this.#events,
      version,
      engine: this.engine,
      workers: this.workers,
      readOnly,
      resourcesFolder,
      registryFolder,
    });
    this.#events.watch(this.desk);
    if (!readOnly) this.desk.resumeRemovals();
  }

  /** Answers one call of a screen. Never throws. */
  dispatch(frame: CallFrame): Promise<ReplyFrame> {
    return dispatch(this.handlers, frame, {
      readOnly: this.readOnly,
      checkOutputs: this.#checkOutputs,
      translate: (error) => this.#store.explain(error),
    });
  }

  /** Tells what happens; @returns a function that ends the subscription */
  subscribe(listener: EventListener): () => void {
    return this.#events.subscribe(listener);
  }

  /** Starts the workers before there is work, so that they are ready when planning is. */
  warmUp(): void {
    this.#scheduler?.warmUp();
  }

  /** Ends what runs (it is done again on resuming), then closes the project. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#events[Symbol.dispose]();
    await this.#scheduler?.[Symbol.asyncDispose]();
    this.#store[Symbol.dispose]();
  }
}

function isDevelopment(): boolean {
  return ['development', 'test'].includes(process.env['NODE_ENV'] ?? '');
}
