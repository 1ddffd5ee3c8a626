/** Plans and results as rows of an archive: read from one project, written into another. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { ConflictError, DataFormatError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { digestTable } from './digests';

/** A row as JSON writes it. */
export type ArchivedRow = readonly (string | number | null)[];

/** What is archived of each table, in the order in which it is written: columns, and which rows belong to some experiments. */
const archived = {
  tasks: [
    'id, kind, spec, state, attempts, error_code, error_message, engine_name, engine_device, engine_dtype, engine_version, duration_ms, steps, finished_at, result_digest',
    'tasks t WHERE t.id IN (SELECT task_id FROM used) ORDER BY t.id',
  ],
  task_reads: [
    'task_id, position, reads_id',
    'task_reads WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id, position',
  ],
  scalars: [
    'task_id, position, name, seed, other_seed, value, reason, error, error_over, samples',
    'scalars WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id, position',
  ],
  series: [
    'task_id, position, name, seed, other_seed, columns, samples, more',
    'series WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id, position',
  ],
  task_artifacts: [
    'task_id, name, hash, size_bytes',
    'task_artifacts WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id, name',
  ],
  run_marks: [
    'task_id, archived, note',
    'run_marks WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id',
  ],
  run_tags: [
    'task_id, tag',
    'run_tags WHERE task_id IN (SELECT task_id FROM used) ORDER BY task_id, tag',
  ],
  experiment_tasks: [
    'experiment_id, position, task_id, cell, seeds',
    'experiment_tasks WHERE experiment_id IN (SELECT value FROM json_each(@ids)) ORDER BY experiment_id, position',
  ],
} as const;
export type ArchivedTable = keyof typeof archived;
export const archivedTables = Object.keys(archived) as readonly ArchivedTable[];

/** Number of values of a row. */
export const widthOf = (table: ArchivedTable): number => archived[table][0].split(',').length;

/** An experiment that rows go to. */
export interface TakenExperiment {
  /** In the archive. */
  readonly archivedId: string;
  /** Here. */
  readonly id: string;
  readonly cells: number;
}

