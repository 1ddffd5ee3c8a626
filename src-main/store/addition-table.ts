/** Metrics that were added to started experiments, as rows beside their specs: written once, never changed. */
import type { Database } from 'better-sqlite3';
import type { Addition } from '#shared/domain/additions';
import { findMetric, type MetricSpec } from '#shared/domain/metric-registry';
import { digestOf } from './digests';
import { damagedValue, isNumberList, isRecord, readJson } from './json-column';

interface AdditionRow {
  readonly experiment_id: string;
  readonly position: number;
  readonly metric: string;
  readonly cells: string | null;
  readonly added_at: string;
  readonly digest: string;
}

type Written = Omit<AdditionRow, 'digest'>;

const digestOfRow = (row: Written): string =>
  digestOf([row.experiment_id, row.position, row.metric, row.cells, row.added_at]);

function fromRow(row: AdditionRow): Addition {
  const place = `additions row ${row.position} of ${row.experiment_id}`;
  if (row.digest !== digestOfRow(row))
    throw damagedValue(place, 'be as it was written, got another SHA-256');
  return {
    metric: completeMetric(readJson(row.metric, place, isRecord) as MetricSpec),
    cells:
      row.cells === null ? null : (readJson(row.cells, place, isNumberList) as readonly number[]),
    addedAt: row.added_at,
  };
}

/** Settings that came after it was written get their defaults, which stand for what was done before there was a choice. */
function completeMetric(written: MetricSpec): MetricSpec {
  const complete = findMetric(written.name)?.settings.safeParse(written);
  return complete?.success === true ? (complete.data as MetricSpec) : written;
}

/** The table of additions. */
export function additionTable(db: Database) {
  const columns = 'experiment_id, position, metric, cells, added_at, digest';
  const all = db.prepare(
    `SELECT ${columns} FROM additions WHERE experiment_id = ? ORDER BY position`,
  );
  const next = db
    .prepare('SELECT coalesce(max(position) + 1, 0) FROM additions WHERE experiment_id = ?')
    .pluck();
  const insert = db.prepare(`INSERT INTO additions (${columns}) VALUES (?, ?, ?, ?, ?, ?)`);

  return {
    /** In the order of adding. @throws StoreError `store-corrupt` when a row is not as it was written */
    of: (experimentId: string): Addition[] => (all.all(experimentId) as AdditionRow[]).map(fromRow),
    /** Appends one. */
    insert(experimentId: string, { metric, cells, addedAt }: Addition): void {
      const row: Written = {
        experiment_id: experimentId,
        position: next.get(experimentId) as number,
        metric: JSON.stringify(metric),
        cells: cells === null ? null : JSON.stringify(cells),
        added_at: addedAt,
      };
      const values = [row.experiment_id, row.position, row.metric, row.cells, row.added_at];
      insert.run(...values, digestOfRow(row));
    },
  };
}
