/** The divergence of two distributions that is symmetric and bounded. */

/**
 * Jensen-Shannon divergence of two distributions over classes, nats.
 *
 * Definition: KL(p | m) / 2 + KL(q | m) / 2 with m = (p + q) / 2, natural logarithm, 0 ln 0 = 0: 0 for equal ones, ln 2 for those that
 * share no class. NaN where a probability is.
 * @param p - probabilities, summing to 1; not modified
 * @param q - as many
 * Never throws. Source: Lin 1991; checked in tests/reference/similarity.test.ts
 */
export function jensenShannon(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let total = 0;
  for (let c = 0; c < p.length; c++) {
    const [a, b] = [p[c] as number, q[c] as number];
    const middle = (a + b) / 2;
    if (a !== 0) total += a * Math.log(a / middle);
    if (b !== 0) total += b * Math.log(b / middle);
  }
  // Rounding may lead a little below 0.
  return total < 0 ? 0 : total / 2;
}

/** The position of the largest of some numbers, the first one where several are. */
export function largestPosition(values: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < values.length; c++)
    if ((values[c] as number) > (values[best] as number)) best = c;
  return best;
}
