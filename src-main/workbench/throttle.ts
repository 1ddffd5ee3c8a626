/** Limits how often something is said: at once the first time, then at most once in a while, and never losing the last. */
export class Throttle implements Disposable {
  readonly #everyMs: number;
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; last: (() => void) | null }>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Runs `say` now, or the latest one given under the key when the pause is over. */
  say(key: string, say: () => void): void {
    const waiting = this.#waiting.get(key);
    if (waiting) {
      waiting.last = say;
      return;
    }
    this.#pause(key);
    say();
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #pause(key: string): void {
    const timer = setTimeout(() => {
      const { last } = this.#waiting.get(key) ?? { last: null };
      this.#waiting.delete(key);
      if (!last) return;
      this.#pause(key);
      last();
    }, this.#everyMs);
    timer.unref();
    this.#waiting.set(key, { timer, last: null });
  }
}
