/** What `doctor` asks the database: everything that must hold between its rows and cannot be a constraint. */
import type { Database } from 'better-sqlite3';
import { metricDefinitions } from '#shared/domain/metric-registry';
import type { NamedArtifact } from './artifact-check';
import { digestTable } from './digests';
import { runTableCheck, type WrongRunTable } from './run-table-check';
import { oneLine } from './sqlite-error';
import { viewTable } from './view-table';

/** Kinds of the tasks that yield no scalars. */
const withoutScalars = JSON.stringify(
  metricDefinitions.filter(({ scalars }) => scalars.length === 0).map(({ name }) => name),
);

/** Questions about the whole database. Cost: each reads a table or more. */
export function inspectionTable(db: Database) {
  const digests = digestTable(db);
  const views = viewTable(db);
  const runTable = runTableCheck(db);
  const artifacts = db.prepare(
    'SELECT hash, max(size_bytes) AS sizeBytes FROM task_artifacts GROUP BY hash ORDER BY hash',
  );
  const naming = db
    .prepare(
      'SELECT DISTINCT task_id FROM task_artifacts WHERE hash IN (SELECT value FROM json_each(?))',
    )
    .pluck();
  const withoutResults = db
    .prepare(
      `SELECT id FROM tasks t WHERE state IN ('done', 'diverged') AND (
         (NOT EXISTS (SELECT 1 FROM scalars s WHERE s.task_id = t.id)
           AND kind NOT IN (SELECT value FROM json_each(?)))
         OR (kind = 'train' AND NOT EXISTS (SELECT 1 FROM task_artifacts a WHERE a.task_id = t.id AND a.name = 'weights')))`,
    )
    .pluck();

  return {
    /** Every fault SQLite finds in the whole file; empty when it is sound. */
    integrityProblems(): string[] {
      const rows = db.pragma('integrity_check') as { integrity_check: string }[];
      return rows.map((row) => oneLine(row.integrity_check)).filter((text) => text !== 'ok');
    },
    /** Rows that point to rows that are not there, one line for each table and what it points to. */
    foreignKeyProblems(): string[] {
      const rows = db.pragma('foreign_key_check') as { table: string; parent: string }[];
      const found = Map.groupBy(rows, ({ parent, table }) => `${table} without their ${parent}`);
      return [...found].map(([what, { length }]) => `${length} rows of ${what}`);
    },
    /** Experiments whose plan is not the one that was written. */
    changedPlans: (): string[] => digests.changedPlans().map(({ name }) => name),
    /** Every artifact that a task names. */
    artifacts: (): NamedArtifact[] => artifacts.all() as NamedArtifact[],
    /** The tasks that name one of these artifacts. */
    tasksNaming: (hashes: readonly string[]): string[] =>
      naming.all(JSON.stringify(hashes)) as string[],
    /**
     * Finished tasks without the numbers that they yield, or trainings without weights. Where a metric yields fields and series only,
     * and of a diverged run nothing, the digest alone knows what was there.
     */
    tasksWithoutResults: (): string[] => withoutResults.all(withoutScalars) as string[],
    /** Finished tasks whose numbers are not those that were written. */
    tasksWithChangedResults: (): string[] => digests.changedResults(),
    /** Experiments whose runs are filtered and ordered by other values than their results. */
    wrongRunTables: (): WrongRunTable[] => runTable.wrong(),
    /** Saved views that are not as they were written. */
    changedViews: () => views.changed(),
  };
}
