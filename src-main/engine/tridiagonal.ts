/** Eigenvalues of symmetric tridiagonal matrices, with the parts of the eigenvectors that Lanczos needs. */
import { NotConvergedError } from '#shared/errors';

export interface TridiagonalSpectrum {
  /** Ascending. */
  readonly values: Float64Array;
  /** First component of each normalised eigenvector. */
  readonly first: Float64Array;
  /** Last component of each normalised eigenvector. */
  readonly last: Float64Array;
}

/** LAPACK allows 30 sweeps per eigenvalue; more means the input is not finite. */
const mostSweeps = 30;

/**
 * The spectrum of the symmetric tridiagonal matrix with the given diagonal [m] and off-diagonal [m - 1].
 *
 * Implicit QL with Wilkinson shifts, carrying only the first and last rows of the eigenvectors: O(m^2).
 * @throws NotConvergedError when entries are not finite
 * Source: EISPACK tql2 (Bowdler, Martin, Reinsch and Wilkinson 1968); checked in tests/reference/curvature.test.ts
 */
export function tridiagonalSpectrum(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
): TridiagonalSpectrum {
  const m = diagonal.length;
  const first = new Float64Array(m);
  const last = new Float64Array(m);
  first[0] = 1;
  last[m - 1] = 1;
  const { values, order } = diagonalise(diagonal, offDiagonal, [first, last]);
  const sorted = (x: Float64Array) => Float64Array.from(order, (i) => x[i] as number);
  return { values: sorted(values), first: sorted(first), last: sorted(last) };
}

/**
 * Eigenvalues, ascending, with whole normalised eigenvectors [m] of the same matrix: O(m^3).
 * @throws NotConvergedError when entries are not finite
 * Source: as `tridiagonalSpectrum`; checked in tests/unit/metrics/eigenvectors.test.ts
 */
export function tridiagonalEigenvectors(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
): { readonly values: Float64Array; readonly vectors: readonly Float64Array[] } {
  const m = diagonal.length;
  const rows = Array.from({ length: m }, (_, i) => {
    const row = new Float64Array(m);
    row[i] = 1;
    return row;
  });
  const { values, order } = diagonalise(diagonal, offDiagonal, rows);
  return {
    values: Float64Array.from(order, (i) => values[i] as number),
    vectors: order.map((i) => Float64Array.from(rows, (row) => row[i] as number)),
  };
}

/** Eigenvalues, with the order that sorts them; `rows` of the unit matrix become those of the eigenvectors, side by side. */
function diagonalise(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
  rows: readonly Float64Array[],
): { values: Float64Array; order: number[] } {
  const m = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = new Float64Array(m);
  for (let i = 0; i < m - 1; i++) e[i] = offDiagonal[i] as number;
  for (let l = 0; l < m; l++) {
    for (let sweep = 0; ; sweep++) {
      const split = firstSplit(d, e, l);
      if (split === l) break;
      if (sweep === mostSweeps)
        throw new NotConvergedError(
          `tridiagonal: entries must be finite, got eigenvalue ${l} not settled after ${mostSweeps} sweeps; check the products`,
        );
      qlSweep({ d, e, rows }, l, split);
    }
  }
  const order = Array.from(d.keys()).sort((a, b) => (d[a] as number) - (d[b] as number));
  return { values: d, order };
}

/** The first index from `l` on whose off-diagonal is negligible. */
function firstSplit(d: Float64Array, e: Float64Array, l: number): number {
  for (let i = l; i < d.length - 1; i++) {
    const scale = Math.abs(d[i] as number) + Math.abs(d[i + 1] as number);
    if (Math.abs(e[i] as number) <= Number.EPSILON * scale) return i;
  }
  return d.length - 1;
}

function qlSweep(
  { d, e, rows }: { d: Float64Array; e: Float64Array; rows: readonly Float64Array[] },
  l: number,
  split: number,
): void {
  const at = (x: Float64Array, i: number) => x[i] as number;
  let g = (at(d, l + 1) - at(d, l)) / (2 * at(e, l));
  let r = Math.hypot(g, 1);
  g = at(d, split) - at(d, l) + at(e, l) / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = split - 1; i >= l; i--) {
    const f = s * at(e, i);
    const b = c * at(e, i);
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // Underflow split the matrix: begin again on the smaller part.
      d[i + 1] = at(d, i + 1) - p;
      e[split] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = at(d, i + 1) - p;
    r = (at(d, i) - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    for (const row of rows) {
      const next = at(row, i + 1);
      row[i + 1] = s * at(row, i) + c * next;
      row[i] = c * at(row, i) - s * next;
    }
  }
  d[l] = at(d, l) - p;
  e[l] = g;
  e[split] = 0;
}
