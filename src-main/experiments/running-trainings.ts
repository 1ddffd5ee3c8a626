/** How far the trainings are that run in this process, and how fast each is. */

interface StepCounts {
  readonly steps: number;
  /** Those that it had when it was taken up here. */
  readonly stepsBefore: number;
  readonly totalSteps: number;
  /** Trainings in its program. */
  readonly packed: number;
}

export interface RunningTraining {
  readonly steps: number;
  readonly totalSteps: number;
  readonly packed: number;
  /** Expected until its last epoch, at the pace it has had here; null before its first steps. */
  readonly leftMs: number | null;
}

export class RunningTrainings {
  readonly #now: () => number;
  readonly #known = new Map<
    string,
    StepCounts & { heardFirst: number; heardLast: number; first: number }
  >();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A worker told how far a training is. */
  hear(taskId: string, counts: StepCounts): void {
    const now = this.#now();
    const before = this.#known.get(taskId);
    // One that was put down and taken up again has another pace.
    const goesOn = before?.stepsBefore === counts.stepsBefore && before.steps <= counts.steps;
    this.#known.set(taskId, {
      ...counts,
      heardFirst: goesOn ? before.heardFirst : now,
      first: goesOn ? before.first : counts.steps,
      heardLast: now,
    });
  }

  /** A training has ended. */
  forget(taskId: string): void {
    this.#known.delete(taskId);
  }

  /** Null where nothing has been heard of it. */
  of(taskId: string): RunningTraining | null {
    const found = this.#known.get(taskId);
    if (!found) return null;
    const { first, heardFirst, heardLast, packed, steps, totalSteps } = found;
    const msPerStep = steps > first ? (heardLast - heardFirst) / (steps - first) : null;
    const sinceMs = this.#now() - heardLast;
    const leftMs =
      msPerStep === null ? null : Math.max(0, msPerStep * (totalSteps - steps) - sinceMs);
    return { steps, totalSteps, packed, leftMs };
  }
}
