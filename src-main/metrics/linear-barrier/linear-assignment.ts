/** Linear assignment: which of n columns each of n rows takes, so that the total score is largest. */

/**
 * The permutation p with the largest sum_i scores[i, p[i]].
 *
 * Shortest augmenting paths with dual prices: each row in turn is given a column along the cheapest chain of changes. Exact, up to
 * rounding in float64. Among equal totals one is chosen, always the same.
 * @param scores - [n, n], row by row, finite
 * Cost: n^3 steps at most. Source: Jonker and Volgenant 1987, in the form without its initialisation; checked against all permutations
 * in tests/laws/linear-assignment.test.ts. Never throws.
 */
export function assignLargest(scores: Float64Array, n: number): Int32Array {
  const columnOf = new Int32Array(n).fill(-1);
  const rowOf = new Int32Array(n).fill(-1);
  const prices = { row: new Float64Array(n), column: new Float64Array(n) };
  for (let row = 0; row < n; row++) {
    const { before, free } = cheapestPath(row, { scores, n, rowOf, prices });
    // The chain from the free column back to the row: each row on it takes the column that led on.
    for (let column = free, taken = -1; taken !== row;) {
      taken = before[column] as number;
      rowOf[column] = taken;
      const left = columnOf[taken] as number;
      columnOf[taken] = column;
      column = left;
    }
  }
  return columnOf;
}

interface Assignment {
  readonly scores: Float64Array;
  readonly n: number;
  /** The row that has a column, or -1. */
  readonly rowOf: Int32Array;
  readonly prices: { readonly row: Float64Array; readonly column: Float64Array };
}

/** Dijkstra's search over reduced costs from a row to the nearest column that no row has; prices are raised so that they stay valid. */
function cheapestPath(
  start: number,
  { scores, n, rowOf, prices }: Assignment,
): { before: Int32Array; free: number } {
  const distance = new Float64Array(n).fill(Infinity);
  const before = new Int32Array(n).fill(-1);
  const isReached = new Uint8Array(n);
  const reached: number[] = [];
  let row = start;
  let shortest = 0;
  for (;;) {
    const base = shortest - (prices.row[row] as number);
    let nearest = -1;
    let least = Infinity;
    for (let column = 0; column < n; column++) {
      if (isReached[column]) continue;
      const through =
        base - (scores[row * n + column] as number) - (prices.column[column] as number);
      if (through < (distance[column] as number)) {
        distance[column] = through;
        before[column] = row;
      }
      if ((distance[column] as number) < least) {
        least = distance[column] as number;
        nearest = column;
      }
    }
    shortest = least;
    isReached[nearest] = 1;
    const owner = rowOf[nearest] as number;
    if (owner === -1) {
      raisePrices(reached, { start, shortest, distance, rowOf, prices });
      return { before, free: nearest };
    }
    reached.push(nearest);
    row = owner;
  }
}

function raisePrices(
  reached: readonly number[],
  {
    start,
    shortest,
    distance,
    rowOf,
    prices,
  }: Pick<Assignment, 'rowOf' | 'prices'> & {
    start: number;
    shortest: number;
    distance: Float64Array;
  },
): void {
  prices.row[start] = (prices.row[start] as number) + shortest;
  for (const column of reached) {
    const by = shortest - (distance[column] as number);
    const owner = rowOf[column] as number;
    prices.row[owner] = (prices.row[owner] as number) + by;
    prices.column[column] = (prices.column[column] as number) - by;
  }
}

/**
 * The same among permutations that move `blocks` equal blocks of neighbours as wholes and change places inside of each: the best
 * assignment inside of every two blocks, and then that of the blocks.
 * @param blocks - divides n; 1 and n allow every permutation
 */
export function assignBlocks(scores: Float64Array, n: number, blocks: number): Int32Array {
  if (blocks === 1 || blocks === n) return assignLargest(scores, n);
  const size = n / blocks;
  const inside: Int32Array[] = [];
  const totals = new Float64Array(blocks * blocks);
  for (let a = 0; a < blocks; a++)
    for (let b = 0; b < blocks; b++) {
      const part = Float64Array.from({ length: size * size }, (_, k) => {
        const [row, column] = [a * size + Math.floor(k / size), b * size + (k % size)];
        return scores[row * n + column] as number;
      });
      const chosen = assignLargest(part, size);
      inside.push(chosen);
      totals[a * blocks + b] = totalScore(part, chosen);
    }
  const outside = assignLargest(totals, blocks);
  return Int32Array.from({ length: n }, (_, i) => {
    const [block, unit] = [Math.floor(i / size), i % size];
    const other = outside[block] as number;
    return other * size + (inside[block * blocks + other]?.[unit] as number);
  });
}

/** sum_i scores[i, p[i]] */
export function totalScore(scores: Float64Array, permutation: Int32Array): number {
  const n = permutation.length;
  return permutation.reduce(
    (total, column, row) => total + (scores[row * n + column] as number),
    0,
  );
}
