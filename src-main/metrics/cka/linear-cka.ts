/** Linear centred kernel alignment of two representations of the same samples. */

export interface Representation {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: one row per sample. */
  readonly data: Float64Array;
}

/**
 * Linear CKA with the biased HSIC: ||Yc'Xc||_F^2 / (||Xc'Xc||_F ||Yc'Yc||_F), Xc and Yc with column means removed; in 0..1.
 *
 * Invariant under rotation and uniform scaling of either side.
 * @returns null when a representation is constant over the samples
 * Cost: rows times columns squared. Source: Kornblith et al. 2019; checked in tests/reference/similarity.test.ts
 */
export function linearCka(x: Representation, y: Representation): number | null {
  const a = centred(x);
  const b = centred(y);
  const self = Math.sqrt(crossNormSquared(a, a)) * Math.sqrt(crossNormSquared(b, b));
  if (self === 0 || isConstant(x) || isConstant(y)) return null;
  return crossNormSquared(a, b) / self;
}

/** Softmax of each row. */
export function softmaxRows(x: Representation): Representation {
  const data = new Float64Array(x.data.length);
  for (let r = 0; r < x.rows; r++) {
    const row = x.data.subarray(r * x.columns, (r + 1) * x.columns);
    const largest = row.reduce((p, q) => Math.max(p, q), -Infinity);
    const total = row.reduce((sum, v) => sum + Math.exp(v - largest), 0);
    row.forEach((v, c) => { data[r * x.columns + c] = Math.exp(v - largest) / total; });
  }
  return { ...x, data };
}

function isConstant({ rows, columns, data }: Representation): boolean {
  for (let i = columns; i < rows * columns; i++) if (data[i] !== data[i % columns]) return false;
  return true;
}

function centred(x: Representation): Representation {
  const means = new Float64Array(x.columns);
  x.data.forEach((v, i) => { means[i % x.columns] = (means[i % x.columns] as number) + v / x.rows; });
  return { ...x, data: x.data.map((v, i) => v - (means[i % x.columns] as number)) };
}

/** ||B'A||_F^2. */
function crossNormSquared(a: Representation, b: Representation): number {
  const product = new Float64Array(a.columns * b.columns);
  for (let r = 0; r < a.rows; r++) {
    for (let j = 0; j < b.columns; j++) {
      const v = b.data[r * b.columns + j] as number;
      for (let i = 0; i < a.columns; i++) {
        const at = j * a.columns + i;
        product[at] = (product[at] as number) + v * (a.data[r * a.columns + i] as number);
      }
    }
  }
  return product.reduce((total, v) => total + v * v, 0);
}
