/**
 * Compares what triggers keep for the table of runs (migration `run-table`) with the plans and results that it follows from, and makes it
 * anew: filters and orders read the copy, screens show the results, and the two must never disagree.
 */
import type { Database } from 'better-sqlite3';

/** An experiment whose part of the table of runs is not what its plan and results say. */
export interface WrongRunTable {
  readonly experimentId: string;
  /** Its name; null where the experiment itself is gone. */
  readonly name: string | null;
  /** Rows that are missing, too many, or hold another value. */
  readonly rows: number;
}

const runColumns = 'experiment_id, position, task_id, cell, seed';
const runsFromPlan = `SELECT u.experiment_id, u.position, u.task_id, u.cell, json_extract(u.seeds, '$[0]') AS seed
  FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id WHERE t.kind = 'train'`;
const keyColumns = 'experiment_id, name, cell, seed, partner';
const numberColumns = `${keyColumns}, value, error, reason`;
const numbersFromResults = `SELECT u.experiment_id, n.name, u.cell, n.seed, n.partner, n.value, n.error, n.reason
  FROM experiment_tasks u JOIN numbers_of_runs n ON n.task_id = u.task_id`;

/** Where two tasks yield the same number of a run, the copy holds one of them: missing is what has no row under its key. */
const differences = [
  `SELECT ${runColumns} FROM runs EXCEPT ${runsFromPlan}`,
  `${runsFromPlan} EXCEPT SELECT ${runColumns} FROM runs`,
  `SELECT ${numberColumns} FROM run_numbers EXCEPT ${numbersFromResults}`,
  `SELECT ${keyColumns} FROM (${numbersFromResults}) EXCEPT SELECT ${keyColumns} FROM run_numbers`,
];

/** Questions about the whole table of runs, and its making. */
export function runTableCheck(db: Database) {
  const differing = differences.map((sql) =>
    db.prepare(`SELECT experiment_id AS id, count(*) AS rows FROM (${sql}) GROUP BY experiment_id`),
  );
  const nameOf = db.prepare('SELECT name FROM experiments WHERE id = ?').pluck();
  const renewal = [
    'DELETE FROM runs WHERE experiment_id = ?',
    'DELETE FROM run_numbers WHERE experiment_id = ?',
    `INSERT INTO runs (${runColumns}) SELECT * FROM (${runsFromPlan}) WHERE experiment_id = ?`,
    `INSERT OR REPLACE INTO run_numbers (${numberColumns}) SELECT * FROM (${numbersFromResults}) WHERE experiment_id = ?`,
  ].map((sql) => db.prepare(sql));

  return {
    /** The experiments whose part is wrong. Cost: reads all numbers of the project, some seconds for a million. */
    wrong(): WrongRunTable[] {
      const rows = new Map<string, number>();
      for (const statement of differing)
        for (const found of statement.all() as { id: string; rows: number }[])
          rows.set(found.id, (rows.get(found.id) ?? 0) + found.rows);
      return [...rows].map(([experimentId, count]) => ({
        experimentId,
        name: (nameOf.get(experimentId) as string | undefined) ?? null,
        rows: count,
      }));
    },
    /** Makes the part of an experiment from its plan and results; call it inside a transaction. */
    renew(experimentId: string): void {
      for (const statement of renewal) statement.run(experimentId);
    },
  };
}
