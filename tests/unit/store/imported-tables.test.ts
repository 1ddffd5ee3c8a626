/** Imported tables in the database: read back as written, damage noticed, names shared with the other experiments. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { defaultThresholds } from '#shared/domain/phases';
import type { StoredTable } from '#main/store/imported-tables';
import { openStore, storeExperiment } from '../../fixtures/open-project';

const table: StoredTable = {
  id: 't1',
  name: 'published',
  source: {
    file: 'results.csv',
    sha256: 'ab',
    sizeBytes: 10,
    rows: 1,
    importedAt: '2026-01-01T00:00:00.000Z',
    choice: { load: 'w', temperature: 'b', metrics: [{ name: 'cka', column: 'c' }] },
  },
  axes: { loads: [1], temperatures: [2] },
  thresholds: defaultThresholds,
  createdAt: '2026-01-01T00:00:00.000Z',
};
const rows = [
  { load: 1, temperature: 2, n: null, metrics: { cka: { mean: 0.5, sd: null, n: null } } },
];

describe('imported tables', () => {
  it('are read back as they were written', () => {
    const store = openStore();
    store.addTable(table, rows);
    expect(store.tables.find('t1')).toEqual(table);
    expect(store.tables.findByName('published')).toEqual(table);
    expect(store.tables.list()).toEqual([table]);
    expect(store.tables.read('t1')).toEqual({ ...table.axes, rows });
    store.tables.setThresholds('t1', { ...defaultThresholds, cka: 0.25 });
    expect(store.tables.find('t1')?.thresholds.cka).toBe(0.25);
    expect(store.tables.read('t1')).toEqual({ ...table.axes, rows });
    expect(store.tables.read('t2')).toBeNull();
  });

  it('are refused once a number has changed', () => {
    const store = openStore();
    store.addTable(table, rows);
    const db = new Database(join(store.folder, 'project.sqlite'));
    db.exec(`UPDATE imported_tables SET rows = replace(rows, '0.5', '0.6')`);
    db.close();
    expect(() => store.tables.read('t1')).toThrow(/be as it was written, got another SHA-256/);
  });

  it('share their names with the other experiments', () => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    const used = { ...table, name: experiment.name };
    expect(() => {
      store.addTable(used, rows);
    }).toThrow(/name: must be new/);
    store.addTable(table, rows);
    expect(() => {
      store.addTable({ ...table, id: 't2' }, rows);
    }).toThrow(/name: must be new/);
    expect(() => {
      store.addExperiment({ ...experiment, id: 'e2', name: 'published' }, []);
    }).toThrow(/name: must be new, got "published"/);
    expect(store.tables.list()).toHaveLength(1);
    expect(store.experiments.list()).toHaveLength(1);
  });

  it('have saved views like the others, which go with them', () => {
    const store = openStore();
    const { experiment } = storeExperiment(store);
    store.addTable(table, rows);
    const view = { name: 'mine', settings: {}, thresholds: defaultThresholds, savedAt: '' };
    for (const id of ['t1', experiment.id]) store.views.save(id, view);
    store.tables.remove('t1');
    expect(store.views.list('t1')).toEqual([]);
    expect(store.views.list(experiment.id)).toEqual([view]);
    store.removeExperiment(experiment.id);
    expect(store.views.list(experiment.id)).toEqual([]);
  });
});
