/**
 * Deleting an experiment in steps, so that nobody waits for hundreds of thousands of rows. With the first one it is gone for all who ask;
 * its rows go afterwards, and what a process leaves undone the next one goes on with.
 */
import type { Database } from 'better-sqlite3';

/** Rows that a step deletes, and tasks with all that they yielded: some ten milliseconds. */
const rowsAtOnce = 3000;
const tasksAtOnce = 200;

/** Experiments that are being deleted; those who read experiments leave them out. */
export const notBeingRemoved = 'id NOT IN (SELECT experiment_id FROM removals)';

/** Statements of a deletion. Call each inside a transaction. */
export function removalTable(db: Database) {
  const begin = [
    'INSERT OR IGNORE INTO removals (experiment_id) SELECT id FROM experiments WHERE id = ?',
    // Its name is free at once.
    `UPDATE experiments SET name = id || ' (being deleted)' WHERE id = ?`,
  ].map((sql) => db.prepare(sql));
  const begun = db.prepare('SELECT experiment_id FROM removals').pluck();
  // What triggers keep goes first: with a plan's first row they would delete all of it in one piece.
  const parts = ['run_numbers', 'runs', 'experiment_tasks'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE experiment_id = ? LIMIT ${rowsAtOnce}`),
  );
  const known = db
    .prepare(
      `SELECT t.id, EXISTS (SELECT 1 FROM experiment_tasks u WHERE u.task_id = t.id) FROM tasks t INDEXED BY task_outcomes
       WHERE t.id > ? ORDER BY t.id LIMIT ${tasksAtOnce}`,
    )
    .raw();
  const ids = '(SELECT value FROM json_each(@ids))';
  const dropReads = db.prepare(`DELETE FROM task_reads WHERE task_id IN ${ids}`);
  const hashesOf = db
    .prepare(`SELECT DISTINCT hash FROM task_artifacts WHERE task_id IN ${ids}`)
    .pluck();
  const dropTasks = db.prepare(`DELETE FROM tasks WHERE id IN ${ids}`);
  const unnamed = db
    .prepare(
      `SELECT j.value FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM task_artifacts a WHERE a.hash = j.value)`,
    )
    .pluck();
  const end = [
    'DELETE FROM experiments WHERE id = ?',
    'DELETE FROM removals WHERE experiment_id = ?',
  ].map((sql) => db.prepare(sql));

  return {
    /** Takes an experiment out of sight. */
    begin(experimentId: string): void {
      for (const statement of begin) statement.run(experimentId);
    },
    /** Experiments whose deletion has begun and not ended. */
    begun: (): string[] => begun.all() as string[],
    /** Deletes a part of the plan of an experiment whose deletion has begun. @returns whether there was any */
    dropPlan: (experimentId: string): boolean =>
      parts.some((statement) => statement.run(experimentId).changes > 0),
    /**
     * Some tasks that no plan has, of those after an id, in the order in which they lie on the disk: in the order of a plan every step would
     * write pages all over the file. `next` is where to go on, null at the end.
     */
    unused(after: string): { readonly taskIds: string[]; readonly next: string | null } {
      const rows = known.all(after) as [string, number][];
      const taskIds = rows.flatMap(([id, isUsed]) => (isUsed === 1 ? [] : [id]));
      const isEnd = rows.length < tasksAtOnce;
      return { taskIds, next: isEnd ? null : (rows.at(-1)?.[0] ?? null) };
    },
    /** Forgets what unused tasks read: before any of them goes, since they read each other. */
    dropReads: (taskIds: readonly string[]): void =>
      void dropReads.run({ ids: JSON.stringify(taskIds) }),
    /** Deletes unused tasks with their results. @returns artifacts that no task names any more */
    dropTasks(taskIds: readonly string[]): string[] {
      const gone = JSON.stringify(taskIds);
      const named = hashesOf.all({ ids: gone }) as string[];
      dropTasks.run({ ids: gone });
      return unnamed.all(JSON.stringify(named)) as string[];
    },
    /** Forgets the experiment itself. */
    end(experimentId: string): void {
      for (const statement of end) statement.run(experimentId);
    },
  };
}
