/** A query about the tasks of an experiment that can be asked of some cells alone. */
import type { Database } from 'better-sqlite3';

/**
 * Prepares it twice, so that few cells are found by the index.
 * @param sql - the statement with `{tasks}` where it reads `experiment_tasks u`, and `{experiment}` for the experiment's id
 * @returns rows as arrays, of the cells given or of all
 */
export function cellsQuery<Row extends readonly unknown[]>(
  db: Database,
  sql: string,
): (experimentId: string, cells?: readonly number[]) => Row[] {
  const prepare = (tasks: string) =>
    db.prepare(sql.replace('{tasks}', tasks).replace('{experiment}', '@experimentId')).raw();
  const ofAll = prepare('experiment_tasks u');
  const ofSome = prepare(
    'json_each(@cells) j CROSS JOIN experiment_tasks u INDEXED BY experiment_tasks_cell ON u.cell = j.value',
  );
  return (experimentId, cells) =>
    (cells
      ? ofSome.all({ experimentId, cells: JSON.stringify(cells) })
      : ofAll.all({ experimentId })) as Row[];
}
