/** Marks work as to be done again when its results are lost: what is done always rests on what is done. */
import type { Database } from 'better-sqlite3';
import { notBeingRemoved } from './removal';

/** What is to be done again. */
export interface Redone {
  readonly trainings: number;
  /** Measurements: those lost, and all that read the trainings. */
  readonly measurements: number;
  /** Names of the experiments to run again. */
  readonly experiments: readonly string[];
}

/** Statements for losing results. */
export function redoTable(db: Database) {
  const closure = db.prepare(
    `WITH RECURSIVE again (id) AS (
       SELECT value FROM json_each(?) UNION SELECT r.task_id FROM again JOIN task_reads r ON r.reads_id = again.id
     )
     SELECT t.id, t.kind FROM again JOIN tasks t ON t.id = again.id WHERE t.state <> 'pending'`,
  );
  const forget = ['scalars', 'series', 'task_artifacts'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE task_id IN (SELECT value FROM json_each(?))`),
  );
  const reset = db.prepare(
    `UPDATE tasks SET state = 'pending', attempts = 0, error_code = NULL, error_message = NULL, engine_name = NULL, engine_device = NULL,
       engine_dtype = NULL, engine_version = NULL, duration_ms = NULL, steps = NULL, finished_at = NULL, fence = NULL, result_digest = NULL
     WHERE id IN (SELECT value FROM json_each(?))`,
  );
  const users = db.prepare(
    `SELECT id, name FROM experiments WHERE ${notBeingRemoved} AND id IN
       (SELECT experiment_id FROM experiment_tasks WHERE task_id IN (SELECT value FROM json_each(?))) ORDER BY created_at, id`,
  );
  const unfinish = db.prepare(
    `UPDATE experiments SET state = 'paused' WHERE id = ? AND state IN ('finished', 'finished-with-failures')`,
  );
  const needed = db.prepare(
    `SELECT DISTINCT a.task_id AS taskId, a.hash
     FROM experiment_tasks u
     JOIN tasks m ON m.id = u.task_id AND m.state NOT IN ('done', 'diverged')
     JOIN task_reads r ON r.task_id = m.id
     JOIN tasks t ON t.id = r.reads_id AND t.state = 'done'
     JOIN task_artifacts a ON a.task_id = t.id AND a.name = 'weights'
     WHERE u.experiment_id = ?`,
  );

  return {
    /** The weights that an experiment's unfinished measurements will read. */
    neededWeights: (experimentId: string) =>
      needed.all(experimentId) as { taskId: string; hash: string }[],

    /**
     * Forgets the results of tasks and of all that reads them: numbers of weights that are gone, beside weights trained again, could not
     * be traced to one run. The same spec, seed and engine then give the same numbers. Call it inside a transaction.
     */
    redo(taskIds: readonly string[]): Redone {
      const tasks = closure.all(JSON.stringify(taskIds)) as { id: string; kind: string }[];
      const ids = JSON.stringify(tasks.map((task) => task.id));
      const experiments = users.all(ids) as { id: string; name: string }[];
      for (const statement of [...forget, reset]) statement.run(ids);
      for (const { id } of experiments) unfinish.run(id);
      const trainings = tasks.filter((task) => task.kind === 'train').length;
      return {
        trainings,
        measurements: tasks.length - trainings,
        experiments: experiments.map(({ name }) => name),
      };
    },
  };
}
