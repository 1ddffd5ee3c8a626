/** What tasks yielded: scalars as rows, series as JSON, artifacts by hash. */
import type { Database } from 'better-sqlite3';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { ErrorReport } from '#shared/errors';
import type { TaskResult } from '../workers/job';
import { cellsQuery } from './cells-query';
import { digestTable } from './digests';
import { isRecord, readJson } from './json-column';
import { decodeSeries, encodeSeries } from './series-columns';

/** What became of one task, to be written. */
export type TaskOutcome =
  | { readonly kind: 'result'; readonly result: TaskResult; readonly finishedAt: string }
  | {
      readonly kind: 'failed';
      readonly taskId: string;
      readonly error: ErrorReport;
      readonly attempts: number;
      readonly finishedAt: string;
    }
  | { readonly kind: 'attempt'; readonly taskId: string; readonly attempts: number }
  | { readonly kind: 'cancelled'; readonly taskId: string };

/** A scalar with the task and cell that it belongs to. */
export interface StoredScalar {
  readonly taskId: string;
  readonly cell: number;
  readonly name: string;
  readonly subject: Subject;
  readonly value: number | null;
  readonly reason: string | null;
  readonly error: number | null;
  readonly errorOver: string | null;
}

interface ScalarRow {
  readonly task_id: string;
  readonly name: string;
  readonly seed: number;
  readonly other_seed: number | null;
  readonly value: number | null;
  readonly reason: string | null;
  readonly error: number | null;
  readonly error_over: string | null;
  readonly samples: string;
}

/** A scalar as screens show it over cells. */
export type ShownScalar = Pick<StoredScalar, 'cell' | 'name' | 'subject' | 'value' | 'reason'>;

type ScalarOfCell = readonly [
  taskId: string,
  cell: number,
  name: string,
  seed: number,
  otherSeed: number | null,
  value: number | null,
  reason: string | null,
  error: number | null,
  errorOver: string | null,
];

const subjectOf = (row: { seed: number; other_seed: number | null }): Subject =>
  row.other_seed === null
    ? { kind: 'run', seed: row.seed }
    : { kind: 'pair', seeds: [row.seed, row.other_seed] };

const seedsOf = (subject: Subject): [number, number | null] =>
  subject.kind === 'run' ? [subject.seed, null] : [subject.seeds[0], subject.seeds[1]];

