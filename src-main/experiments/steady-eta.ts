/** Remaining times that do not jump: what was said before, less the time since, is drawn slowly to what is known now. */

/** In this time, or this part of what is left where that is less, a wrong expectation loses most of its weight. */
const settleMs = 8_000;
const settlePart = 1 / 4;
/** A new estimate that differs by more than this factor is believed at once: something has changed. */
const jumpFactor = 2;

export class SteadyEta {
  readonly #now: () => number;
  readonly #said = new Map<string, { at: number; ms: number }>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * What to say now.
   *
   * Definition: with t since the last time, expected = last - t and said = expected + (estimate - expected) (1 - exp(-t / s)), s a quarter
   * of the estimate and 8 s at most, so that a short remainder is not told as none; the estimate itself the first time and where it is off by more than a factor of two and ten seconds.
   */
  steady(experimentId: string, estimateMs: number | null): number | null {
    if (estimateMs === null) {
      this.#said.delete(experimentId);
      return null;
    }
    const at = this.#now();
    const last = this.#said.get(experimentId);
    const ms = last ? blend(last.ms - (at - last.at), estimateMs, at - last.at) : estimateMs;
    this.#said.set(experimentId, { at, ms });
    return Math.round(Math.max(0, ms));
  }
}

function blend(expectedMs: number, estimateMs: number, sinceMs: number): number {
  const expected = Math.max(0, expectedMs);
  const isOther =
    Math.max(expected, estimateMs) > jumpFactor * Math.min(expected, estimateMs) &&
    Math.abs(expected - estimateMs) > 10_000;
  if (isOther) return estimateMs;
  const settle = Math.max(1, Math.min(settleMs, settlePart * estimateMs));
  return expected + (estimateMs - expected) * (1 - Math.exp(-sinceMs / settle));
}
