/** The Hilbert-Schmidt independence criterion of two kernels over the same samples, from their Gram matrices. */
import type { Representation } from '../representation';

export const hsicKinds = ['biased', 'debiased'] as const;
export type HsicKind = (typeof hsicKinds)[number];

/** Inner products of the rows of a representation. */
export interface Gram {
  readonly rows: number;
  /** [rows, rows], symmetric. */
  readonly data: Float64Array | Float32Array;
}

/** Xc Xc' of X, Xc with column means removed. Cost: half of rows squared times columns. */
export function gramOf({ rows, columns, data }: Representation): Gram {
  const centred = Float64Array.from(data);
  for (let c = 0; c < columns; c++) {
    // Around the first row, so that a constant column is 0 exactly.
    const first = data[c] as number;
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += ((data[r * columns + c] as number) - first) / rows;
    for (let r = 0; r < rows; r++)
      centred[r * columns + c] = (data[r * columns + c] as number) - first - mean;
  }
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let c = 0; c < columns; c++)
        product += (centred[i * columns + c] as number) * (centred[j * columns + c] as number);
      gram[i * rows + j] = gram[j * rows + i] = product;
    }
  return { rows, data: gram };
}

/** Half-open range of samples that are left out. */
export type LeftOut = readonly [from: number, to: number];

/** Fewest samples that each kind has a value for. */
export const fewestSamples: Readonly<Record<HsicKind, number>> = { biased: 2, debiased: 4 };

/**
 * HSIC of two kernels over the n samples that are not left out.
 *
 * Definition: `biased`, tr(K H L H) / (n - 1)^2 with H = I - 11'/n; `debiased`, [tr(K~L~) + 1'K~1 1'L~1 / ((n - 1)(n - 2)) -
 * 2 / (n - 2) 1'K~L~1] / (n (n - 3)), K~ and L~ with zero diagonals, whose mean over samples is that of the population: it may be
 * negative. Neither changes when features are shifted.
 * @returns null for fewer samples than `fewestSamples`. Never throws.
 * Cost: n squared.
 * Source: Gretton et al. 2005; Song et al. 2012; checked in tests/reference/similarity.test.ts
 */
export function hsic(k: Gram, l: Gram, kind: HsicKind, leftOut: LeftOut = [0, 0]): number | null {
  const n = k.rows - (leftOut[1] - leftOut[0]);
  if (n < fewestSamples[kind]) return null;
  const { products, both, sumK, sumL } = sumsOf(k, l, { withDiagonal: kind === 'biased', leftOut });
  return kind === 'biased'
    ? (products - (2 / n) * both + (sumK * sumL) / n ** 2) / (n - 1) ** 2
    : (products + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * both) / (n * (n - 3));
}

interface GramSums {
  /** tr(K L) */
  readonly products: number;
  /** 1'K L 1 */
  readonly both: number;
  readonly sumK: number;
  readonly sumL: number;
}

function sumsOf(
  { rows, data: k }: Gram,
  { data: l }: Gram,
  { withDiagonal, leftOut: [from, to] }: { withDiagonal: boolean; leftOut: LeftOut },
): GramSums {
  let [products, both, sumK, sumL] = [0, 0, 0, 0];
  const gap = to > from ? from : rows;
  for (let i = 0; i < rows; i++) {
    if (i >= from && i < to) continue;
    let [rowK, rowL, rowProducts] = [0, 0, 0];
    for (let j = 0; j < rows; j++) {
      if (j === gap) {
        j = to - 1;
        continue;
      }
      const a = k[i * rows + j] as number;
      const b = l[i * rows + j] as number;
      rowK += a;
      rowL += b;
      rowProducts += a * b;
    }
    if (!withDiagonal) {
      const a = k[i * rows + i] as number;
      const b = l[i * rows + i] as number;
      rowK -= a;
      rowL -= b;
      rowProducts -= a * b;
    }
    products += rowProducts;
    both += rowK * rowL;
    sumK += rowK;
    sumL += rowL;
  }
  return { products, both, sumK, sumL };
}
