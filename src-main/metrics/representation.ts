/** What networks answer to the same samples, as rows in float64. */

export interface Representation {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: one row per sample. */
  readonly data: Float64Array;
}

/** Softmax of each row. */
export function softmaxRows(x: Representation): Representation {
  const data = new Float64Array(x.data.length);
  for (let r = 0; r < x.rows; r++) {
    const from = r * x.columns;
    let largest = -Infinity;
    for (let c = 0; c < x.columns; c++) largest = Math.max(largest, x.data[from + c] as number);
    let total = 0;
    for (let c = 0; c < x.columns; c++)
      total += data[from + c] = Math.exp((x.data[from + c] as number) - largest);
    for (let c = 0; c < x.columns; c++) data[from + c] = (data[from + c] as number) / total;
  }
  return { ...x, data };
}
