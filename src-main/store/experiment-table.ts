/** Experiments as rows: the spec, its state, and which tasks it is made of. */
import type { Database } from 'better-sqlite3';
import type { PhaseThresholds } from '#shared/domain/phases';
import type { ExperimentState } from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';

export interface StoredExperiment {
  readonly id: string;
  readonly name: string;
  readonly spec: ExperimentSpec;
  /** Executor that its tasks were planned for. */
  readonly engine: string;
  readonly thresholds: PhaseThresholds;
  /** As last written; `running` of a dead process is read as paused by the workbench. */
  readonly state: ExperimentState;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Wall time spent running so far. */
  readonly activeMs: number;
}

interface ExperimentRow {
  readonly id: string;
  readonly name: string;
  readonly spec: string;
  readonly engine: string;
  readonly thresholds: string;
  readonly state: ExperimentState;
  readonly created_at: string;
  readonly active_ms: number;
}

const fromRow = (row: ExperimentRow): StoredExperiment => ({
  id: row.id,
  name: row.name,
  spec: JSON.parse(row.spec) as ExperimentSpec,
  engine: row.engine,
  thresholds: JSON.parse(row.thresholds) as PhaseThresholds,
  state: row.state,
  createdAt: row.created_at,
  activeMs: row.active_ms,
});

/** The table of experiments. */
export function experimentTable(db: Database) {
  const columns = 'id, name, spec, engine, thresholds, state, created_at, active_ms';
  const all = db.prepare(`SELECT ${columns} FROM experiments ORDER BY created_at, id`);
  const byId = db.prepare(`SELECT ${columns} FROM experiments WHERE id = ?`);
  const byName = db.prepare(`SELECT ${columns} FROM experiments WHERE name = ?`);
  const insert = db.prepare(`INSERT INTO experiments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const spec = db.prepare('UPDATE experiments SET name = ?, spec = ?, engine = ? WHERE id = ?');
  const state = db.prepare('UPDATE experiments SET state = ? WHERE id = ?');
  const thresholds = db.prepare('UPDATE experiments SET thresholds = ? WHERE id = ?');
  const active = db.prepare('UPDATE experiments SET active_ms = active_ms + ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM experiments WHERE id = ?');
  const one = (row: unknown) => (row === undefined ? null : fromRow(row as ExperimentRow));

  return {
    list: (): StoredExperiment[] => (all.all() as ExperimentRow[]).map(fromRow),
    find: (id: string): StoredExperiment | null => one(byId.get(id)),
    findByName: (name: string): StoredExperiment | null => one(byName.get(name)),
    insert: (e: StoredExperiment): void => {
      insert.run(
        e.id,
        e.name,
        JSON.stringify(e.spec),
        e.engine,
        JSON.stringify(e.thresholds),
        e.state,
        e.createdAt,
        e.activeMs,
      );
    },
    setSpec: (id: string, to: Pick<StoredExperiment, 'name' | 'spec' | 'engine'>): void =>
      void spec.run(to.name, JSON.stringify(to.spec), to.engine, id),
    setState: (id: string, to: ExperimentState): void => void state.run(to, id),
    setThresholds: (id: string, to: PhaseThresholds): void =>
      void thresholds.run(JSON.stringify(to), id),
    addActiveMs: (id: string, ms: number): void => void active.run(ms, id),
    remove: (id: string): void => void remove.run(id),
  };
}
