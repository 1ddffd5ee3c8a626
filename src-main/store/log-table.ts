/** What happened to experiments, as rows: written by the process that schedules, bounded. */
import type { Database } from 'better-sqlite3';
import { mostLogEntries, type LogEntry } from '#shared/domain/experiment-log';
import { isNumberList, readJson } from './json-column';

export type NewLogEntry = Omit<LogEntry, 'id'> & { readonly experimentId: string };

interface LogRow {
  readonly id: number;
  readonly at: string;
  readonly kind: LogEntry['kind'];
  readonly message: string;
  readonly task_kind: string | null;
  readonly cell: number | null;
  readonly seeds: string | null;
}

function fromRow({ id, at, kind, message, task_kind, cell, seeds }: LogRow): LogEntry {
  if (task_kind === null || cell === null || seeds === null)
    return { id, at, kind, message, task: null };
  const read = readJson(seeds, `log.seeds of entry ${id}`, isNumberList) as number[];
  return { id, at, kind, message, task: { kind: task_kind, cell, seeds: read } };
}

/** The table of log entries. */
export function logTable(db: Database) {
  // An experiment may be deleted before its last entries are written.
  const insert = db.prepare(
    `INSERT INTO log (experiment_id, at, kind, message, task_kind, cell, seeds)
     SELECT e.id, ?, ?, ?, ?, ?, ? FROM experiments e WHERE e.id = ?`,
  );
  const trim = db.prepare(
    `DELETE FROM log WHERE experiment_id = @of AND id <=
       (SELECT id FROM log WHERE experiment_id = @of ORDER BY id DESC LIMIT 1 OFFSET @most)`,
  );
  const ofExperiment = db.prepare(
    'SELECT id, at, kind, message, task_kind, cell, seeds FROM log WHERE experiment_id = ? ORDER BY id',
  );

  return {
    /** Adds entries in their order; of each experiment the newest are kept. */
    add(entries: readonly NewLogEntry[]): void {
      for (const { at, experimentId, kind, message, task } of entries) {
        const about = task
          ? [task.kind, task.cell, JSON.stringify(task.seeds)]
          : [null, null, null];
        insert.run(at, kind, message, ...about, experimentId);
      }
      for (const of of new Set(entries.map(({ experimentId }) => experimentId)))
        trim.run({ of, most: mostLogEntries });
    },
    /** The oldest first. */
    ofExperiment: (experimentId: string): LogEntry[] =>
      (ofExperiment.all(experimentId) as LogRow[]).map(fromRow),
  };
}
