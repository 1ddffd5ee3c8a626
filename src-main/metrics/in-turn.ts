/** One after another. */

/** What a function makes of each item, each begun when the one before is done: one model's arrays are in memory at a time. */
export async function inTurn<T, R>(
  items: readonly T[],
  make: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await make(item));
  return results;
}
