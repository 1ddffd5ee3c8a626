/** Imported tables as rows: experiments that have results and no runs. */
import type { Database } from 'better-sqlite3';
import type { ImportedTable, TableSource } from '#shared/domain/imported/imported-table';
import type { PhaseThresholds } from '#shared/domain/phases';
import { digestOf } from './digests';
import { damagedValue, isRecord, readJson } from './json-column';

/** An experiment that was imported, without its numbers. */
export interface StoredTable {
  readonly id: string;
  readonly name: string;
  readonly source: TableSource;
  /** Values of the axes. */
  readonly axes: Pick<ImportedTable, 'loads' | 'temperatures'>;
  readonly thresholds: PhaseThresholds;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

interface TableRow {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly axes: string;
  readonly rows: string;
  readonly thresholds: string;
  readonly created_at: string;
  readonly digest: string;
}

/** SHA-256 of all that is kept but the thresholds, which the user changes. */
const digestOfRow = (row: Omit<TableRow, 'digest' | 'thresholds'>): string =>
  digestOf([row.id, row.name, row.source, row.axes, row.rows, row.created_at]);

function fromRow(row: Omit<TableRow, 'rows' | 'digest'>): StoredTable {
  const place = (column: string) => `imported_tables.${column} of ${JSON.stringify(row.name)}`;
  return {
    id: row.id,
    name: row.name,
    source: readJson(row.source, place('source'), isRecord) as TableSource,
    axes: readJson(row.axes, place('axes'), isRecord) as StoredTable['axes'],
    thresholds: readJson(row.thresholds, place('thresholds'), isRecord) as PhaseThresholds,
    createdAt: row.created_at,
  };
}

/** The table of imported tables. */
export function importedTables(db: Database) {
  const head = 'id, name, source, axes, thresholds, created_at';
  const all = db.prepare(`SELECT ${head} FROM imported_tables ORDER BY created_at, id`);
  const byId = db.prepare(`SELECT ${head} FROM imported_tables WHERE id = ?`);
  const byName = db.prepare(`SELECT ${head} FROM imported_tables WHERE name = ?`);
  const whole = db.prepare(`SELECT ${head}, rows, digest FROM imported_tables WHERE id = ?`);
  const insert = db.prepare(
    `INSERT INTO imported_tables (${head}, rows, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const thresholds = db.prepare('UPDATE imported_tables SET thresholds = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM imported_tables WHERE id = ?');
  const one = (row: unknown) => (row === undefined ? null : fromRow(row as TableRow));

  return {
    list: (): StoredTable[] => (all.all() as TableRow[]).map(fromRow),
    find: (id: string): StoredTable | null => one(byId.get(id)),
    findByName: (name: string): StoredTable | null => one(byName.get(name)),
    /**
     * The numbers of a table; null where there is none.
     * @throws StoreError `store-corrupt` when they are not what was written
     */
    read(id: string): ImportedTable | null {
      const row = whole.get(id) as TableRow | undefined;
      if (!row) return null;
      const { axes } = fromRow(row);
      const isList = (value: unknown) => Array.isArray(value);
      const place = `imported_tables.rows of ${JSON.stringify(row.name)}`;
      const rows = readJson(row.rows, place, isList) as ImportedTable['rows'];
      if (row.digest === digestOfRow(row)) return { ...axes, rows };
      throw damagedValue(
        `imported_tables row of ${JSON.stringify(row.name)}`,
        'be as it was written, got another SHA-256',
      );
    },
    insert({ id, name, createdAt, ...stored }: StoredTable, rows: ImportedTable['rows']): void {
      const row = {
        id,
        name,
        source: JSON.stringify(stored.source),
        axes: JSON.stringify(stored.axes),
        rows: JSON.stringify(rows),
        created_at: createdAt,
      };
      const kept = JSON.stringify(stored.thresholds);
      const digest = digestOfRow(row);
      insert.run(id, name, row.source, row.axes, kept, createdAt, row.rows, digest);
    },
    setThresholds: (id: string, to: PhaseThresholds): void =>
      void thresholds.run(JSON.stringify(to), id),
    remove: (id: string): void => void remove.run(id),
  };
}
