/** Tasks as rows: what there is to do, what became of it. A task is shared by every experiment that needs its result. */
import type { Database } from 'better-sqlite3';
import { cellsQuery } from './cells-query';
import { isNumberList, isRecord, readJson } from './json-column';

/** `pending` covers waiting, ready and running. */
export type StoredTaskState = 'pending' | 'done' | 'diverged' | 'failed' | 'cancelled';

/** A task as the plan makes it. */
export interface NewTask {
  readonly id: string;
  readonly kind: string;
  /** The canonical JSON that its id is the hash of. */
  readonly spec: string;
  /** Ids of the tasks whose results it reads, in order. */
  readonly reads: readonly string[];
  readonly cell: number;
  readonly seeds: readonly number[];
}

/** A task of an experiment, with what became of it. */
export interface StoredTask {
  readonly id: string;
  readonly kind: string;
  readonly cell: number;
  readonly seeds: readonly number[];
  readonly state: StoredTaskState;
  readonly attempts: number;
  readonly errorMessage: string | null;
  readonly engine: {
    readonly name: string;
    readonly device: string;
    readonly dtype: string;
    readonly version: string;
  } | null;
  readonly durationMs: number | null;
  readonly steps: number | null;
  readonly finishedAt: string | null;
}

/** A task that has ended well or badly: what is needed to say why a number is missing. */
export type EndedTask = Pick<StoredTask, 'kind' | 'cell' | 'seeds' | 'state' | 'errorMessage'>;

/** A task of an experiment, with what is needed to say how far it is. */
export type CountedTask = Pick<
  StoredTask,
  'id' | 'kind' | 'cell' | 'seeds' | 'state' | 'durationMs'
>;

/** Why a task failed, and how often it was tried. */
export type Failure = Pick<StoredTask, 'id' | 'errorMessage' | 'attempts'>;

interface TaskRow {
  readonly id: string;
  readonly kind: string;
  readonly cell: number;
  readonly seeds: string;
  readonly state: StoredTaskState;
  readonly attempts: number;
  readonly error_message: string | null;
  readonly engine_name: string | null;
  readonly engine_device: string | null;
  readonly engine_dtype: string | null;
  readonly engine_version: string | null;
  readonly duration_ms: number | null;
  readonly steps: number | null;
  readonly finished_at: string | null;
}

const fromRow = (row: TaskRow): StoredTask => ({
  id: row.id,
  kind: row.kind,
  cell: row.cell,
  seeds: readJson(row.seeds, `experiment_tasks.seeds of task ${row.id}`, isNumberList) as number[],
  state: row.state,
  attempts: row.attempts,
  errorMessage: row.error_message,
  engine:
    row.engine_name === null
      ? null
      : {
          name: row.engine_name,
          device: row.engine_device ?? '',
          dtype: row.engine_dtype ?? '',
          version: row.engine_version ?? '',
        },
  durationMs: row.duration_ms,
  steps: row.steps,
  finishedAt: row.finished_at,
});

type CountedRow = readonly [
  id: string,
  kind: string,
  cell: number,
  seeds: string,
  state: StoredTaskState,
  durationMs: number | null,
];

type EndedRow = [
  kind: string,
  cell: number,
  seeds: string,
  state: StoredTaskState,
  errorMessage: string | null,
];

/** Reads lists of seeds: thousands of tasks have few different ones. */
function seedsReader(): (text: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const seeds =
      known.get(text) ?? (readJson(text, 'experiment_tasks.seeds', isNumberList) as number[]);
    known.set(text, seeds);
    return seeds;
  };
}

// Their place by id, without the wide rows.
const outcomes = 'tasks t INDEXED BY task_outcomes ON t.id = u.task_id';

