/**
 * SHA-256 of what was written about an experiment, its plan and each result, kept beside it: SQLite's own check sees broken pages,
 * not a changed digit inside a value. An experiment's is compared whenever it is read, the others before results leave the program and by
 * `doctor`.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { notBeingRemoved } from './removal';

/** Digest of values in a fixed order; numbers as ECMAScript writes them, which never changes. */
export function digestOf(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/** Rows read before a reader may pause. */
const atOnce = 500;

/** Digests of plans and results as they stand in the tables. */
export function digestTable(db: Database) {
  // A task that is not there any more is a null.
  const planRows = db
    .prepare(
      `SELECT u.position, t.id, u.cell, u.seeds FROM experiment_tasks u LEFT JOIN tasks t INDEXED BY task_outcomes ON t.id = u.task_id
       WHERE u.experiment_id = ? AND u.position > ? ORDER BY u.position LIMIT ${atOnce}`,
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
    `SELECT id, name FROM experiments WHERE plan_digest IS NOT NULL AND ${notBeingRemoved} ORDER BY created_at, id`,
  );
  const planDigestNow = db.prepare('SELECT plan_digest FROM experiments WHERE id = ?').pluck();
  const results = db
    .prepare(`SELECT id, id FROM tasks WHERE id > ? ORDER BY id LIMIT ${atOnce}`)
    .raw();
  const resultsOf = db
    .prepare(
      `SELECT position, task_id FROM experiment_tasks WHERE experiment_id = ? AND position > ? ORDER BY position LIMIT ${atOnce}`,
    )
    .raw();
  const digestNow = db.prepare('SELECT result_digest FROM tasks WHERE id = ?').pluck();
  // What the table of runs and the cells read stands beside plan and results, and is made of them by triggers.
  const hasOtherCopy = db
    .prepare(
      `SELECT 1 FROM experiment_tasks u WHERE u.task_id = @id AND (SELECT kind FROM tasks WHERE id = @id) = 'train' AND NOT EXISTS
         (SELECT 1 FROM runs r WHERE r.experiment_id = u.experiment_id AND r.position = u.position AND r.task_id = @id
          AND r.cell = u.cell AND r.seed = json_extract(u.seeds, '$[0]'))
       UNION ALL SELECT 1 FROM experiment_tasks u JOIN numbers_of_runs n ON n.task_id = @id
       LEFT JOIN run_numbers v ON v.experiment_id = u.experiment_id AND v.name = n.name AND v.cell = u.cell AND v.seed = n.seed AND v.partner = n.partner
       WHERE u.task_id = @id AND (v.name IS NULL OR v.value IS NOT n.value OR v.error IS NOT n.error OR v.reason IS NOT n.reason) LIMIT 1`,
    )
    .pluck();

  /** As `digestOf` all rows at once, for a caller who pauses. */
  function* planDigest(experimentId: string): Generator<void, string> {
    const hash = createHash('sha256').update('[');
    for (let last = -1, isFirst = true; ; isFirst = false) {
      const rows = planRows.all(experimentId, last) as [number, ...unknown[]][];
      if (rows.length > 0)
        hash.update((isFirst ? '' : ',') + rows.map((row) => JSON.stringify(row)).join(','));
      if (rows.length < atOnce) return hash.update(']').digest('hex');
      last = rows.at(-1)?.[0] ?? last;
      yield;
    }
  }

  /** Whether a plan is the one written; asked again when it was written anew while the caller paused. */
  function* isPlanSame(experimentId: string): Generator<void, boolean> {
    for (;;) {
      const written = planDigestNow.get(experimentId) as string | null | undefined;
      if (typeof written !== 'string') return true;
      const found = yield* planDigest(experimentId);
      if (found === written) return true;
      if (planDigestNow.get(experimentId) === written) return false;
    }
  }

  /** Ids of the tasks of one experiment or all. */
  function* taskIds(experimentId?: string): Generator<string> {
    let last: string | number = experimentId === undefined ? '' : -1;
    for (;;) {
      const rows = (
        experimentId === undefined ? results.all(last) : resultsOf.all(experimentId, last)
      ) as [string | number, string][];
      for (const [place, id] of rows) {
        yield id;
        last = place;
      }
      if (rows.length < atOnce) return;
    }
  }

  const resultDigest = (taskId: string) =>
    digestOf(resultOf.map((statement) => statement.all(taskId)));

  /** Whether a result is the one written; a task without a digest has none to compare. */
  function isResultSame(id: string): boolean {
    const written = digestNow.get(id) as string | null | undefined;
    return typeof written !== 'string' || resultDigest(id) === written;
  }

  /** Whether a result is the one written, and the copies of its numbers that screens read are the same. */
  const isShownSame = (id: string) => isResultSame(id) && hasOtherCopy.get({ id }) === undefined;

  return {
    /** Keeps the digest of a plan that was just written, in its transaction. */
    keepPlan: (experimentId: string): void =>
      void keepPlan.run(finished(planDigest(experimentId)), experimentId),
    /** Keeps the digest of a result that was just written, in its transaction. */
    keepResult: (taskId: string): void => void keepResult.run(resultDigest(taskId), taskId),
    isShownSame,
    /** Whether the plan of an experiment is the one written; a reader may pause after each step. */
    isPlanSame,
    /** Experiments whose plan is not the one written. */
    changedPlans: (): { id: string; name: string }[] =>
      (plans.all() as { id: string; name: string }[]).filter(({ id }) => !finished(isPlanSame(id))),
    /** Ids of all tasks whose result is not the one written. Cost: reads every result, 0.05 ms a task. */
    changedResults: (): string[] => [...taskIds()].filter((id) => !isResultSame(id)),
    /**
     * Ids of the tasks of an experiment whose result is not the one written, or whose numbers stand otherwise in the table of runs; null
     * after each that is as it was, so that a reader may pause. Cost as of `changedResults`.
     */
    *changedShown(experimentId: string): Generator<string | null> {
      for (const id of taskIds(experimentId)) yield isShownSame(id) ? null : id;
    },
  };
}

/** What a generator returns, without a pause. */
function finished<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
