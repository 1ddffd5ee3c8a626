/**
 * A project on disk: one folder with `project.sqlite` and `artifacts/`. All SQL is below this file.
 *
 * Invariants. Results are written by the holder of the lease only, several tasks in one transaction; before that their artifacts
 * are on the disk. A finished task never changes. Readers need no lease and never wait for the writer.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { StoreError } from '#shared/errors';
import { artifactPath, syncArtifacts, translateFileError } from './artifacts';
import { experimentTable, type StoredExperiment } from './experiment-table';
import { leaseTable, type Lease, type LeaseSurroundings } from './lease';
import { openDatabase } from './open-database';
import { resultTable, type TaskOutcome } from './result-table';
import { translateSqliteError, translating } from './sqlite-error';
import { taskTable, type NewTask } from './task-table';

const databaseName = 'project.sqlite';
const artifactsName = 'artifacts';

/** An open project. */
export class ProjectStore implements Disposable {
  readonly folder: string;
  readonly artifactsFolder: string;
  readonly experiments: ReturnType<typeof experimentTable>;
  readonly tasks: ReturnType<typeof taskTable>;
  readonly results: ReturnType<typeof resultTable>;
  readonly lease: ReturnType<typeof leaseTable>;
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
    if (mode === 'read' && !existsSync(file)) {
      throw new StoreError(
        `${root}: must be a project folder, got ${whatIsThere(root)}; check the path or run an experiment with it first`,
        { code: 'not-found' },
      );
    }
    const isNew = !existsSync(file);
    let made: string | undefined;
    try {
      if (mode === 'write') made = makeFolder(root);
      const db = openDatabase(file, mode);
      try {
        if (mode === 'write') makeFolder(join(root, artifactsName));
        return new ProjectStore(root, db, surroundings);
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      if (isNew && mode === 'write') removeHalfMade(root, made);
      throw translateFileError(error, root);
    }
  }

  private constructor(root: string, db: Database.Database, surroundings?: LeaseSurroundings) {
    this.folder = root;
    this.artifactsFolder = join(root, artifactsName);
    this.#db = db;
    this.#file = join(root, databaseName);
    this.experiments = experimentTable(db);
    this.tasks = taskTable(db);
    this.results = resultTable(db);
    this.lease = leaseTable(db, surroundings);
  }

  /** Stores an experiment with its plan. @throws StoreError when it cannot be written */
  addExperiment(experiment: StoredExperiment, tasks: readonly NewTask[]): void {
    this.#transaction(() => {
      this.experiments.insert(experiment);
      this.tasks.insertPlan(experiment.id, tasks);
    });
  }

  /** Gives an experiment another plan: its spec now means other tasks, because a definition has a new version. */
  replacePlan(experimentId: string, tasks: readonly NewTask[]): void {
    this.#transaction(() => {
      this.tasks.forget(experimentId);
      this.tasks.insertPlan(experimentId, tasks);
    });
  }

  /** Removes an experiment with every result that no other one uses. */
  removeExperiment(id: string): void {
    let hashes: string[] = [];
    this.#transaction(() => {
      this.experiments.remove(id);
      hashes = this.results.unusedHashes();
      this.tasks.removeUnused();
    });
    for (const hash of hashes) rmSync(artifactPath(this.artifactsFolder, hash), { force: true });
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
    this.#transaction(() => {
      this.lease.require(lease);
      for (const outcome of outcomes) this.results.write(outcome, lease.fence);
    });
  }

  /** Changes the state of experiments as the holder of the lease. @throws ConflictError when it was lost */
  writeAsOwner(lease: Lease, work: () => void): void {
    this.#transaction(() => {
      this.lease.require(lease);
      work();
    });
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

  /** Every fault SQLite finds in the whole file; empty when it is sound. Cost: reads all of it. */
  integrityProblems(): string[] {
    const rows = translating(this.#file, () => this.#db.pragma('integrity_check')) as {
      integrity_check: string;
    }[];
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  }

  [Symbol.dispose](): void {
    if (this.#db.open) this.#db.close();
  }

  #transaction(work: () => void): void {
    try {
      this.#db.transaction(work).immediate();
    } catch (error) {
      throw translateSqliteError(error, this.#file);
    }
  }
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
