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

  /** A task has taken that many steps in all, `taken` of them before this process took it up. */
  count(
    taskId: string,
    steps: number,
    { isFinished, taken = 0 }: { isFinished: boolean; taken?: number },
  ): void {
    const before = this.#counted.get(taskId) ?? taken;
    if (isFinished) this.#counted.delete(taskId);
    else this.#counted.set(taskId, Math.max(before, steps));
    if (steps > before) this.#samples.push({ at: this.#now(), steps: steps - before });
  }

  /** A task that was put down or has failed takes no more steps here. */
  forget(taskId: string): void {
    this.#counted.delete(taskId);
  }

  /**
   * Mean rate over the window; null when nothing was trained in it. While something trains, the last two reports count however old they
   * are: steps of large networks are further apart than the window is long.
   */
  perSecond(): number | null {
    const now = this.#now();
    const kept = this.#counted.size > 0 ? 2 : 0;
    const { length } = this.#samples;
    this.#samples = this.#samples.filter(
      (sample, i) => now - sample.at <= windowMs || i >= length - kept,
    );
    const [first, ...later] = this.#samples;
    if (!first) return null;
    if (now - first.at > windowMs) {
      // The steps of the oldest report were taken before it.
      const steps = later.reduce((sum, sample) => sum + sample.steps, 0);
      return steps === 0 ? null : (steps * 1000) / (now - first.at);
    }
    const steps = this.#samples.reduce((sum, sample) => sum + sample.steps, 0);
    return (steps * 1000) / Math.max(now - first.at, 250);
  }
}
