/** Experiments as the procedures see them: create, find, run, read. One per open project. */
import { randomBytes } from 'node:crypto';
import type { ExperimentSummary, PlanSummary, Progress } from '#shared/contract/views';
import type { Addition } from '#shared/domain/additions';
import { requireSpec } from '#shared/domain/check-spec';
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { defaultThresholds, type PhaseThresholds } from '#shared/domain/phases';
import type {
  CellsResult,
  DetailedCellsResult,
  ExperimentState,
  TaskState,
} from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';
import { ConflictError, PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { readCatalogue, type DatasetFolders } from '../datasets/catalogue';
import { canonicalJson } from '#shared/domain/canonical-json';
import type { CostBasis } from '../experiments/cost-basis';
import { measuredCosts } from '../experiments/measured-rates';
import { planExperiment, type Plan } from '../experiments/plan';
import { summarisePlan } from '../experiments/plan-summary';
import { experimentSummary, stateReader, visibleState } from '../experiments/progress';
import { CellCache } from '../experiments/cell-cache';
import { cellsResult, labelledCells, withScalars, type CellsOptions } from '../experiments/results';
import type { Scheduler } from '../experiments/scheduler';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import type { StoredTask, StoredTaskState } from '../store/task-table';
import { BegunTrainings } from './begun-trainings';
import { ChanceLosses } from './chance-losses';
import { requireKnownSpec } from './known-spec';
import { requireEngine, requireNotImported, requireSame } from './experiment-names';
import { machineMemoryBytes } from './machine';
import { benchmarked } from './measured-engines';
import { ProgressReader } from './progress-reader';
import { Removing } from './removing';
import { Soundness } from './soundness';

/** Tasks in the plan's order, and their states as users see them by id. */
interface TasksNow {
  readonly tasks: readonly StoredTask[];
  readonly states: ReadonlyMap<string, TaskState>;
}

/** Plans kept, so that checking, creating and starting the same spec plans it once. */
const plansKept = 4;
/** Measured rates are read again after this long. */
const factorsForMs = 2_000;

export class ExperimentDesk {
  readonly store: ProjectStore;
  readonly scheduler: Scheduler | null;
  readonly #soundness: Soundness;
  readonly #cells: CellCache;
  readonly #removing: Removing;
  readonly #engine: string;
  readonly #isEngineAutomatic: boolean;
  readonly workers: number;
  readonly #folders: DatasetFolders;
  readonly #chances: ChanceLosses;
  readonly #plans = new Map<string, Plan>();
  readonly #begun: BegunTrainings;
  readonly #progress: ProgressReader;
  #basis: { at: number; engine: string; basis: CostBasis } | null = null;

  constructor(options: {
    store: ProjectStore;
    /** Null in a read-only workbench. */
    scheduler: Scheduler | null;
    /** Executor of new experiments. */
    engine: string;
    /** Nobody asked for it: a spec that is there already stays with its own. */
    isEngineAutomatic: boolean;
    workers: number;
    folders: DatasetFolders;
    /** Hears of an experiment whose stored results were found damaged while screens show them. */
    damaged: (experimentId: string) => void;
  }) {
    this.#soundness = new Soundness(options.store, options.damaged);
    this.#cells = new CellCache(options.store);
    this.#removing = new Removing(options.store);
    this.store = options.store;
    this.scheduler = options.scheduler;
    this.#engine = options.engine;
    this.#isEngineAutomatic = options.isEngineAutomatic;
    this.workers = options.workers;
    this.#folders = options.folders;
    this.#chances = new ChanceLosses(options.folders);
    this.#begun = new BegunTrainings(options.store.checkpointsFolder);
    this.#progress = new ProgressReader({
      store: options.store,
      scheduler: options.scheduler,
      begun: this.#begun,
      stateOf: (experiment) => this.stateOf(experiment),
      factsReader: () => this.factsReader(),
      costBasis: (engine) => this.costBasis(engine),
    });
  }

  /** Trainings that were put down, or left by a process that ended. */
  get begun(): BegunTrainings {
    return this.#begun;
  }

  /** An experiment with a spec. @throws PhasescapeError `not-found`; ConflictError for one that was imported, which has no runs */
  require(experimentId: string): StoredExperiment {
    const found = this.store.experiments.find(experimentId);
    if (found) return found;
    const table = this.store.tables.find(experimentId);
    if (table) {
      throw new ConflictError(
        `experiment ${table.name}: must have runs of its own for this, got results imported from ${table.source.file}; look at its phase diagram, or design an experiment to run`,
      );
    }
    throw new PhasescapeError(
      'not-found',
      `experiment: must exist in this project, got ${showValue(experimentId)}; list the experiments`,
    );
  }

  /**
   * As `require`, for those who show results: what was written before this process began is compared with its digests once.
   * @throws StoreError `store-corrupt` when a stored value has changed
   */
  requireSound(experimentId: string): StoredExperiment {
    const experiment = this.require(experimentId);
    this.#soundness.require(experiment);
    return experiment;
  }

  /**
   * As `requireSound`, for screens: the comparison is made while they show what is stored, and when it finds damage, the next call says so.
   * @throws StoreError `store-corrupt` once it has been found
   */
  requireForScreens(experimentId: string): StoredExperiment {
    const experiment = this.require(experimentId);
    this.#soundness.compareSoon(experiment);
    return experiment;
  }

  /** The data sets that exist now. */
  datasets(): readonly DatasetFacts[] {
    return readCatalogue(this.#folders).list;
  }

  /** The facts of the data set of a spec, as far as it exists. */
  datasetFacts(spec: ExperimentSpec): DatasetFacts | undefined {
    return readCatalogue(this.#folders).factsOf(spec.dataset);
  }

  /** As `datasetFacts`, for many specs: the data sets are looked up once. */
  factsReader(): (settings: DatasetSpec) => DatasetFacts | undefined {
    const catalogue = readCatalogue(this.#folders);
    return (settings) => catalogue.factsOf(settings);
  }

  /** The plan of a stored experiment with what was added to it. @throws as `plan`; StoreError `store-newer` */
  planOf(experiment: StoredExperiment): Plan {
    const { spec, engine, additions } = requireKnownSpec(experiment);
    return this.plan(spec, engine, additions);
  }

  /** The plan of a checked spec for an executor. @throws PhasescapeError when its data set is gone or was changed */
  plan(
    spec: ExperimentSpec,
    engine: string = this.#engine,
    additions: readonly Addition[] = [],
  ): Plan {
    const catalogue = readCatalogue(this.#folders);
    const added = additions.map(({ metric, cells }) => ({ metric, cells }));
    const key = `${engine} ${catalogue.fingerprint} ${canonicalJson([spec, added])}`;
    const kept = this.#plans.get(key);
    if (kept) return kept;
    const plan = planExperiment(spec, {
      engine,
      dataOf: (settings) => catalogue.describe(settings),
      additions,
    });
    const oldest = this.#plans.keys().next();
    if (this.#plans.size >= plansKept && !oldest.done) this.#plans.delete(oldest.value);
    this.#plans.set(key, plan);
    return plan;
  }

  /** What a spec would make and how long it may take. */
  summarise(spec: ExperimentSpec): PlanSummary {
    const engine = this.#engineFor(spec);
    const plan = this.plan(spec, engine);
    const states = this.store.tasks.states(plan.tasks.map((task) => task.id));
    const basis = this.costBasis(engine);
    return summarisePlan({ plan, states, basis, engine, workers: this.workers });
  }

  /**
   * Stores a spec as a draft, or finds the experiment that has it already.
   * @throws InvalidSpecError with every problem; ConflictError when the name belongs to another spec or executor
   */
  create(input: unknown): StoredExperiment {
    const spec = requireSpec(input, this.datasets(), machineMemoryBytes());
    requireNotImported(this.store.tables, spec.name);
    const existing = this.store.experiments.findByName(spec.name);
    if (existing) {
      requireSame(existing, spec);
      if (!this.#isEngineAutomatic) requireEngine(existing, this.#engine);
      return existing;
    }
    const experiment: StoredExperiment = {
      id: `e${randomBytes(6).toString('hex')}`,
      name: spec.name,
      spec,
      additions: [],
      engine: this.#engine,
      thresholds: defaultThresholds,
      state: 'draft',
      createdAt: new Date().toISOString(),
      activeMs: 0,
    };
    this.store.addExperiment(experiment, this.plan(spec).tasks);
    return experiment;
  }

  /**
   * Gives a draft another spec; it stays the same experiment.
   * @throws InvalidSpecError with every problem; ConflictError when it has been started, or the name belongs to another experiment
   */
  edit(experimentId: string, input: unknown): void {
    const spec = requireSpec(input, this.datasets(), machineMemoryBytes());
    const experiment = this.require(experimentId);
    if (experiment.state !== 'draft') {
      throw new ConflictError(
        `experiment ${experiment.name}: must be a draft to be changed, got ${this.stateOf(experiment)}; duplicate it`,
      );
    }
    requireNotImported(this.store.tables, spec.name);
    const holder = this.store.experiments.findByName(spec.name);
    if (holder && holder.id !== experimentId) {
      throw new ConflictError(
        `name: must be new, got ${JSON.stringify(spec.name)} that another experiment has; choose another name`,
        { details: { experimentId: holder.id } },
      );
    }
    const draft = { name: spec.name, spec, engine: this.#engine };
    this.store.changeDraft(experimentId, draft, this.plan(spec).tasks);
  }

  /** The scheduler, to run this experiment. @throws ConflictError when it cannot run here */
  schedulerFor(experimentId: string): Scheduler {
    this.require(experimentId);
    if (!this.scheduler) {
      throw new ConflictError(
        'workbench: must be open for writing to run experiments, got a read-only one; open it without --read-only',
      );
    }
    return this.scheduler;
  }

  /**
   * Starts or resumes. An experiment whose tasks all have results is finished at once.
   * @returns how many trainings are done again, because their weights are gone
   * @throws ConflictError
   */
  start(experimentId: string): number {
    const scheduler = this.schedulerFor(experimentId);
    this.#renewPlan(this.require(experimentId));
    return scheduler.start(experimentId);
  }

  /**
   * Tries failed tasks again, or those of them that are named, and runs the experiment.
   * @throws PhasescapeError `not-found` for tasks that it does not have; ConflictError for a draft, and as `start`. Nothing is changed then.
   */
  retry(experimentId: string, taskIds: readonly string[] | null): void {
    const scheduler = this.schedulerFor(experimentId);
    const experiment = this.require(experimentId);
    if (experiment.state === 'draft') {
      throw new ConflictError(
        `experiment ${experiment.name}: must have been started for failed tasks to be tried again, got a draft; start it`,
      );
    }
    const known = new Set(this.store.tasks.ofExperiment(experimentId).map(({ id }) => id));
    const unknown = taskIds?.find((id) => !known.has(id));
    if (unknown !== undefined) {
      throw new PhasescapeError(
        'not-found',
        `taskIds: must be tasks of experiment ${experiment.name}, got ${showValue(unknown)}; read its cells again (nothing was changed)`,
      );
    }
    this.#renewPlan(experiment);
    scheduler.retry(experimentId, taskIds);
  }

  /** Plans anew where a definition has changed its version since: other results than those planned would not be kept. */
  #renewPlan(experiment: StoredExperiment): void {
    const { tasks } = this.planOf(experiment);
    const stored = this.store.tasks.ofExperiment(experiment.id);
    const isSame =
      stored.length === tasks.length && stored.every((task, i) => task.id === tasks[i]?.id);
    if (isSame) return;
    this.requireNoOther(experiment, 'planned anew');
    this.store.replacePlan(experiment.id, tasks);
  }

  /**
   * The scheduler, to pause, stop or cancel what it runs; nothing happens where nothing runs.
   * @throws ConflictError naming the process that runs the experiment, when it is another
   */
  steer(experimentId: string, verb: 'paused' | 'stopped' | 'cancelled'): Scheduler {
    this.#requireNotElsewhere(this.require(experimentId), verb);
    return this.schedulerFor(experimentId);
  }

  /**
   * Deletes an experiment that does not run; one that is being cancelled is waited for.
   * @throws ConflictError while it runs, here or elsewhere
   */
  async remove(experimentId: string): Promise<void> {
    if (this.store.tables.find(experimentId)) {
      this.store.tables.remove(experimentId);
      return;
    }
    const experiment = this.require(experimentId);
    this.#requireNotElsewhere(experiment, 'deleted');
    if (this.scheduler?.isActive(experimentId) === true) {
      if (experiment.state !== 'cancelled') {
        throw new ConflictError(
          `experiment ${experiment.name}: must not be running to be deleted, got ${experiment.state}; cancel it first`,
        );
      }
      await this.scheduler.whenSettled(experimentId);
    }
    await this.#removing.remove(experimentId);
  }

  /** Goes on with deletions that a process which ended has left; what cannot be deleted now is tried again by the next one. */
  resumeRemovals(): void {
    for (const id of this.store.removalsBegun()) {
      this.#removing.remove(id).catch((error: unknown) => {
        process.stderr.write(`deleting what a former process left: ${String(error)}\n`);
      });
    }
  }

  stateOf(experiment: StoredExperiment): ExperimentState {
    const isHere = this.scheduler?.isActive(experiment.id) ?? false;
    return visibleState(experiment, isHere || this.#otherOwner() !== null);
  }

  /** The other process that schedules in this project, in words; null when none does. */
  #otherOwner(): string | null {
    return this.scheduler?.ownsProject === true ? null : this.store.lease.holder();
  }

  /** @throws ConflictError naming the process that schedules in this project, when it is another */
  requireNoOther({ name }: StoredExperiment, verb: string): void {
    const owner = this.#otherOwner();
    if (owner === null) return;
    throw new ConflictError(
      `experiment ${name}: project must not be run by another process to be ${verb} here, got ${owner}; do it there, or end that process`,
    );
  }

  #requireNotElsewhere(experiment: StoredExperiment, verb: string): void {
    if (this.scheduler?.isActive(experiment.id) === true) return;
    const owner = this.#otherOwner();
    if (owner === null || visibleState(experiment, false) === experiment.state) return;
    throw new ConflictError(
      `experiment ${experiment.name}: must be run by this process to be ${verb} here, got one that ${owner} runs; do it there, or end that process`,
    );
  }

  summary(experiment: StoredExperiment): ExperimentSummary {
    const summary = experimentSummary(this.store, experiment, this.stateOf(experiment));
    if (!this.scheduler?.isActive(experiment.id)) return summary;
    let running = 0;
    for (const node of this.scheduler.graph.of(experiment.id))
      if (node.task.kind === 'train' && node.state === 'running') running += 1;
    return { ...summary, runs: { ...summary.runs, running } };
  }

  tasks(experimentId: string): TasksNow {
    return this.#withStates(this.store.tasks.ofExperiment(experimentId));
  }

  /** As `tasks`, of one cell. */
  tasksOfCell(experimentId: string, cell: number): TasksNow {
    return this.#withStates(this.store.tasks.ofCell(experimentId, cell));
  }

  #withStates(tasks: readonly StoredTask[]): TasksNow {
    const stateOf = stateReader(tasks, this.scheduler);
    return { tasks, states: new Map(tasks.map((task) => [task.id, stateOf(task)])) };
  }

  /** Results by cell with every value behind them, with the thresholds given or those stored. */
  cells(experiment: StoredExperiment, thresholds?: PhaseThresholds): DetailedCellsResult {
    return cellsResult(this.store, experiment, this.#labelling(thresholds));
  }

  /** The same for screens, without the values: of some cells or all, of some scalars or all. */
  async cellStatistics(
    experiment: StoredExperiment,
    { cells, scalars }: { cells?: readonly number[]; scalars?: readonly string[] },
  ): Promise<CellsResult> {
    const all = await this.#cells.cells(experiment, scalars);
    const some = cells ? cells.flatMap((index) => all[index] ?? []) : all;
    const results = labelledCells(experiment, some, this.#labelling());
    return scalars ? withScalars(results, scalars) : results;
  }

  #labelling(thresholds?: PhaseThresholds): CellsOptions {
    return {
      chanceLoss: ({ dataset }) => this.#chances.of(dataset),
      ...(thresholds ? { thresholds } : {}),
    };
  }

  /** The state of a training as users see it: what the scheduler says, else what is stored. */
  trainingState(taskId: string, stored: StoredTaskState): TaskState {
    const live = this.scheduler?.graph.nodes.get(taskId)?.state;
    return live ?? (stored === 'pending' ? 'ready' : stored);
  }

  /** How far an experiment is. @throws as `require` */
  progress(experimentId: string): Progress {
    return this.#progress.of(this.require(experimentId));
  }

  /** What a spec runs on: another default does not make finished work undone. */
  #engineFor(spec: ExperimentSpec): string {
    const existing = this.#isEngineAutomatic ? this.store.experiments.findByName(spec.name) : null;
    return existing?.engine ?? this.#engine;
  }

  /** How expected times become times on this machine. */
  costBasis(engine: string): CostBasis {
    const now = performance.now();
    if (this.#basis?.engine !== engine || now - this.#basis.at > factorsForMs) {
      const catalogue = readCatalogue(this.#folders);
      const factsOf = (settings: DatasetSpec) => catalogue.factsOf(settings);
      const basis = measuredCosts(this.store, engine, factsOf) ?? benchmarked(engine);
      this.#basis = { at: now, engine, basis };
    }
    return this.#basis.basis;
  }
}
