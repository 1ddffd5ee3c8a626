/** What has been written since somebody last read: kept so that a reader of thousands of results reads again only what is new. */

/** Batches remembered: a reader that is further behind reads everything. */
const remembered = 256;

export class ResultChanges {
  #revision = 0;
  /** Ids of the tasks of each batch, the newest last; null for a write that may have touched anything. */
  readonly #batches: (readonly string[] | null)[] = [];

  /** Grows with every write. */
  get revision(): number {
    return this.#revision;
  }

  /** @param taskIds - the tasks that were written; null when it may have been any, or the plan */
  add(taskIds: readonly string[] | null): void {
    this.#revision += 1;
    this.#batches.push(taskIds);
    if (this.#batches.length > remembered) this.#batches.shift();
  }

  /** Ids of the tasks written after a revision; null when everything has to be read again. */
  since(revision: number): ReadonlySet<string> | null {
    const count = this.#revision - revision;
    if (count === 0) return new Set();
    const batches = count > this.#batches.length ? [null] : this.#batches.slice(-count);
    const known = batches.filter((batch) => batch !== null);
    return known.length < batches.length ? null : new Set(known.flat());
  }
}
