/** Cells of experiments with their statistics, kept in memory: reading half a million numbers takes a second, a batch of new ones little. */
import type { CellMetric } from '#shared/domain/results';
import { canonicalJson } from '#shared/domain/canonical-json';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import { cellNumbers, type CellNumbers } from './results';

/** Cells read before others get their turn. */
const atOnce = 100;
/** Experiments kept: those that screens looked at last. */
const most = 4;

interface Kept {
  /** Of the spec that the cells are of, with what was added to it: a draft's may change. */
  readonly spec: string;
  revision: number;
  otherWrites: number;
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

  /** Every cell of an experiment as it stands in the database now, without the single values. */
  async cells(experiment: StoredExperiment): Promise<readonly CellNumbers[]> {
    const turn = this.#turn.catch(() => undefined).then(() => this.#read(experiment));
    this.#turn = turn;
    return turn;
  }

  async #read(experiment: StoredExperiment): Promise<readonly CellNumbers[]> {
    const { changes } = this.#store;
    const spec = canonicalJson([experiment.spec, experiment.additions]);
    const now = { spec, revision: changes.revision, otherWrites: this.#store.otherWrites() };
    const kept = this.#kept.get(experiment.id);
    const isSame = kept?.spec === spec && kept.otherWrites === now.otherWrites;
    const changed = isSame ? changes.since(kept.revision) : null;
    if (kept && changed !== null) {
      const cells = this.#store.tasks.cellsOf(experiment.id, [...changed]);
      if (cells.length < kept.cells.length / 2) {
        await this.#readInto(kept.cells, experiment, cells);
        kept.revision = now.revision;
        return [...kept.cells];
      }
    }
    const count = experiment.spec.axes.reduce((n, axis) => n * axis.values.length, 1);
    const cells: CellNumbers[] = [];
    const all = Array.from({ length: count }, (_, i) => i);
    await this.#readInto(cells, experiment, all);
    this.#kept.delete(experiment.id);
    this.#kept.set(experiment.id, { ...now, cells });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > most && !oldest.done) this.#kept.delete(oldest.value);
    return [...cells];
  }

  async #readInto(
    cells: CellNumbers[],
    experiment: StoredExperiment,
    indices: readonly number[],
  ): Promise<void> {
    for (let i = 0; i < indices.length; i += atOnce) {
      // Events, and other calls.
      if (i > 0) await new Promise((next) => setImmediate(next));
      const part = indices.slice(i, i + atOnce);
      for (const cell of cellNumbers(this.#store, experiment, part))
        cells[cell.index] = withoutValues(cell);
    }
  }
}

/** Statistics alone: the values take most of the memory, and screens draw none of them. */
function withoutValues({ metrics, ...cell }: CellNumbers): CellNumbers {
  const summaries = Object.entries(metrics).map(([name, metric]): [string, CellMetric] => {
    const { mean, sd, se, n, over, lowerQuartile, median, upperQuartile, missing } = metric;
    const statistics = { mean, sd, se, n, over, lowerQuartile, median, upperQuartile };
    return [name, missing ? { ...statistics, missing } : statistics];
  });
  return { ...cell, metrics: Object.fromEntries(summaries) };
}