/** Rows of archives. */
export function archivedRows(db: Database) {
  const digests = digestTable(db);
  const used =
    'WITH used AS (SELECT DISTINCT task_id FROM experiment_tasks WHERE experiment_id IN (SELECT value FROM json_each(@ids)))';
  const readers = new Map(
    archivedTables.map((table) => {
      const [columns, from] = archived[table];
      return [table, db.prepare(`${used} SELECT ${columns} FROM ${from}`).raw()] as const;
    }),
  );
  const inserters = new Map(
    archivedTables.map((table) => {
      const [columns] = archived[table];
      const places = columns.split(',').map(() => '?');
      const verb = table === 'run_marks' || table === 'run_tags' ? 'INSERT OR IGNORE' : 'INSERT';
      return [
        table,
        db.prepare(`${verb} INTO ${table} (${columns}) VALUES (${places.join(', ')})`),
      ] as const;
    }),
  );
  const stateOf = db.prepare('SELECT state FROM tasks WHERE id = ?').pluck();
  const finish = db.prepare(
    `UPDATE tasks SET state = ?, attempts = ?, error_code = ?, error_message = ?, engine_name = ?, engine_device = ?, engine_dtype = ?,
       engine_version = ?, duration_ms = ?, steps = ?, finished_at = ?, result_digest = ? WHERE id = ?`,
  );
  const own = new Map(
    (['scalars', 'task_artifacts'] as const).map((table) => {
      const order = table === 'scalars' ? 'position' : 'name';
      const sql = `SELECT ${archived[table][0]} FROM ${table} WHERE task_id = ? ORDER BY ${order}`;
      return [table, db.prepare(sql).raw()] as const;
    }),
  );

  return {
    /** The rows of one table that belong to some experiments, in a fixed order. */
    read: (table: ArchivedTable, ids: readonly string[]): IterableIterator<ArchivedRow> =>
      readers.get(table)?.iterate({ ids: JSON.stringify(ids) }) as IterableIterator<ArchivedRow>,

    /**
     * Writes rows of an archive; call it inside a transaction. Results that are here stay; those that are not here come in.
     * @param rowsOf - the rows of each table, read in its order
     * @param artifacts - hashes of the files that the archive holds
     * @throws ConflictError when the archive has other results of a task that is done here; DataFormatError for rows that cannot be
     */
    write(
      rowsOf: (table: ArchivedTable) => Iterable<ArchivedRow>,
      {
        artifacts,
        experiments,
      }: {
        readonly artifacts: ReadonlySet<string>;
        readonly experiments: readonly TakenExperiment[];
      },
    ): void {
      const insert = (table: ArchivedTable, row: ArchivedRow) => inserters.get(table)?.run(...row);
      /** `fresh`: its results come in; `same`: they must be those that are here; `kept`: what is here stays. */
      const tasks = new Map<string, 'fresh' | 'same' | 'kept'>();
      const inserted = new Set<string>();
      for (const row of rowsOf('tasks')) {
        const [id, , spec, state, ...rest] = row as [
          string,
          string,
          string,
          string,
          ...ArchivedRow,
        ];
        if (createHash('sha256').update(spec).digest('hex') !== id || tasks.has(id))
          throw wrongRow('tasks', 'have the hash of its spec as its id, once', id);
        const here = stateOf.get(id) as string | undefined;
        const isDone = state === 'done' || state === 'diverged';
        if (here === undefined) {
          insert('tasks', row);
          inserted.add(id);
        } else if (isDone && here !== 'done' && here !== 'diverged')
          finish.run(state, ...rest.slice(0, 11), id);
        const isHere = here === 'done' || here === 'diverged';
        tasks.set(
          id,
          isHere ? (isDone ? 'same' : 'kept') : isDone || here === undefined ? 'fresh' : 'kept',
        );
      }
      const knownTask = (table: ArchivedTable, id: unknown) => {
        const found = tasks.get(String(id));
        if (!found) throw wrongRow(table, 'belong to a task of the archive', id);
        return found;
      };
      for (const row of rowsOf('task_reads')) {
        knownTask('task_reads', row[0]);
        knownTask('task_reads', row[2]);
        if (inserted.has(String(row[0]))) insert('task_reads', row);
      }
      for (const table of ['scalars', 'series', 'task_artifacts'] as const) {
        const theirs = new Map<string, ArchivedRow[]>();
        for (const row of rowsOf(table)) {
          const id = String(row[0]);
          const kind = knownTask(table, id);
          if (table === 'task_artifacts' && !artifacts.has(String(row[2])))
            throw wrongRow(table, 'name a file of the archive', row[2]);
          if (kind === 'fresh') insert(table, row);
          if (kind === 'same' && table !== 'series')
            theirs.set(id, [...(theirs.get(id) ?? []), row]);
        }
        if (table === 'series') continue;
        for (const [id, kind] of tasks)
          if (kind === 'same' && !isEqual(own.get(table)?.all(id), theirs.get(id) ?? []))
            throw new ConflictError(
              `archive: must hold the results that this project has of the same tasks, got others of task ${id.slice(0, 12)} (made on another machine or by another engine); import it into another project`,
            );
      }
      for (const table of ['run_marks', 'run_tags'] as const)
        for (const row of rowsOf(table)) {
          knownTask(table, row[0]);
          insert(table, row);
        }
      const byId = new Map(experiments.map((experiment) => [experiment.archivedId, experiment]));
      for (const [experimentId, position, taskId, cell, seeds] of rowsOf('experiment_tasks')) {
        const to = byId.get(String(experimentId));
        knownTask('experiment_tasks', taskId);
        const isPlace = typeof cell === 'number' && cell >= 0 && cell < (to?.cells ?? 0);
        if (!to || !isPlace || !/^\[\d{1,10}(,\d{1,10}){0,9999}\]$/.test(String(seeds)))
          throw wrongRow('experiment_tasks', 'have a cell and seeds of its experiment', cell);
        insert('experiment_tasks', [to.id, position ?? null, taskId ?? null, cell, seeds ?? null]);
      }
      for (const { id } of experiments) digests.keepPlan(id);
      for (const [id, kind] of tasks)
        if (kind === 'fresh' && !digests.isShownSame(id))
          throw wrongRow('tasks', 'have the results that were written', id);
    },
  };
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function wrongRow(table: string, rule: string, got: unknown): DataFormatError {
  return new DataFormatError(
    `archive, ${table}: each row must ${rule}, got ${showValue(got)}; export the project again`,
  );
}
