/** A mean over samples that come one after another. */

export interface MeanEstimate {
  readonly mean: number;
  /** Sample standard deviation over the square root of the count; null for a single sample. */
  readonly standardError: number | null;
  readonly count: number;
}

/**
 * Mean and standard error of a mean in one pass, in float64.
 * Source: Welford 1962
 */
export class RunningMean {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    const step = value - this.#mean;
    this.#mean += step / this.#count;
    this.#squares += step * (value - this.#mean);
  }

  /** @returns NaN for a mean of no values, and where one was not finite. Never throws. */
  get estimate(): MeanEstimate {
    const count = this.#count;
    const standardError = count < 2 ? null : Math.sqrt(this.#squares / (count - 1) / count);
    return { mean: count === 0 ? NaN : this.#mean, standardError, count };
  }
}
