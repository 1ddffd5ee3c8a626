/**
 * Cells of experiments with their statistics, kept in memory. A scalar is read when somebody first asks for it, since screens show a dozen
 * of the half hundred that a large experiment has; after a batch of results only the cells that it belongs to are read again.
 */
import { canonicalJson } from '#shared/domain/canonical-json';
import { measuredSpec } from '#shared/domain/additions';
import { labellingScalars } from '#shared/domain/cell-phase';
import { expandCells, type Cell } from '#shared/domain/cells';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import { scalarsOfSpec, shownNumbers, type CellNumbers } from './results';

/** Cells read before others get their turn. */
const atOnce = 100;
/** Experiments kept: those that screens looked at last. */
const most = 4;

interface Kept {
  /** Of the spec that the cells are of, with what was added to it: a draft's may change. */
  readonly spec: string;
  readonly grid: readonly Cell[];
  revision: number;
  readonly otherWrites: number;
  /** Scalars that every cell has. */
  readonly names: Set<string>;
  readonly cells: CellNumbers[];
}

export class CellCache {
  readonly #store: ProjectStore;
  readonly #kept = new Map<string, Kept>();
  /** One reader at a time: those who come meanwhile wait for what it reads. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: ProjectStore) {
    this.#store = store;
  }

  /**
   * Every cell of an experiment as it stands in the database now, without the single values.
   * @param scalars - those wanted, to which those that decide the phase are added; a cell may have more of them. All without it.
   */
  async cells(
    experiment: StoredExperiment,
    scalars?: readonly string[],
  ): Promise<readonly CellNumbers[]> {
    const turn = this.#turn.catch(() => undefined).then(() => this.#read(experiment, scalars));
    this.#turn = turn;
    return turn;
  }

  async #read(
    experiment: StoredExperiment,
    scalars: readonly string[] | undefined,
  ): Promise<readonly CellNumbers[]> {
    const { revision } = this.#store.changes;
    const kept = this.#current(experiment);
    const changed = this.#changedCells(experiment, kept);
    if (changed.length > 0)
      await this.#readInto(kept, experiment, { wanted: changed, names: kept.names });
    kept.revision = revision;
    const measured = scalarsOfSpec(measuredSpec(experiment)).map(({ name }) => name);
    const wanted = scalars ? new Set([...scalars, ...labellingScalars]) : new Set(measured);
    const missing = new Set(measured.filter((n) => wanted.has(n) && !kept.names.has(n)));
    if (missing.size > 0 || kept.cells.length === 0) {
      await this.#readInto(kept, experiment, { wanted: kept.grid, names: missing });
      for (const name of missing) kept.names.add(name);
    }
    return [...kept.cells];
  }

  /** What is kept of an experiment as it now is, or a new place for it. */
  #current(experiment: StoredExperiment): Kept {
    const spec = canonicalJson([experiment.spec, experiment.additions]);
    const otherWrites = this.#store.otherWrites();
    const { changes } = this.#store;
    const known = this.#kept.get(experiment.id);
    const isSame = known?.spec === spec && known.otherWrites === otherWrites;
    if (known && isSame && changes.since(known.revision) !== null) return known;
    const names = new Set<string>();
    const grid = expandCells(experiment.spec);
    const kept = { spec, grid, revision: changes.revision, otherWrites, names, cells: [] };
    this.#kept.delete(experiment.id);
    this.#kept.set(experiment.id, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > most && !oldest.done) this.#kept.delete(oldest.value);
    return kept;
  }

  #changedCells({ id }: StoredExperiment, { cells, grid, revision }: Kept): readonly Cell[] {
    if (cells.length === 0) return [];
    const taskIds = this.#store.changes.since(revision) ?? new Set();
    if (taskIds.size === 0) return [];
    const indices = new Set(this.#store.tasks.cellsOf(id, [...taskIds]));
    return grid.filter(({ index }) => indices.has(index));
  }

  async #readInto(
    { cells }: Kept,
    experiment: StoredExperiment,
    { wanted, names }: { readonly wanted: readonly Cell[]; readonly names: ReadonlySet<string> },
  ): Promise<void> {
    for (let i = 0; i < wanted.length; i += atOnce) {
      // Events, and other calls.
      if (i > 0) await new Promise((next) => setImmediate(next));
      const part = wanted.slice(i, i + atOnce);
      for (const cell of shownNumbers(this.#store, experiment, { cells: part, names })) {
        const metrics = { ...cells[cell.index]?.metrics, ...cell.metrics };
        cells[cell.index] = { ...cell, metrics };
      }
    }
  }
}