/** The tables of results. */
export function resultTable(db: Database) {
  const digests = digestTable(db);
  const finish = db.prepare(
    `UPDATE tasks SET state = ?, error_code = NULL, error_message = NULL, engine_name = ?, engine_device = ?, engine_dtype = ?,
       engine_version = ?, duration_ms = ?, steps = ?, finished_at = ?, fence = ?
     WHERE id = ? AND state NOT IN ('done', 'diverged')`,
  );
  const fail = db.prepare(
    `UPDATE tasks SET state = 'failed', attempts = ?, error_code = ?, error_message = ?, finished_at = ?, fence = ?
     WHERE id = ? AND state = 'pending'`,
  );
  const attempt = db.prepare(`UPDATE tasks SET attempts = ? WHERE id = ? AND state = 'pending'`);
  const cancel = db.prepare(
    `UPDATE tasks SET state = 'cancelled' WHERE id = ? AND state = 'pending'`,
  );
  const insertScalar = db.prepare(
    `INSERT INTO scalars (task_id, position, name, seed, other_seed, value, reason, error, error_over, samples)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertSeries = db.prepare(
    'INSERT INTO series (task_id, position, name, seed, other_seed, columns, samples, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertArtifact = db.prepare(
    'INSERT INTO task_artifacts (task_id, name, hash, size_bytes) VALUES (?, ?, ?, ?)',
  );
  const scalarsOf = cellsQuery<ScalarOfCell>(
    db,
    `SELECT s.task_id, u.cell, s.name, s.seed, s.other_seed, s.value, s.reason, s.error, s.error_over
     FROM {tasks} JOIN scalars s ON s.task_id = u.task_id WHERE u.experiment_id = {experiment}`,
  );
  const shownScalars = db
    .prepare(
      `SELECT v.name, v.cell, v.seed, v.partner, v.value, v.reason
       FROM json_each(@names) n CROSS JOIN json_each(@cells) c
       CROSS JOIN run_numbers v ON v.experiment_id = @experimentId AND v.name = n.value AND v.cell = c.value AND v.partner >= v.seed`,
    )
    .raw();
  const scalarsOfTasks = db.prepare(
    `SELECT s.task_id, s.name, s.seed, s.other_seed, s.value, s.reason, s.error, s.error_over
     FROM json_each(?) j JOIN scalars s ON s.task_id = j.value`,
  );
  const scalarsOfTask = db.prepare('SELECT * FROM scalars WHERE task_id = ? ORDER BY position');
  const seriesOfTask = db.prepare('SELECT * FROM series WHERE task_id = ? ORDER BY position');
  const artifactsOf = db.prepare(
    `SELECT a.task_id AS taskId, a.name, a.hash, a.size_bytes AS sizeBytes
     FROM json_each(?) j JOIN task_artifacts a ON a.task_id = j.value`,
  );
  const unusedHashes = db
    .prepare(
      `SELECT DISTINCT hash FROM task_artifacts WHERE task_id NOT IN (SELECT task_id FROM experiment_tasks)
       EXCEPT SELECT hash FROM task_artifacts WHERE task_id IN (SELECT task_id FROM experiment_tasks)`,
    )
    .pluck();
  const artifactBytes = db
    .prepare(
      'SELECT coalesce(sum(size_bytes), 0) FROM (SELECT DISTINCT hash, size_bytes FROM task_artifacts)',
    )
    .pluck();
  const durations = db.prepare(
    `SELECT id, kind, spec, duration_ms AS durationMs FROM tasks WHERE state = 'done' AND duration_ms > 0 AND engine_name = ?
     ORDER BY finished_at DESC LIMIT ?`,
  );

  const writeResult = (result: TaskResult, finishedAt: string, fence: number): void => {
    const { engine, taskId } = result;
    const { changes } = finish.run(
      result.status,
      engine.name,
      engine.device,
      engine.dtype,
      engine.version,
      result.durationMs,
      result.steps,
      finishedAt,
      fence,
      taskId,
    );
    // Done before (identical by definition), or deleted meanwhile.
    if (changes === 0) return;
    for (const [position, measurement] of result.measurements.entries()) {
      const [seed, other] = seedsOf(measurement.subject);
      if (measurement.kind === 'scalar') {
        const { value, reason } = finiteOrReason(measurement);
        insertScalar.run(
          taskId,
          position,
          measurement.name,
          seed,
          other,
          value,
          reason,
          finiteOrNull(measurement.error),
          measurement.errorOver ?? null,
          measurement.samples,
        );
      } else {
        const { columns, more } = encodeSeries(measurement);
        insertSeries.run(
          taskId,
          position,
          measurement.name,
          seed,
          other,
          columns,
          measurement.samples,
          more,
        );
      }
    }
    for (const artifact of result.artifacts)
      insertArtifact.run(taskId, artifact.name, artifact.hash, artifact.sizeBytes);
    digests.keepResult(taskId);
  };

  return {
    /** Writes what became of one task; call it inside a transaction that has checked the lease. */
    write(outcome: TaskOutcome, fence: number): void {
      switch (outcome.kind) {
        case 'result':
          writeResult(outcome.result, outcome.finishedAt, fence);
          return;
        case 'failed': {
          const { attempts, error, finishedAt, taskId } = outcome;
          fail.run(attempts, error.code, error.message, finishedAt, fence, taskId);
          return;
        }
        case 'attempt':
          attempt.run(outcome.attempts, outcome.taskId);
          return;
        case 'cancelled':
          cancel.run(outcome.taskId);
          return;
        default:
          outcome satisfies never;
      }
    },

    /** Every scalar of an experiment, of some of its cells or all, in no order. */
    scalarsOf: (experimentId: string, cells?: readonly number[]): StoredScalar[] =>
      scalarsOf(experimentId, cells).map(
        ([taskId, cell, name, seed, other, value, reason, error, errorOver]) => ({
          ...{ taskId, cell, name, value, reason, error, errorOver },
          subject: subjectOf({ seed, other_seed: other }),
        }),
      ),

    /**
     * Some scalars of some cells, in no order, from the numbers that triggers keep beside the results (migration `run-table`): there one
     * column lies together, and `changedShown` compares them with the results.
     */
    shownScalars: (
      experimentId: string,
      asked: { readonly cells: readonly number[]; readonly names: readonly string[] },
    ): ShownScalar[] =>
      (
        shownScalars.all({
          experimentId,
          names: JSON.stringify(asked.names),
          cells: JSON.stringify(asked.cells),
        }) as [string, number, number, number, number | null, string | null][]
      ).map(([name, cell, seed, partner, value, reason]) => ({
        ...{ name, cell, value, reason },
        subject: subjectOf({ seed, other_seed: partner === seed ? null : partner }),
      })),

    /** Every scalar of the tasks given. */
    scalarsOfTasks: (taskIds: readonly string[]): Omit<StoredScalar, 'cell'>[] =>
      (scalarsOfTasks.all(JSON.stringify(taskIds)) as ScalarRow[]).map((row) => ({
        taskId: row.task_id,
        name: row.name,
        subject: subjectOf(row),
        value: row.value,
        reason: row.reason,
        error: row.error,
        errorOver: row.error_over,
      })),

    /** Everything that one task measured. */
    measurementsOf(taskId: string): Measurement[] {
      const scalars = (scalarsOfTask.all(taskId) as ScalarRow[]).map((row): Measurement => ({
        kind: 'scalar',
        name: row.name,
        subject: subjectOf(row),
        value: row.value,
        ...(row.reason === null ? {} : { reason: row.reason }),
        error: row.error,
        ...(row.error_over === null ? {} : { errorOver: row.error_over }),
        samples: row.samples,
      }));
      const series = (seriesOfTask.all(taskId) as SeriesRow[]).map((row) => ({
        ...decodeSeries(row, taskId),
        name: row.name,
        subject: subjectOf(row),
        samples: row.samples,
      }));
      return [...scalars, ...series];
    },

    /** The artifacts of the tasks given. */
    artifactsOf: (taskIds: readonly string[]) =>
      artifactsOf.all(JSON.stringify(taskIds)) as {
        taskId: string;
        name: string;
        hash: string;
        sizeBytes: number;
      }[],

    /** Artifacts named by tasks that no experiment uses, and by no other. */
    unusedHashes: (): string[] => unusedHashes.all() as string[],

    /** Bytes of all artifacts. */
    artifactBytes: (): number => artifactBytes.get() as number,

    /** How long the last finished tasks took on an executor, newest first. */
    durations: (engine: string, limit: number) =>
      (
        durations.all(engine, limit) as {
          id: string;
          kind: string;
          spec: string;
          durationMs: number;
        }[]
      ).map(({ id, kind, spec, durationMs }) => ({
        kind,
        durationMs,
        spec: readJson(spec, `tasks.spec of ${id}`, isRecord) as object,
      })),
  };
}

interface SeriesRow {
  readonly name: string;
  readonly seed: number;
  readonly other_seed: number | null;
  readonly columns: string;
  readonly samples: string;
  readonly more: string | null;
}

const finiteOrNull = (value: number | null) =>
  value !== null && Number.isFinite(value) ? value : null;

/** A value that is not finite is kept as null with a reason: never NaN. */
function finiteOrReason(m: ScalarMeasurement): { value: number | null; reason: string | null } {
  if (m.value === null) return { value: null, reason: m.reason ?? 'not given' };
  if (Number.isFinite(m.value)) return { value: m.value, reason: null };
  return { value: null, reason: m.reason ?? `came out as ${m.value}` };
}
