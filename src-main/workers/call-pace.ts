/** How many steps one call of the engine is given: no progress is told, and no pause heard, inside a call. */

/** Length that a call shall have. */
const callMs = 1_000;
/** Every call hands the engine its data again: large tables are worth longer calls. */
const largeBytes = 100_000_000;
const largeCallMs = 2_000;

/** Steps of the first call: the time of a step is not known yet, and the program may have to be compiled. */
const firstSteps = 1;
/** Most by which a call is longer than the one before. */
const growth = 16;

/** Cuts long stretches of steps into calls by the time that steps have taken. Where they are cut changes no number. */
export class CallPace {
  readonly #wantedMs: number;
  readonly #now: () => number;
  #most = firstSteps;
  #beganAt = 0;

  /** @param dataBytes - of the samples that every call is given */
  constructor(dataBytes: number, now: () => number = () => performance.now()) {
    this.#wantedMs = dataBytes > largeBytes ? largeCallMs : callMs;
    this.#now = now;
  }

  /** A call begins. @returns the steps that it may take, at least one */
  begin(): number {
    this.#beganAt = this.#now();
    return this.#most;
  }

  /** The call is over. */
  end(steps: number): void {
    const ms = this.#now() - this.#beganAt;
    const fitting = Math.floor((this.#wantedMs * steps) / Math.max(ms, 1e-3));
    this.#most = Math.max(1, Math.min(fitting, growth * Math.max(steps, this.#most)));
  }
}
