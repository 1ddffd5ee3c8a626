/** Training steps per second over the last seconds. */
const windowMs = 5_000;

/** Steps that a task took between two times at which it was heard of. */
interface Stretch {
  readonly from: number;
  readonly at: number;
  readonly steps: number;
}

/** What a worker begins with: trainings tell how far they are, measurements that train only in the end. */
export type BegunKind = 'training' | 'measurement';

interface OpenTask {
  readonly kind: BegunKind;
  /** When it was heard of last, and how many steps it had then; null before its first report. */
  readonly at: number;
  readonly steps: number | null;
  readonly last: Stretch | null;
}

export class Throughput {
  readonly #now: () => number;
  #stretches: Stretch[] = [];
  /** Tasks that are not finished. */
  readonly #open = new Map<string, OpenTask>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A worker begins with tasks: from now on they take steps. */
  begin(taskIds: readonly string[], kind: BegunKind): void {
    const at = this.#now();
    for (const id of taskIds) this.#open.set(id, { kind, at, steps: null, last: null });
  }

  /**
   * A task has taken that many steps in all, `taken` of them before this process took it up. Where its beginning was not told its steps
   * count from the first report on: nobody knows in what time it took the others.
   */
  count(
    taskId: string,
    steps: number,
    { isFinished, taken = 0 }: { isFinished: boolean; taken?: number },
  ): void {
    const now = this.#now();
    const known = this.#open.get(taskId);
    const gained = known ? steps - (known.steps ?? taken) : 0;
    const stretch = known && gained > 0 ? { from: known.at, at: now, steps: gained } : null;
    if (isFinished) this.#open.delete(taskId);
    else {
      const most = Math.max(known?.steps ?? taken, steps);
      const { kind = 'training', last = null } = known ?? {};
      this.#open.set(taskId, { kind, at: now, steps: most, last: stretch ?? last });
    }
    this.#stretches = this.#stretches.filter(({ at }) => at > now - windowMs);
    if (stretch) this.#stretches.push(stretch);
  }

  /** A task that was put down or has failed takes no more steps here. */
  forget(taskId: string): void {
    this.#open.delete(taskId);
  }

  /**
   * Steps per second over the window, or since training began where that is shorter; null when nothing was trained in it.
   *
   * Definition: the steps between two reports of a task are spread evenly over the time between them, and since its last report it is
   * taken to go on as before, for as long again at most; a training without one as the mean of those heard of in the window. So neither
   * the reports that are due nor those that reach back before the window shift the rate.
   */
  perSecond(): number | null {
    const now = this.#now();
    const heard = this.#stretches.filter(({ at }) => at > now - windowMs);
    const usual = meanOf(heard);
    const ahead = [...this.#open.values()].flatMap(({ at, kind, last }) => {
      if (last) return goingOn(last, { since: last.at, now });
      return usual && kind === 'training' ? goingOn(usual, { since: at, now }) : [];
    });
    const inside = [...heard, ...ahead.filter(({ at }) => at > now - windowMs)];
    if (inside.length === 0) return null;
    const first = inside.reduce((least, { from }) => Math.min(least, from), Infinity);
    const start = Math.max(now - windowMs, first);
    if (now <= start) return null;
    const steps = inside.reduce((sum, stretch) => sum + stepsSince(stretch, start), 0);
    return (steps * 1000) / (now - start);
  }
}

/** What a task has done since it was heard of if it goes on as in a stretch, for as long as that at most. */
function goingOn(
  { from, at, steps }: Stretch,
  { since, now }: { readonly since: number; readonly now: number },
): Stretch[] {
  const ms = Math.min(now - since, at - from);
  return ms > 0 ? [{ from: since, at: since + ms, steps: (steps * ms) / (at - from) }] : [];
}

/** A stretch of mean length and pace; null for none. */
function meanOf(stretches: readonly Stretch[]): Stretch | null {
  if (stretches.length === 0) return null;
  const mean = (of: (stretch: Stretch) => number) =>
    stretches.reduce((sum, stretch) => sum + of(stretch), 0) / stretches.length;
  return { from: 0, at: mean(({ from, at }) => at - from), steps: mean(({ steps }) => steps) };
}

/** The part of its steps that a stretch took after a time that lies before its end. */
function stepsSince({ from, at, steps }: Stretch, start: number): number {
  return at > from ? (steps * (at - Math.max(from, start))) / (at - from) : steps;
}
