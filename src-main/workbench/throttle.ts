/** Saying takes at most this part of the time: the progress of 10,000 runs costs a fifth of a second to put together. */
const largestPart = 0.1;

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
    this.#sayAndPause(key, say);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #sayAndPause(key: string, say: () => void): void {
    const started = performance.now();
    say();
    this.#pause(key, Math.max(this.#everyMs, (performance.now() - started) / largestPart));
  }

  #pause(key: string, pauseMs: number): void {
    const timer = setTimeout(() => {
      const { last } = this.#waiting.get(key) ?? { last: null };
      this.#waiting.delete(key);
      if (!last) return;
      this.#sayAndPause(key, last);
    }, pauseMs);
    timer.unref();
    this.#waiting.set(key, { timer, last: null });
  }
}
