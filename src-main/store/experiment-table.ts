/** Experiments as rows: the spec, its state, and which tasks it is made of. */
import type { Database } from 'better-sqlite3';
import type { Addition } from '#shared/domain/additions';
import type { PhaseThresholds } from '#shared/domain/phases';
import type { ExperimentState } from '#shared/domain/results';
import { specSchema, type ExperimentSpec } from '#shared/domain/spec';
import { additionTable } from './addition-table';
import { digestOf } from './digests';
import { notBeingRemoved } from './removal';
import { damagedValue, isRecord, readJson } from './json-column';

export interface StoredExperiment {
  readonly id: string;
  readonly name: string;
  readonly spec: ExperimentSpec;
  /** Metrics added after it was started, in the order of adding. */
  readonly additions: readonly Addition[];
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
  readonly digest: string | null;
}

type Written = Pick<ExperimentRow, 'id' | 'name' | 'spec' | 'engine' | 'thresholds' | 'created_at'>;

/** Of what is written once or by the user; how far it is changes all the time. */
const digestOfRow = (row: Written): string =>
  digestOf([row.id, row.name, row.spec, row.engine, row.thresholds, row.created_at]);

function fromRow(row: ExperimentRow, additions: readonly Addition[]): StoredExperiment {
  const place = (column: string) => `experiments.${column} of ${JSON.stringify(row.name)}`;
  const experiment: StoredExperiment = {
    id: row.id,
    name: row.name,
    spec: completeSpec(readJson(row.spec, place('spec'), isRecord)),
    additions,
    engine: row.engine,
    thresholds: readJson(row.thresholds, place('thresholds'), isRecord) as PhaseThresholds,
    state: row.state,
    createdAt: row.created_at,
    activeMs: row.active_ms,
  };
  if (row.digest === null || row.digest === digestOfRow(row)) return experiment;
  throw damagedValue(
    `experiments row of ${JSON.stringify(row.name)}`,
    'be as it was written, got another SHA-256',
  );
}

/** Specs of older versions get the settings that came later: with defaults that stand for what was done before there was a choice. */
function completeSpec(written: unknown): ExperimentSpec {
  const complete = specSchema.safeParse(written);
  return complete.success ? complete.data : (written as ExperimentSpec);
}

/** The table of experiments. */
export function experimentTable(db: Database) {
  const columns = 'id, name, spec, engine, thresholds, state, created_at, active_ms, digest';
  const all = db.prepare(
    `SELECT ${columns} FROM experiments WHERE ${notBeingRemoved} ORDER BY created_at, id`,
  );
  const byId = db.prepare(`SELECT ${columns} FROM experiments WHERE id = ? AND ${notBeingRemoved}`);
  const byName = db.prepare(
    `SELECT ${columns} FROM experiments WHERE name = ? AND ${notBeingRemoved}`,
  );
  const insert = db.prepare(
    `INSERT INTO experiments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rewrite = db.prepare(
    'UPDATE experiments SET name = ?, spec = ?, engine = ?, thresholds = ?, digest = ? WHERE id = ?',
  );
  const state = db.prepare('UPDATE experiments SET state = ? WHERE id = ?');
  const unfinish = db.prepare(
    `UPDATE experiments SET state = 'paused' WHERE id = ? AND state IN ('finished', 'finished-with-failures')`,
  );
  const active = db.prepare('UPDATE experiments SET active_ms = active_ms + ? WHERE id = ?');
  const additions = additionTable(db);
  const read = (row: unknown) => {
    const { id } = row as ExperimentRow;
    return fromRow(row as ExperimentRow, additions.of(id));
  };
  const one = (row: unknown) => (row === undefined ? null : read(row));
  /** Changes what the user wrote; a damaged row is not sealed anew. */
  const reseal = (id: string, changes: Partial<Written>): void => {
    const before = byId.get(id) as ExperimentRow | undefined;
    if (!before) return;
    read(before);
    const row = { ...before, ...changes };
    rewrite.run(row.name, row.spec, row.engine, row.thresholds, digestOfRow(row), id);
  };

  return {
    list: (): StoredExperiment[] => all.all().map(read),
    find: (id: string): StoredExperiment | null => one(byId.get(id)),
    findByName: (name: string): StoredExperiment | null => one(byName.get(name)),
    insert(e: StoredExperiment): void {
      const spec = JSON.stringify(e.spec);
      const kept = JSON.stringify(e.thresholds);
      const row = { ...e, spec, thresholds: kept, created_at: e.createdAt };
      const digest = digestOfRow(row);
      insert.run(e.id, e.name, spec, e.engine, kept, e.state, e.createdAt, e.activeMs, digest);
    },
    setSpec(id: string, to: Pick<StoredExperiment, 'name' | 'spec' | 'engine'>): void {
      reseal(id, { name: to.name, spec: JSON.stringify(to.spec), engine: to.engine });
    },
    /** Appends to what is measured of it; its spec stays. */
    add: (id: string, addition: Addition): void => additions.insert(id, addition),
    setState: (id: string, to: ExperimentState): void => void state.run(to, id),
    /** There is more to do than when it finished. */
    unfinish: (id: string): void => void unfinish.run(id),
    setThresholds(id: string, to: PhaseThresholds): void {
      reseal(id, { thresholds: JSON.stringify(to) });
    },
    addActiveMs: (id: string, ms: number): void => void active.run(ms, id),
  };
}
