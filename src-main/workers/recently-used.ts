/** Things that are made on demand and kept while there is room: the one used longest ago goes first. */

interface Kept<T> {
  readonly value: T;
  readonly sizeBytes: number;
}

export class RecentlyUsed<T> {
  readonly #most: number;
  readonly #kept = new Map<string, Kept<T>>();

  /** @param mostBytes - what may be kept; the newest stays even when it is larger */
  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** The thing with this key, made where it is not there. */
  get(key: string, make: () => Kept<T>): T {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    // Room is made first: two large things are never there at once.
    if (!known) this.#makeRoom(0);
    const kept = known ?? make();
    this.#makeRoom(kept.sizeBytes);
    this.#kept.set(key, kept);
    return kept.value;
  }

  #makeRoom(sizeBytes: number): void {
    let total = sizeBytes;
    for (const { sizeBytes: each } of this.#kept.values()) total += each;
    for (const [key, { sizeBytes: each }] of this.#kept) {
      if (total <= this.#most) return;
      this.#kept.delete(key);
      total -= each;
    }
  }
}
