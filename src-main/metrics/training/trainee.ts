/** One run while it trains together with others: its epochs, and which weights count. */
import type { TrainingSpec } from '#shared/domain/spec';
import type { ModelWeights } from '../context';
import type { EpochRow, RunState, TrajectoryPoint } from './run-state';
import { isBetter, StopWatch } from './stop-rules';

export class Trainee {
  readonly seed: number;
  /** Before the first step. */
  readonly initial: ModelWeights;
  readonly rows: EpochRow[] = [];
  readonly points: TrajectoryPoint[] = [];
  readonly #training: TrainingSpec;
  readonly #watch: StopWatch;
  #kept: RunState['kept'] = null;
  #divergedAt: number | null = null;
  #isOver = false;

  /** @param begun - what it was when it was put down; null for one that begins */
  constructor(
    { seed, initial }: { seed: number; initial: ModelWeights },
    training: TrainingSpec,
    begun: RunState | null,
  ) {
    this.seed = seed;
    this.initial = initial;
    this.#training = training;
    this.#watch = new StopWatch(training.stop);
    for (const row of begun?.rows ?? []) this.#see(row);
    this.#kept = begun?.kept ?? null;
    this.points.push(...(begun?.points ?? []));
  }

  /** Whether it has met its stop rule or has diverged: the others may go on. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** First epoch with a loss that is not finite; null for a run that did not diverge. */
  get divergedAt(): number | null {
    return this.#divergedAt;
  }

  /** The weights that count if the training ended now, and their epoch; null while these are the newest. */
  get kept(): RunState['kept'] {
    return this.#kept;
  }

  /** Takes an epoch's row: keeps the weights where they count, and ends where the rule says so. */
  take(row: EpochRow, weights: () => ModelWeights): void {
    const { weights: counts } = this.#training;
    const keep = () => (this.#kept = { epoch: row.epoch, weights: weights() });
    this.#see(row);
    if (this.#divergedAt !== null || (counts === 'final' && this.#isOver)) {
      // The others train on, and this model's row of the state with them.
      keep();
    } else if (counts !== 'final') {
      const quantity = counts === 'best-train-loss' ? 'trainLoss' : 'testLoss';
      const best = this.rows.find((other) => other.epoch === this.#kept?.epoch);
      if (isBetter(row[quantity], best?.[quantity] ?? null) || (this.#isOver && !best)) keep();
    }
  }

  #see(row: EpochRow): void {
    this.rows.push(row);
    if (row.trainLoss === null) this.#divergedAt = row.epoch;
    this.#isOver = row.trainLoss === null || this.#watch.isOver(row);
  }
}
