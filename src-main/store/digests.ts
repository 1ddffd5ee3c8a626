/**
 * SHA-256 of what was written about an experiment, its plan and each result, kept beside it: SQLite's own check sees broken pages,
 * not a changed digit inside a value. An experiment's is compared whenever it is read, the others before results leave the program and by
 * `doctor`.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** Digest of values in a fixed order; numbers as ECMAScript writes them, which never changes. */
export function digestOf(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/** Digests of plans and results as they stand in the tables. */
export function digestTable(db: Database) {
  // A task that is not there any more is a null.
  const planOf = db
    .prepare(
      `SELECT u.position, t.id, u.cell, u.seeds FROM experiment_tasks u LEFT JOIN tasks t ON t.id = u.task_id
       WHERE u.experiment_id = ? ORDER BY u.position`,
    )
    .raw();
  const resultOf = [
    `SELECT state, engine_name, engine_device, engine_dtype, engine_version, duration_ms, steps, finished_at FROM tasks WHERE id = ?`,
    `SELECT position, name, seed, other_seed, value, reason, error, error_over, samples FROM scalars WHERE task_id = ? ORDER BY position`,
    // Joined, so that series from before there was more keep their digest.
    `SELECT position, name, seed, other_seed, columns || coalesce(more, ''), samples FROM series WHERE task_id = ? ORDER BY position`,
    `SELECT name, hash, size_bytes FROM task_artifacts WHERE task_id = ? ORDER BY name`,
  ].map((sql) => db.prepare(sql).raw());
  const keepPlan = db.prepare('UPDATE experiments SET plan_digest = ? WHERE id = ?');
  const keepResult = db.prepare('UPDATE tasks SET result_digest = ? WHERE id = ?');
  const plans = db.prepare(
    'SELECT id, name, plan_digest AS digest FROM experiments WHERE plan_digest IS NOT NULL',
  );
  const results = db.prepare(
    'SELECT id, result_digest AS digest FROM tasks WHERE result_digest IS NOT NULL',
  );
  const resultsOf = db.prepare(
    `SELECT t.id, t.result_digest AS digest FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id
     WHERE u.experiment_id = ? AND t.result_digest IS NOT NULL`,
  );
  const digestNow = db.prepare('SELECT result_digest FROM tasks WHERE id = ?').pluck();
  const planDigest = (experimentId: string) => digestOf(planOf.all(experimentId));
  const resultDigest = (taskId: string) =>
    digestOf(resultOf.map((statement) => statement.all(taskId)));

  return {
    /** Keeps the digest of a plan that was just written, in its transaction. */
    keepPlan: (experimentId: string): void =>
      void keepPlan.run(planDigest(experimentId), experimentId),
    /** Keeps the digest of a result that was just written, in its transaction. */
    keepResult: (taskId: string): void => void keepResult.run(resultDigest(taskId), taskId),
    /** Experiments, all or the one given, whose plan is not the one written. */
    changedPlans: (experimentId?: string): { id: string; name: string }[] =>
      (plans.all() as { id: string; name: string; digest: string }[]).filter(
        ({ digest, id }) =>
          (experimentId === undefined || id === experimentId) && planDigest(id) !== digest,
      ),
    /**
     * Ids of tasks, of one experiment or all, whose result is not the one written; null after each that is as it was, so that a reader
     * may pause. Cost: reads every result, 0.1 ms a task.
     */
    *changedResults(experimentId?: string): Generator<string | null> {
      const rows = experimentId === undefined ? results.all() : resultsOf.all(experimentId);
      for (const { digest, id } of rows as { id: string; digest: string }[]) {
        const found = resultDigest(id);
        // While the reader paused it may have been done again.
        const isSame = found === digest || found === (digestNow.get(id) ?? found);
        yield isSame ? null : id;
      }
    },
  };
}
