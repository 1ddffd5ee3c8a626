/** Saved views of an experiment: what the address of the phase diagram holds, and the thresholds, under a name. */
import type { Database } from 'better-sqlite3';
import type { SavedView } from '#shared/domain/saved-view';
import type { PhaseThresholds } from '#shared/domain/phases';
import { StoreError } from '#shared/errors';
import { digestOf } from './digests';
import { isRecord, readJson } from './json-column';

interface ViewRow {
  readonly name: string;
  readonly settings: string;
  readonly thresholds: string;
  readonly saved_at: string;
  readonly digest: string;
}

const digestOfRow = (experimentId: string, row: Omit<ViewRow, 'digest'>): string =>
  digestOf([experimentId, row.name, row.settings, row.thresholds, row.saved_at]);

function fromRow(experimentId: string, row: ViewRow): SavedView {
  const where = `views row ${JSON.stringify(row.name)}`;
  if (row.digest !== digestOfRow(experimentId, row))
    throw new StoreError(
      `project.sqlite, ${where}: must be as it was written, got another SHA-256; save it again under its name, or phasescape doctor --repair takes it away`,
      { code: 'store-corrupt' },
    );
  return {
    name: row.name,
    settings: readJson(row.settings, `${where}, settings`, isRecord) as Record<string, string>,
    thresholds: readJson(row.thresholds, `${where}, thresholds`, isRecord) as PhaseThresholds,
    savedAt: row.saved_at,
  };
}

/** The table of views. */
export function viewTable(db: Database) {
  const columns = 'name, settings, thresholds, saved_at, digest';
  const all = db.prepare(`SELECT ${columns} FROM views WHERE experiment_id = ? ORDER BY name`);
  const whole = db.prepare(`SELECT experiment_id AS experimentId, ${columns} FROM views`);
  const put = db.prepare(
    `INSERT INTO views (experiment_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (experiment_id, name) DO UPDATE SET settings = excluded.settings, thresholds = excluded.thresholds,
       saved_at = excluded.saved_at, digest = excluded.digest`,
  );
  const remove = db.prepare('DELETE FROM views WHERE experiment_id = ? AND name = ?');

  return {
    /** By name. @throws StoreError `store-corrupt` for a row that is not as it was written */
    list: (experimentId: string): SavedView[] =>
      (all.all(experimentId) as ViewRow[]).map((row) => fromRow(experimentId, row)),
    /** Those of all experiments that are not as they were written. */
    changed: (): { experimentId: string; name: string }[] =>
      (whole.all() as (ViewRow & { experimentId: string })[])
        .filter(({ experimentId, ...row }) => row.digest !== digestOfRow(experimentId, row))
        .map(({ experimentId, name }) => ({ experimentId, name })),
    /** Stores a view, in place of the one of the same name. */
    save(experimentId: string, view: SavedView): void {
      const row = {
        name: view.name,
        settings: JSON.stringify(view.settings),
        thresholds: JSON.stringify(view.thresholds),
        saved_at: view.savedAt,
      };
      const digest = digestOfRow(experimentId, row);
      put.run(experimentId, row.name, row.settings, row.thresholds, row.saved_at, digest);
    },
    /** @returns whether there was one of that name */
    remove: (experimentId: string, name: string): boolean =>
      remove.run(experimentId, name).changes > 0,
  };
}
