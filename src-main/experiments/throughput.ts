/** Training steps per second over the last seconds. */
const windowMs = 5_000;

export class Throughput {
  readonly #now: () => number;
  #samples: { at: number; steps: number }[] = [];
  /** Steps of unfinished tasks that were counted already. */
  readonly #counted = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A task has taken that many steps in all. */
  count(taskId: string, steps: number, isFinished: boolean): void {
    const before = this.#counted.get(taskId) ?? 0;
    if (isFinished) this.#counted.delete(taskId);
    else this.#counted.set(taskId, Math.max(before, steps));
    if (steps > before) this.#samples.push({ at: this.#now(), steps: steps - before });
  }

  /** Mean rate over the window; null when nothing was trained in it. */
  perSecond(): number | null {
    const now = this.#now();
    this.#samples = this.#samples.filter((sample) => now - sample.at <= windowMs);
    const [first] = this.#samples;
    if (!first) return null;
    const steps = this.#samples.reduce((sum, sample) => sum + sample.steps, 0);
    return (steps * 1000) / Math.max(now - first.at, 250);
  }
}
