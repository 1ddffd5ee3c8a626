/** Products of all rows of a tall matrix with each other. */

/**
 * Adds J J' to the lower triangle of `total` [n, n], summed in float64.
 * @param j - [n, columns], row-major
 * Cost: n^2 columns / 2 products, four rows with four at a time.
 */
export function addGram(total: Float64Array, j: Float32Array, n: number): void {
  const columns = j.length / n;
  for (let a = 0; a < n; a += 2)
    for (let b = 0; b <= a + 1; b += 2) addBlock(total, { j, n, columns }, a, b);
}

/** Rows a, a + 1 with rows b, b + 1, as far as they are there. */
function addBlock(
  total: Float64Array,
  { j, n, columns }: { j: Float32Array; n: number; columns: number },
  a: number,
  b: number,
): void {
  const a0 = a * columns;
  const a1 = Math.min(a + 1, n - 1) * columns;
  const b0 = b * columns;
  const b1 = Math.min(b + 1, n - 1) * columns;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let k = 0; k < columns; k++) {
    const x0 = j[a0 + k] as number;
    const x1 = j[a1 + k] as number;
    const y0 = j[b0 + k] as number;
    const y1 = j[b1 + k] as number;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s10 += x1 * y0;
    s11 += x1 * y1;
  }
  const add = (row: number, column: number, value: number) => {
    if (row < n && column <= row)
      total[row * n + column] = (total[row * n + column] as number) + value;
  };
  add(a, b, s00);
  add(a, b + 1, s01);
  add(a + 1, b, s10);
  add(a + 1, b + 1, s11);
}
