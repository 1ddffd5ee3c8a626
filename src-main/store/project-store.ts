/**
 * A project on disk: one folder with `project.sqlite`, `artifacts/` and, while trainings are unfinished, `checkpoints/`. All SQL is below
 * this file.
 *
 * Invariants. Results are written by the holder of the lease only, several tasks in one transaction; before that their artifacts
 * are on the disk. A finished task never changes, except that all of its results are forgotten together and it is done again (`redo`).
 * Readers need no lease, write nothing and never wait for the writer.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
import { redoTable, type Redone } from './redo';
import { ResultChanges } from './result-changes';
import { resultTable, type TaskOutcome } from './result-table';
import { runMarks, type MarkChange } from './run-marks';
import { runQueries } from './run-query';
import { translateSqliteError, translating } from './sqlite-error';
import { taskTable, type NewTask } from './task-table';
import { viewTable } from './view-table';

const databaseName = 'project.sqlite';
const artifactsName = 'artifacts';
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
  }

  /** Stores an experiment with its plan. @throws StoreError when it cannot be written; ConflictError for the name of an imported table */
  addExperiment(experiment: StoredExperiment, tasks: readonly NewTask[]): void {
    this.#transaction(() => {
      refuseName(experiment.name, this.tables);
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
    this.#dropUnused(() => {
      refuseName(draft.name, this.tables);
      this.experiments.setSpec(experimentId, draft);
      this.tasks.forget(experimentId);
      this.#insertPlan(experimentId, tasks);
    });
  }

  /** Removes an experiment with every result that no other one uses. */
  removeExperiment(id: string): void {
    const imported = this.#importedWeights(this.experiments.find(id));
    this.#dropUnused(() => this.experiments.remove(id));
    if (imported.length === 0) return;
    // Those that were never evaluated: no result names them.
    const named = new Set([
      ...this.inspect()
        .artifacts()
        .map(({ hash }) => hash),
      ...this.experiments.list().flatMap((other) => this.#importedWeights(other)),
    ]);
    for (const hash of imported)
      if (!named.has(hash)) rmSync(artifactPath(this.artifactsFolder, hash), { force: true });
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
    for (const hash of hashes)
      rmSync(artifactPath(this.artifactsFolder, hash), { recursive: true, force: true });
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

  /** As `requireUnchanged`, for a caller who pauses after any of its steps; each compares one task. */
  *comparison({ id, name }: StoredExperiment): Generator<void> {
    if (this.#digests.changedPlans(id).length > 0)
      throw damagedValue(
        `plan of ${JSON.stringify(name)}`,
        'be as it was written, got another one',
      );
    const changed: string[] = [];
    for (const taskId of this.#digests.changedResults(id)) {
      if (taskId !== null) changed.push(taskId);
      yield;
    }
    if (changed.length === 0) return;
    throw new StoreError(
      `results of ${JSON.stringify(name)}: must be as they were written, got other numbers in ${changed.length} tasks; phasescape doctor --project ${this.folder} --repair, then run the experiment again`,
      { code: 'store-corrupt', details: { taskIds: changed } },
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
  #transaction(work: () => void, taskIds: readonly string[] | null = null): void {
    try {
      this.#db.transaction(work).immediate();
      this.changes.add(taskIds);
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

const statOf = (path: string) => statSync(path, { throwIfNoEntry: false });

/** Whether there is no database yet; what is no file is looked at when it is opened. */
function isAbsent(file: string): boolean {
  const found = statOf(file);
  return !found || (found.isFile() && found.size === 0);
}

/** What the file system refused; anything else is a defect, or has been translated. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E/.test(String(error.code));
}

/**
 * A folder with results and no database has lost it: a new one beside them would hide that.
 * @throws StoreError `store-corrupt`
 */
function refuseLostDatabase(root: string, file: string): void {
  const artifacts = join(root, artifactsName);
  const hasResults =
    (statOf(`${file}-wal`)?.size ?? 0) > 0 ||
    (statOf(artifacts)?.isDirectory() === true &&
      readdirSync(artifacts, { recursive: true, withFileTypes: true }).some((e) => e.isFile()));
  if (!hasResults) return;
  throw new StoreError(
    `${file}: must be the database of the results in ${artifacts}, got ${existsSync(file) ? 'an empty file' : 'no file'}; restore it from a copy, or use another folder to begin anew (nothing was changed)`,
    { code: 'store-corrupt' },
  );
}

/**
 * Makes a folder and those above it that are missing, one by one: Node's own way never returns below `/proc`.
 * @returns the topmost folder made; undefined when it was there
 */
function makeFolder(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return undefined;
  if (found) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  const parent = dirname(folder);
  const made = parent === folder ? undefined : makeFolder(parent);
  mkdirSync(folder);
  return made ?? folder;
}

/** What stands where a project was looked for. */
function whatIsThere(root: string): string {
  if (!existsSync(root)) return 'no such folder';
  return statSync(root).isDirectory() ? 'a folder without a project' : 'a file';
}

/** Takes back what opening a new project made before it failed. */
function removeHalfMade(root: string, made: string | undefined): void {
  // Unlike `statSync`, this never throws for a path that cannot be.
  if (!existsSync(root) || !statSync(root).isDirectory()) return;
  if (made !== undefined) {
    rmSync(made, { recursive: true, force: true });
    return;
  }
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(root, databaseName + suffix), { force: true });
}
