/** Rows of a long table, fetched page by page around what is in sight. */
import { shallowRef } from 'vue';
import type { RunRow } from '#shared/contract/run-views';
import type { ErrorReport, Outcome } from '#shared/errors';

/** Rows fetched at once. */
export const pageRows = 100;
/** Rows fetched beyond what is in sight, either way. */
const aheadRows = 300;

type AskPage = (range: {
  readonly offset: number;
  readonly limit: number;
}) => Promise<Outcome<{ readonly total: number; readonly rows: readonly RunRow[] }>>;

/** The rows of one question. A row that is on its way is undefined. */
export class RunPages {
  /** Rises with every page that has come. */
  readonly version = shallowRef(0);
  /** How many rows there are; null until the first page has come. */
  readonly total = shallowRef<number | null>(null);
  readonly error = shallowRef<ErrorReport | null>(null);
  readonly #ask: AskPage;
  readonly #rows = new Map<number, RunRow>();
  /** Pages that are here or on their way, with the turn in which they were asked for. */
  readonly #asked = new Map<number, number>();
  #turn = 0;

  constructor(ask: AskPage) {
    this.#ask = ask;
  }

  row(index: number): RunRow | undefined {
    return this.#rows.get(index);
  }

  /** Sees to it that the rows from `first` to `last`, and some around them, are here or on their way. */
  async need(first: number, last: number): Promise<void> {
    const most = this.total.value ?? pageRows;
    const from = Math.max(0, Math.floor((first - aheadRows) / pageRows));
    const to = Math.floor(Math.min(most - 1, last + aheadRows) / pageRows);
    const inSight = Math.floor((first + last) / 2 / pageRows);
    const missing: number[] = [];
    for (let page = from; page <= Math.max(from, to); page++)
      if (this.#asked.get(page) !== this.#turn) missing.push(page);
    missing.sort((a, b) => Math.abs(a - inSight) - Math.abs(b - inSight));
    await Promise.all(missing.map((page) => this.#load(page)));
  }

  /** Every row may have changed: what is asked for next is fetched again, and stays as it was until it has come. */
  renew(): void {
    this.#turn += 1;
  }

  async #load(page: number): Promise<void> {
    const turn = this.#turn;
    this.#asked.set(page, turn);
    const outcome = await this.#ask({ offset: page * pageRows, limit: pageRows });
    if (this.#asked.get(page) !== turn) return;
    if (!outcome.ok) {
      this.#asked.delete(page);
      this.error.value = outcome.error;
      return;
    }
    this.error.value = null;
    const { rows, total } = outcome.value;
    for (let i = 0; i < pageRows; i++) {
      const row = rows[i];
      if (row) this.#rows.set(page * pageRows + i, row);
      else this.#rows.delete(page * pageRows + i);
    }
    this.total.value = total;
    this.version.value += 1;
  }
}
