/** Which seeds of a cell are compared or connected. */

/** Pairs of positions in `seeds` to connect: `ring` joins each seed with the next and closes, `first` is the first two. */
export function seedPairs(
  count: number,
  pairs: 'ring' | 'first' | 'all',
): readonly (readonly [number, number])[] {
  if (count < 2) return [];
  if (pairs === 'first' || (pairs === 'ring' && count === 2)) return [[0, 1]];
  if (pairs === 'ring')
    return Array.from({ length: count }, (_, i) => [i, (i + 1) % count] as const);
  const all: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) all.push([i, j]);
  return all;
}

/** Most seeds whose pairs are one task: a task is lost with a crash, so it must not grow with the square of the seeds. */
export const largestSeedBlock = 16;

/** Half-open range of positions in the seeds of a cell, in rising order. */
type SeedRange = readonly [from: number, to: number];

/**
 * The blocks of seeds whose pairs are measured by one task each: every pair within one block, or every pair across two. Together each
 * unordered pair once; few seeds are one block. Never throws.
 */
export function seedBlocks(count: number): readonly (readonly [SeedRange, SeedRange?])[] {
  if (count < 2) return [];
  const blocks = Math.ceil(count / largestSeedBlock);
  const start = (block: number) => Math.round((block * count) / blocks);
  const ranges = Array.from({ length: blocks }, (_, i): SeedRange => [start(i), start(i + 1)]);
  return ranges.flatMap((range, i) => [
    [range] as const,
    ...ranges.slice(i + 1).map((other) => [range, other] as const),
  ]);
}

/** How many blocks `seedBlocks` gives, without making them. */
export function seedBlockCount(count: number): number {
  const blocks = count < 2 ? 0 : Math.ceil(count / largestSeedBlock);
  return (blocks * (blocks + 1)) / 2;
}
