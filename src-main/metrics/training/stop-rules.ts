/** When a run has trained enough. */
import type { TrainingSpec } from '#shared/domain/spec';
import type { EpochRow } from './run-state';

type StopRule = TrainingSpec['stop'];

/**
 * Looks at a run's epochs one after another, from epoch 0 on.
 *
 * none: never over. train-loss: the train loss is at most `below`. zero-training-error: every training sample is classified
 * right. loss-plateau: for `patience` epochs the train loss has not fallen below its least before by more than the tolerance
 * times the size of that. early-stop: for `patience` epochs the test loss has not fallen below its least before.
 */
export class StopWatch {
  readonly #rule: StopRule;
  #least = Infinity;
  #sinceLeast = 0;

  constructor(rule: StopRule) {
    this.#rule = rule;
  }

  /** Takes the next epoch's row. @returns whether training ends with it */
  isOver(row: EpochRow): boolean {
    const rule = this.#rule;
    switch (rule.name) {
      case 'none':
        return false;
      case 'train-loss':
        return row.trainLoss !== null && row.trainLoss <= rule.below;
      case 'zero-training-error':
        return row.trainAccuracy === 1;
      case 'loss-plateau':
        return this.#isStale(row.trainLoss, { factor: 1 - rule.tolerance, ...rule });
      case 'early-stop':
        return this.#isStale(row.testLoss, { factor: 1, ...rule });
      default:
        return rule satisfies never;
    }
  }

  #isStale(
    loss: number | null,
    { factor, patience }: { factor: number; patience: number },
  ): boolean {
    // Of an energy below 0 the fall is measured by its size, as that of a loss above 0.
    const part = this.#least < 0 ? 2 - factor : factor;
    if (loss !== null && loss < part * this.#least) {
      this.#least = loss;
      this.#sinceLeast = 0;
    } else {
      this.#sinceLeast++;
    }
    return this.#sinceLeast >= patience;
  }
}

/** Whether a loss is less than the least so far; null is worse than any. */
export function isBetter(loss: number | null, least: number | null): boolean {
  return loss !== null && (least === null || loss < least);
}