/** The table of tasks with what joins them to experiments and to each other. */
export function taskTable(db: Database) {
  const insertTask = db.prepare('INSERT OR IGNORE INTO tasks (id, kind, spec) VALUES (?, ?, ?)');
  const insertRead = db.prepare(
    'INSERT OR IGNORE INTO task_reads (task_id, position, reads_id) VALUES (?, ?, ?)',
  );
  const insertUse = db.prepare(
    'INSERT INTO experiment_tasks (experiment_id, position, task_id, cell, seeds) VALUES (?, ?, ?, ?, ?)',
  );
  const ofExperiment = db.prepare(
    `SELECT t.id, t.kind, u.cell, u.seeds, t.state, t.attempts, t.error_message, t.engine_name, t.engine_device, t.engine_dtype,
            t.engine_version, t.duration_ms, t.steps, t.finished_at
     FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id WHERE u.experiment_id = ? ORDER BY u.position`,
  );
  const ended = cellsQuery<EndedRow>(
    db,
    `SELECT t.kind, u.cell, u.seeds, t.state,
       CASE t.state WHEN 'failed' THEN (SELECT f.error_message FROM tasks f WHERE f.id = t.id) END
     FROM {tasks} JOIN ${outcomes} WHERE u.experiment_id = {experiment} AND t.state IN ('done', 'failed')`,
  );
  const endedTrainings = (runs: string) =>
    db
      .prepare(
        `SELECT r.cell, sum(t.state = 'done'), sum(t.state = 'diverged') FROM ${runs}
         JOIN tasks t INDEXED BY task_outcomes ON t.id = r.task_id WHERE r.experiment_id = ? GROUP BY r.cell`,
      )
      .raw();
  const endedTrainingsOfAll = endedTrainings('runs r');
  const endedTrainingsOfSome = endedTrainings(
    'json_each(?) j CROSS JOIN runs r INDEXED BY runs_cell ON r.cell = j.value',
  );
  const cellsOf = db
    .prepare(
      `SELECT DISTINCT u.cell FROM json_each(?) j JOIN experiment_tasks u ON u.task_id = j.value WHERE u.experiment_id = ?`,
    )
    .pluck();
  const ofCell = db.prepare(
    `SELECT t.id, t.kind, u.cell, u.seeds, t.state, t.attempts, t.error_message, t.engine_name, t.engine_device, t.engine_dtype,
            t.engine_version, t.duration_ms, t.steps, t.finished_at
     FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id
     WHERE u.experiment_id = ? AND u.cell = ? ORDER BY u.position`,
  );
  const briefOfCells = db
    .prepare(
      `SELECT t.id, t.kind, u.cell, u.seeds, t.state,
         CASE t.state WHEN 'failed' THEN (SELECT f.error_message FROM tasks f WHERE f.id = t.id) END
       FROM json_each(@cells) j CROSS JOIN experiment_tasks u INDEXED BY experiment_tasks_cell ON u.cell = j.value JOIN ${outcomes}
       WHERE u.experiment_id = @of AND t.kind IN (SELECT value FROM json_each(@kinds))`,
    )
    .raw();
  const counts = db.prepare(
    `SELECT t.kind, t.state, count(*) AS count FROM experiment_tasks u JOIN ${outcomes}
     WHERE u.experiment_id = ? GROUP BY t.kind, t.state`,
  );
  const counted = db
    .prepare(
      `SELECT t.id, t.kind, u.cell, u.seeds, t.state, t.duration_ms FROM experiment_tasks u JOIN ${outcomes}
       WHERE u.experiment_id = ? ORDER BY u.position`,
    )
    .raw();
  const failures = db.prepare(
    `SELECT t.id, t.error_message AS errorMessage, t.attempts FROM json_each(?) j JOIN tasks t ON t.id = j.value`,
  );
  const states = db.prepare(
    'SELECT t.id, t.state FROM json_each(?) j JOIN tasks t ON t.id = j.value',
  );
  const reset = db.prepare(
    `UPDATE tasks SET state = 'pending', attempts = 0, error_code = NULL, error_message = NULL
     WHERE state = @state AND id IN (SELECT task_id FROM experiment_tasks WHERE experiment_id = @of)
       AND (@only IS NULL OR id IN (SELECT value FROM json_each(@only)))`,
  );
  const orphans = db.prepare(
    'DELETE FROM tasks WHERE id NOT IN (SELECT task_id FROM experiment_tasks)',
  );
  const forget = db.prepare('DELETE FROM experiment_tasks WHERE experiment_id = ?');
  const spec = db.prepare('SELECT spec FROM tasks WHERE id = ?').pluck();

  return {
    /** Adds what is not known yet, and that the experiment uses it all. */
    insertPlan(experimentId: string, tasks: readonly NewTask[]): void {
      for (const task of tasks) insertTask.run(task.id, task.kind, task.spec);
      for (const [position, task] of tasks.entries()) {
        for (const [index, id] of task.reads.entries()) insertRead.run(task.id, index, id);
        insertUse.run(experimentId, position, task.id, task.cell, JSON.stringify(task.seeds));
      }
    },
    /** In the plan's order. */
    ofExperiment: (experimentId: string): StoredTask[] =>
      (ofExperiment.all(experimentId) as TaskRow[]).map(fromRow),
    /** As `ofExperiment`, with what is counted alone: a tenth of a second for a hundred thousand, not a whole one. */
    counted(experimentId: string): CountedTask[] {
      const readSeeds = seedsReader();
      return (counted.all(experimentId) as CountedRow[]).map(
        ([id, kind, cell, seeds, state, durationMs]) => ({
          ...{ id, kind, cell, state, durationMs },
          seeds: readSeeds(seeds),
        }),
      );
    },
    /** Why tasks failed, of those ids that are known. */
    failures: (ids: readonly string[]): Failure[] => failures.all(JSON.stringify(ids)) as Failure[],
    /** Tasks that are done or have failed, of some cells or all. */
    ended(experimentId: string, cells?: readonly number[]): EndedTask[] {
      const readSeeds = seedsReader();
      return ended(experimentId, cells).map(([kind, cell, seeds, state, errorMessage]) => ({
        ...{ kind, cell, state, errorMessage },
        seeds: readSeeds(seeds),
      }));
    },
    /** How many trainings have ended in each cell that has one, of some cells or all. */
    endedTrainings(
      experimentId: string,
      cells?: readonly number[],
    ): Map<number, { readonly done: number; readonly diverged: number }> {
      const rows = cells
        ? endedTrainingsOfSome.all(JSON.stringify(cells), experimentId)
        : endedTrainingsOfAll.all(experimentId);
      const counts = rows as [number, number, number][];
      return new Map(counts.map(([cell, done, diverged]) => [cell, { done, diverged }]));
    },
    /** The cells of an experiment that some tasks belong to. */
    cellsOf: (experimentId: string, taskIds: readonly string[]): number[] =>
      cellsOf.all(JSON.stringify(taskIds), experimentId) as number[],
    /** Those of a cell, in the plan's order. */
    ofCell: (experimentId: string, cell: number): StoredTask[] =>
      (ofCell.all(experimentId, cell) as TaskRow[]).map(fromRow),
    /** What became of the tasks of some cells and kinds, in no order: without the wide rows. */
    briefOfCells(
      of: string,
      cells: readonly number[],
      kinds: readonly string[],
    ): (EndedTask & Pick<StoredTask, 'id'>)[] {
      const readSeeds = seedsReader();
      const asked = { of, cells: JSON.stringify(cells), kinds: JSON.stringify(kinds) };
      const rows = briefOfCells.all(asked) as [string, ...EndedRow][];
      return rows.map(([id, kind, cell, seeds, state, errorMessage]) => ({
        ...{ id, kind, cell, state, errorMessage },
        seeds: readSeeds(seeds),
      }));
    },
    /** How many tasks an experiment has of each kind and state. */
    counts: (experimentId: string) =>
      counts.all(experimentId) as { kind: string; state: StoredTaskState; count: number }[],
    /** States of those ids that are known. */
    states(ids: readonly string[]): Map<string, StoredTaskState> {
      const rows = states.all(JSON.stringify(ids)) as { id: string; state: StoredTaskState }[];
      return new Map(rows.map((row) => [row.id, row.state]));
    },
    /** The canonical spec of a task; null when it is not known. */
    spec(id: string): object | null {
      const text = spec.get(id) as string | undefined;
      return text === undefined
        ? null
        : (readJson(text, `tasks.spec of ${id}`, isRecord) as object);
    },
    /** Makes an experiment's tasks of that state, or those of them that are named, pending again, as if never tried. @returns how many */
    reset: (
      experimentId: string,
      state: 'failed' | 'cancelled',
      only: readonly string[] | null = null,
    ): number =>
      reset.run({ state, of: experimentId, only: only === null ? null : JSON.stringify(only) })
        .changes,
    /** An experiment uses no task any more. */
    forget: (experimentId: string): void => void forget.run(experimentId),
    /** Removes tasks that no experiment uses, with their measurements. */
    removeUnused: (): void => void orphans.run(),
  };
}
