/** Kendall's rank correlation. */

/**
 * tau-b = (concordant - discordant) / sqrt((pairs - ties in x)(pairs - ties in y)) over all pairs of entries, -1 to 1.
 *
 * Discordant pairs are the exchanges of a merge sort by y of entries in the order of x.
 * @param xs - finite, as many as `ys`
 * @returns NaN where a list is constant. Never throws.
 * Cost: n log n. Source: Kendall 1945; Knight 1966; checked in tests/unit/domain/correlation.test.ts
 */
export function kendall(xs: readonly number[], ys: readonly number[]): number {
  const n = xs.length;
  const x = (i: number) => xs[i] as number;
  const y = (i: number) => ys[i] as number;
  const order = [...xs.keys()].sort((a, b) => x(a) - x(b) || y(a) - y(b));
  const sorted = order.map(y);
  const tiedInX = tiedPairs(order, (a, b) => x(a) === x(b));
  const tiedInBoth = tiedPairs(order, (a, b) => x(a) === x(b) && y(a) === y(b));
  const exchanges = sortCounting(sorted);
  const tiedInY = tiedPairs(sorted, (a, b) => a === b);
  const pairs = (n * (n - 1)) / 2;
  const balance = pairs - tiedInX - tiedInY + tiedInBoth - 2 * exchanges;
  // Rounding may lead a little outside.
  return Math.max(
    -1,
    Math.min(1, balance / Math.sqrt(pairs - tiedInX) / Math.sqrt(pairs - tiedInY)),
  );
}

/** Pairs inside of runs of equal neighbours. */
function tiedPairs<T>(entries: readonly T[], isEqual: (a: T, b: T) => boolean): number {
  let total = 0;
  let run = 0;
  for (let i = 1; i < entries.length; i++) {
    run = isEqual(entries[i - 1] as T, entries[i] as T) ? run + 1 : 0;
    total += run;
  }
  return total;
}

/** Sorts in place. @returns how many pairs stood in falling order */
function sortCounting(values: number[]): number {
  let exchanges = 0;
  let from = values;
  for (let width = 1; width < values.length; width *= 2) {
    const merged: number[] = [];
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      while (left < middle || right < end) {
        const takesLeft =
          right >= end || (left < middle && (from[left] as number) <= (from[right] as number));
        if (!takesLeft) exchanges += middle - left;
        merged.push(from[takesLeft ? left++ : right++] as number);
      }
    }
    from = merged;
  }
  from.forEach((value, i) => (values[i] = value));
  return exchanges;
}
