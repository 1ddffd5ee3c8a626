/** Linear centred kernel alignment of two representations of the same samples, from sums that batches can be left out of. */
import type { Representation } from '../representation';
import { jackknifeError } from './jackknife';

/** Sums over samples of two representations: all that linear CKA needs. Sums of batches add up. */
interface Moments {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** X'X, Y'Y and Y'X, row-major. */
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly yx: Float64Array;
}

export interface CkaEstimate {
  readonly value: number;
  /** Jackknife standard error over batches; null with fewer than two batches. */
  readonly standardError: number | null;
  readonly batches: number;
}

/**
 * Linear CKA with the biased HSIC: ||Yc'Xc||_F^2 / (||Xc'Xc||_F ||Yc'Yc||_F), Xc and Yc with column means removed; in 0..1.
 *
 * Invariant under rotation and uniform scaling of either side. The standard error leaves out each batch of `batchSize`
 * rows in turn: how much the value depends on the samples.
 * @returns null when a representation is constant over the samples
 * Cost: rows times columns squared. Source: Kornblith et al. 2019; checked in tests/reference/similarity.test.ts
 */
export function linearCka(
  x: Representation,
  y: Representation,
  batchSize = x.rows,
): CkaEstimate | null {
  if (isConstant(x) || isConstant(y)) return null;
  // Shifting by the first row changes nothing but keeps the subtraction of means from cancelling digits.
  const [a, b] = [shifted(x), shifted(y)];
  const parts: Moments[] = [];
  for (let from = 0; from < x.rows; from += batchSize)
    parts.push(momentsOf(a, b, { from, to: Math.min(from + batchSize, x.rows) }));
  const all = parts.reduce((sum, part) => combine(sum, part, 1));
  const value = ckaOf(all);
  if (value === null) return null;
  const without = parts.length < 2 ? [] : parts.map((part) => ckaOf(combine(all, part, -1)));
  return { value, standardError: jackknifeError(without), batches: parts.length };
}

function isConstant({ rows, columns, data }: Representation): boolean {
  for (let i = columns; i < rows * columns; i++) if (data[i] !== data[i % columns]) return false;
  return true;
}

function shifted({ rows, columns, data }: Representation): Representation {
  const result = new Float64Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++)
      result[r * columns + c] = (data[r * columns + c] as number) - (data[c] as number);
  }
  return { rows, columns, data: result };
}

function momentsOf(
  x: Representation,
  y: Representation,
  { from, to }: { from: number; to: number },
): Moments {
  const sums = (z: Representation) => {
    const total = new Float64Array(z.columns);
    for (let r = from; r < to; r++)
      for (let c = 0; c < z.columns; c++)
        total[c] = (total[c] as number) + (z.data[r * z.columns + c] as number);
    return total;
  };
  const products = (b: Representation, a: Representation) => {
    const total = new Float64Array(b.columns * a.columns);
    for (let r = from; r < to; r++) {
      for (let j = 0; j < b.columns; j++) {
        const v = b.data[r * b.columns + j] as number;
        const row = j * a.columns;
        const at = r * a.columns;
        for (let i = 0; i < a.columns; i++)
          total[row + i] = (total[row + i] as number) + v * (a.data[at + i] as number);
      }
    }
    return total;
  };
  return {
    count: to - from,
    x: sums(x),
    y: sums(y),
    xx: products(x, x),
    yy: products(y, y),
    yx: products(y, x),
  };
}

function combine(a: Moments, b: Moments, sign: 1 | -1): Moments {
  const join = (p: Float64Array, q: Float64Array) => p.map((v, i) => v + sign * (q[i] as number));
  return {
    count: a.count + sign * b.count,
    x: join(a.x, b.x),
    y: join(a.y, b.y),
    xx: join(a.xx, b.xx),
    yy: join(a.yy, b.yy),
    yx: join(a.yx, b.yx),
  };
}

function ckaOf(m: Moments): number | null {
  // A single sample is its own mean: what is left is rounding.
  if (m.count < 2) return null;
  const self = Math.sqrt(centredNormSquared(m.xx, m.x, m) * centredNormSquared(m.yy, m.y, m, m.y));
  return self > 0 ? centredNormSquared(m.yx, m.x, m, m.y) / self : null;
}

/** ||P - rows columns' / n||_F^2: the squared norm of a product of centred matrices. */
function centredNormSquared(
  product: Float64Array,
  columns: Float64Array,
  { count }: Moments,
  rows: Float64Array = columns,
): number {
  let total = 0;
  for (let j = 0; j < rows.length; j++) {
    for (let i = 0; i < columns.length; i++) {
      const v =
        (product[j * columns.length + i] as number) -
        ((rows[j] as number) * (columns[i] as number)) / count;
      total += v * v;
    }
  }
  return total;
}
