/**
 * A project on disk: one folder with `project.sqlite`, `artifacts/` and, while trainings are unfinished, `checkpoints/`. All SQL is below
 * this file.
 *
 * Invariants. Results are written by the holder of the lease only, several tasks in one transaction; before that their artifacts
 * are on the disk. A finished task never changes, except that all of its results are forgotten together and it is done again (`redo`).
 * Readers need no lease, write nothing and never wait for the writer.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import type { Addition } from '#shared/domain/additions';
import type { ImportedTable } from '#shared/domain/imported/imported-table';
import { ConflictError, StoreError } from '#shared/errors';
import { isArtifactThere } from './artifact-check';
import { artifactPath, syncArtifacts, translateFileError } from './artifacts';
import { listCheckpoints, removeCheckpoints } from './checkpoint-files';
import { digestTable } from './digests';
import { experimentTable, type StoredExperiment } from './experiment-table';
import { importedTables, type StoredTable } from './imported-tables';
import { inspectionTable } from './inspection';
import { damagedValue } from './json-column';
import { leaseTable, type Lease, type LeaseSurroundings } from './lease';
import { logTable, type NewLogEntry } from './log-table';
import { openDatabase } from './open-database';
import {
  artifactsName,
  databaseName,
  isAbsent,
  isFileError,
  makeFolder,
  refuseLostDatabase,
  removeHalfMade,
  whatIsThere,
} from './project-folder';
import { redoTable, type Redone } from './redo';
import { removalTable } from './removal';
import { ResultChanges } from './result-changes';
import { runTableCheck } from './run-table-check';
import { resultTable, type TaskOutcome } from './result-table';
import { runMarks, type MarkChange } from './run-marks';
import { runQueries } from './run-query';
import { translateSqliteError, translating } from './sqlite-error';
import { taskTable, type NewTask } from './task-table';
import { viewTable } from './view-table';

const checkpointsName = 'checkpoints';

/** An open project. */
export class ProjectStore implements Disposable {
  readonly folder: string;
  readonly artifactsFolder: string;
  /** What convolutions of this project are written as; made by a worker that chooses. */
  readonly formulationsFolder: string;
  /** Made when the first checkpoint is written. */
  readonly checkpointsFolder: string;
  readonly experiments: ReturnType<typeof experimentTable>;
  /** Experiments that were imported: they share the names and ids of the others. */
  readonly tables: ReturnType<typeof importedTables>;
  readonly tasks: ReturnType<typeof taskTable>;
  readonly results: ReturnType<typeof resultTable>;
  readonly runs: ReturnType<typeof runQueries>;
  readonly lease: ReturnType<typeof leaseTable>;
  readonly views: ReturnType<typeof viewTable>;
  readonly #marks: ReturnType<typeof runMarks>;
  readonly log: Pick<ReturnType<typeof logTable>, 'ofExperiment'>;
  readonly #log: ReturnType<typeof logTable>;
  /** What this process has written. */
  readonly changes = new ResultChanges();
  #counts = {
    revision: -1,
    otherWrites: -1,
    of: new Map<string, ReturnType<ProjectStore['tasks']['counts']>>(),
  };
  readonly #digests: ReturnType<typeof digestTable>;
  readonly #redo: ReturnType<typeof redoTable>;
  readonly #removals: ReturnType<typeof removalTable>;
  readonly #db: Database.Database;
  readonly #file: string;

  /**
   * Opens a project; `write` makes the folder and the database when they are absent.
   *
   * @throws StoreError when the folder cannot be used, is not a project, or is of a newer version; what was not there before is not there then
   */
  static open(
    folder: string,
    options: { mode?: 'write' | 'read'; surroundings?: LeaseSurroundings } = {},
  ): ProjectStore {
    const { mode = 'write', surroundings } = options;
    const root = resolve(folder);
    const file = join(root, databaseName);
    try {
      const isNew = isAbsent(file);
      if (isNew) refuseLostDatabase(root, file);
      if (isNew && mode === 'read') {
        throw new StoreError(
          `${root}: must be a project folder, got ${whatIsThere(root)}; check the path or run an experiment with it first`,
          { code: 'not-found' },
        );
      }
      const made = mode === 'write' ? makeFolder(root) : undefined;
      try {
        return ProjectStore.#open(root, file, { mode, surroundings });
      } catch (error) {
        if (isNew) removeHalfMade(root, made);
        throw error;
      }
    } catch (error) {
      throw isFileError(error) ? translateFileError(error, root) : error;
    }
  }

  static #open(
    root: string,
    file: string,
    { mode, surroundings }: { mode: 'write' | 'read'; surroundings: LeaseSurroundings | undefined },
  ): ProjectStore {
    const db = openDatabase(file, mode);
    try {
      if (mode === 'write') makeFolder(join(root, artifactsName));
      else db.pragma('query_only = ON');
      return translating(file, () => new ProjectStore(root, db, surroundings));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  private constructor(root: string, db: Database.Database, surroundings?: LeaseSurroundings) {
    this.folder = root;
    this.artifactsFolder = join(root, artifactsName);
    this.formulationsFolder = join(root, 'formulations');
    this.checkpointsFolder = join(root, checkpointsName);
    this.#db = db;
    this.#file = join(root, databaseName);
    this.experiments = experimentTable(db);
    this.tables = importedTables(db);
    this.tasks = taskTable(db);
    this.results = resultTable(db);
    this.runs = runQueries(db);
    this.#marks = runMarks(db);
    this.lease = leaseTable(db, surroundings);
    this.views = viewTable(db);
    this.#log = logTable(db);
    this.log = this.#log;
    this.#digests = digestTable(db);
    this.#redo = redoTable(db);
    this.#removals = removalTable(db);
  }

  /** Stores an experiment with its plan. @throws StoreError when it cannot be written; ConflictError for the name of another experiment */
  addExperiment(experiment: StoredExperiment, tasks: readonly NewTask[]): void {
    this.#finishRemovals();
    this.#transaction(() => {
      refuseName(experiment.name, this.tables);
      refuseName(experiment.name, this.experiments);
      this.experiments.insert(experiment);
      this.#insertPlan(experiment.id, tasks);
    });
  }

  /** Stores an imported table. @throws StoreError when it cannot be written; ConflictError for the name of another experiment */
  addTable(table: StoredTable, rows: ImportedTable['rows']): void {
    this.#transaction(() => {
      refuseName(table.name, this.experiments);
      refuseName(table.name, this.tables);
      this.tables.insert(table, rows);
    });
  }

  /** Gives an experiment another plan: its spec now means other tasks, because a definition has a new version. */
  replacePlan(experimentId: string, tasks: readonly NewTask[]): void {
    this.#finishRemovals();
    this.#transaction(() => {
      this.tasks.forget(experimentId);
      this.#insertPlan(experimentId, tasks);
    });
  }

  /** Adds metrics to an experiment with the plan that it has then: all of it or nothing. One that had finished is paused until it is started. */
  addMetrics(
    experimentId: string,
    additions: readonly Addition[],
    tasks: readonly NewTask[],
  ): void {
    this.#finishRemovals();
    this.#transaction(() => {
      for (const addition of additions) this.experiments.add(experimentId, addition);
      this.experiments.unfinish(experimentId);
      this.tasks.forget(experimentId);
      this.#insertPlan(experimentId, tasks);
    });
  }

  /** Gives a draft another spec, which may have another name, and its plan; results that only the old plan used go. */
  changeDraft(
    experimentId: string,
    draft: Pick<StoredExperiment, 'name' | 'spec' | 'engine'>,
    tasks: readonly NewTask[],
  ): void {
    this.#finishRemovals();
    this.#dropUnused(() => {
      refuseName(draft.name, this.tables);
      const holder = this.experiments.findByName(draft.name);
      if (holder?.id !== experimentId) refuseName(draft.name, this.experiments);
      this.experiments.setSpec(experimentId, draft);
      this.tasks.forget(experimentId);
      this.#insertPlan(experimentId, tasks);
    });
  }

  /** Removes an experiment with every result that no other one uses. */
  removeExperiment(id: string): void {
    for (const _ of this.removal(id));
  }

  /**
   * As `removeExperiment`, for a caller who pauses after any of its steps, some ten milliseconds each. After the first one nobody sees the
   * experiment any more; what is left undone goes on when its removal is called again (`removalsBegun`).
   */
  *removal(id: string): Generator<void> {
    const removals = this.#removals;
    const imported = this.#importedWeights(this.experiments.find(id));
    // What goes is in no other experiment: nobody has to read results again.
    const written = <Result>(work: () => Result): Result => this.#transaction(work, []);
    written(() => removals.begin(id));
    do yield;
    while (written(() => removals.dropPlan(id)));
    yield* this.#unusedTasks((taskIds) => {
      written(() => removals.dropReads(taskIds));
    });
    yield* this.#unusedTasks((taskIds) => {
      this.#removeArtifacts(written(() => removals.dropTasks(taskIds)));
    });
    written(() => removals.end(id));
    this.#dropImported(imported);
    if (!this.lease.isHeld()) this.sweepCheckpoints();
  }

  /** Does something with all tasks that no plan has, some at a time. */
  *#unusedTasks(work: (taskIds: readonly string[]) => void): Generator<void> {
    for (let after: string | null = ''; after !== null;) {
      const { next, taskIds } = this.#removals.unused(after);
      if (taskIds.length > 0) work(taskIds);
      after = next;
      yield;
    }
  }

  /** Ends removals that have begun: a new plan must not find half of the results that it needs. */
  #finishRemovals(): void {
    for (const id of this.removalsBegun()) this.removeExperiment(id);
  }

  /** Experiments whose removal was begun, here or by a process that ended, and is not done. */
  removalsBegun(): readonly string[] {
    return this.#removals.begun();
  }

  #removeArtifacts(hashes: readonly string[]): void {
    for (const hash of hashes)
      rmSync(artifactPath(this.artifactsFolder, hash), { recursive: true, force: true });
  }

  /** Deletes imported weights that nothing names any more: of those that were never evaluated no result does. */
  #dropImported(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    const named = new Set([
      ...this.inspect()
        .artifacts()
        .map(({ hash }) => hash),
      ...this.experiments.list().flatMap((other) => this.#importedWeights(other)),
    ]);
    this.#removeArtifacts(hashes.filter((hash) => !named.has(hash)));
  }

  #importedWeights(experiment: StoredExperiment | null | undefined): string[] {
    return experiment?.spec.imported?.files.map(({ weights }) => weights) ?? [];
  }

  #dropUnused(work: () => void): void {
    let hashes: string[] = [];
    this.#transaction(() => {
      work();
      hashes = this.results.unusedHashes();
      this.tasks.removeUnused();
    });
    this.#removeArtifacts(hashes);
    if (!this.lease.isHeld()) this.sweepCheckpoints();
  }

  /**
   * Removes what is in the folder of checkpoints and belongs to no unfinished training: what a kill left half written, and states of
   * trainings that have ended since or that nobody plans any more. Call it while nothing trains.
   */
  sweepCheckpoints(): void {
    const names = listCheckpoints(this.checkpointsFolder);
    const states = this.tasks.states(names);
    const isUsed = (name: string) => !['done', 'diverged', undefined].includes(states.get(name));
    removeCheckpoints(
      this.checkpointsFolder,
      names.filter((name) => !isUsed(name)),
    );
  }

  /**
   * Writes what became of tasks: artifacts to the disk first, then all rows in one transaction.
   *
   * @throws ConflictError when the lease was lost: nothing is written then
   * @throws StoreError when the disk refuses: nothing is written then
   */
  async commit(lease: Lease, outcomes: readonly TaskOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const hashes = outcomes.flatMap((outcome) =>
      outcome.kind === 'result' ? outcome.result.artifacts.map((artifact) => artifact.hash) : [],
    );
    await syncArtifacts(this.artifactsFolder, hashes);
    this.#transaction(
      () => {
        this.lease.require(lease);
        for (const outcome of outcomes) this.results.write(outcome, lease.fence);
      },
      outcomes.map((outcome) =>
        outcome.kind === 'result' ? outcome.result.taskId : outcome.taskId,
      ),
    );
    // Not before the results are in the database: until then the checkpoint is all there is.
    const written = new Set(listCheckpoints(this.checkpointsFolder));
    const ended = outcomes.flatMap((o) => (o.kind === 'result' ? [o.result.taskId] : []));
    removeCheckpoints(
      this.checkpointsFolder,
      ended.filter((taskId) => written.has(taskId)),
    );
  }

  /** Changes the state of experiments as the holder of the lease. @throws ConflictError when it was lost */
  writeAsOwner(lease: Lease, work: () => void): void {
    this.#transaction(() => {
      this.lease.require(lease);
      work();
    });
  }

  /** Adds to the logs of experiments; entries of one that is gone are dropped. @throws StoreError when the disk refuses */
  addLog(entries: readonly NewLogEntry[]): void {
    this.#transaction(() => this.#log.add(entries), []);
  }

  /** Writes what a user says of runs, by their trainings: all of it or nothing. @throws StoreError when it cannot be written */
  markRuns(taskIds: readonly string[], change: MarkChange): void {
    this.#transaction(() => this.#marks(taskIds, change));
  }

  /** Grows whenever another process has written. */
  otherWrites(): number {
    return this.#db.pragma('data_version', { simple: true }) as number;
  }

  /** Bytes on the disk: database and artifacts. */
  sizeBytes(): number {
    const files = [this.#file, `${this.#file}-wal`].filter((path) => existsSync(path));
    return files.reduce((sum, path) => sum + statSync(path).size, 0) + this.results.artifactBytes();
  }

  /**
   * Marks tasks, and all that reads them, as to be done again; the results of all are forgotten.
   * @throws ConflictError when the lease was lost
   */
  redo(lease: Lease, taskIds: readonly string[]): Redone {
    let redone: Redone = { trainings: 0, measurements: 0, experiments: [] };
    if (taskIds.length === 0) return redone;
    this.writeAsOwner(lease, () => (redone = this.#redo.redo(taskIds)));
    return redone;
  }

  /** Makes what the table of runs reads anew from the results of these experiments. @throws ConflictError when the lease was lost */
  renewRunTables(lease: Lease, experimentIds: readonly string[]): void {
    const copies = runTableCheck(this.#db);
    this.writeAsOwner(lease, () => experimentIds.forEach((id) => copies.renew(id)));
  }

  /**
   * As `redo`, for the trainings whose weights an experiment still needs and whose file is gone.
   * Cost: looks for each file, reads none.
   */
  redoMissing(lease: Lease, experimentId: string): Redone {
    const missing = this.#redo
      .neededWeights(experimentId)
      .filter(({ hash }) => !isArtifactThere(this.artifactsFolder, hash));
    return this.redo(
      lease,
      missing.map(({ taskId }) => taskId),
    );
  }

  /**
   * Compares an experiment's plan and results with what was written.
   * @throws StoreError `store-corrupt` when a value has changed since
   * Cost: reads every result of the experiment, 0.1 ms a task.
   */
  requireUnchanged(experiment: StoredExperiment): void {
    for (const _ of this.comparison(experiment));
  }

  /** As `requireUnchanged`, for a caller who pauses after any of its steps; each compares one task or as much of the plan. */
  *comparison({ id, name }: StoredExperiment): Generator<void> {
    if (!(yield* this.#digests.isPlanSame(id)))
      throw damagedValue(
        `plan of ${JSON.stringify(name)}`,
        'be as it was written, got another one',
      );
    const changed: string[] = [];
    for (const taskId of this.#digests.changedShown(id)) {
      if (taskId !== null) changed.push(taskId);
      yield;
    }
    if (changed.length > 0) throw this.#changedResults(name, changed);
  }

  /**
   * Compares what some of an experiment's tasks yielded with what was written.
   * @throws StoreError `store-corrupt` when a value has changed since
   */
  requireUnchangedTasks({ name }: StoredExperiment, taskIds: readonly string[]): void {
    const changed = taskIds.filter((id) => !this.#digests.isShownSame(id));
    if (changed.length > 0) throw this.#changedResults(name, changed);
  }

  #changedResults(name: string, taskIds: readonly string[]): StoreError {
    return new StoreError(
      `results of ${JSON.stringify(name)}: must be as they were written, got other numbers in ${taskIds.length} tasks; phasescape doctor --project ${this.folder} --repair, then run the experiment again`,
      { code: 'store-corrupt', details: { taskIds } },
    );
  }

  /** How many tasks an experiment has of each kind and state; counted again after something was written. */
  taskCounts(experimentId: string): ReturnType<ProjectStore['tasks']['counts']> {
    const { revision } = this.changes;
    const otherWrites = this.otherWrites();
    if (this.#counts.revision !== revision || this.#counts.otherWrites !== otherWrites)
      this.#counts = { revision, otherWrites, of: new Map() };
    const known = this.#counts.of.get(experimentId) ?? this.tasks.counts(experimentId);
    this.#counts.of.set(experimentId, known);
    return known;
  }

  /** What SQLite refused, in the user's words: a full disk, a damaged page; any other error as it is. Never throws. */
  explain(error: unknown): unknown {
    return translateSqliteError(error, this.#file);
  }

  /** Whether it can still be read. */
  get isOpen(): boolean {
    return this.#db.open;
  }

  /** What a check of the whole database asks. */
  inspect(): ReturnType<typeof inspectionTable> {
    return translating(this.#file, () => inspectionTable(this.#db));
  }

  [Symbol.dispose](): void {
    if (this.#db.open) this.#db.close();
  }

  #insertPlan(experimentId: string, tasks: readonly NewTask[]): void {
    this.tasks.insertPlan(experimentId, tasks);
    this.#digests.keepPlan(experimentId);
  }

  /** @param taskIds - those whose results it writes; without them it may write any, or a plan */
  #transaction<Result>(work: () => Result, taskIds: readonly string[] | null = null): Result {
    try {
      const result = this.#db.transaction(work).immediate();
      this.changes.add(taskIds);
      return result;
    } catch (error) {
      throw translateSqliteError(error, this.#file);
    }
  }
}

/** @throws ConflictError when an experiment has this name, as another process may have given it one meanwhile */
function refuseName(
  name: string,
  among: { readonly findByName: (name: string) => { readonly id: string } | null },
): void {
  const holder = among.findByName(name);
  if (!holder) return;
  throw new ConflictError(
    `name: must be new, got ${JSON.stringify(name)} that another experiment has; choose another name`,
    { details: { experimentId: holder.id } },
  );
}
