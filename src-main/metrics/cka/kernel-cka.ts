/** Centred kernel alignment of two representations from their Gram matrices. */
import { fewestSamples, hsic, type Gram, type HsicKind, type LeftOut } from './hsic';
import { jackknifeError } from './jackknife';
import type { CkaEstimate } from './linear-cka';

export interface KernelOptions {
  readonly kind: HsicKind;
  /** Rows that the standard error leaves out at a time. */
  readonly batchSize: number;
}

/** A Gram matrix with what a comparison with any other needs of it alone. */
export interface Kernel {
  readonly gram: Gram;
  /** HSIC with itself: of all samples, then without each batch. */
  readonly own: readonly (number | null)[];
}

/** Why there is no value. */
export interface Incomparable {
  readonly reason: string;
}

/** Prepares a Gram matrix for comparisons. */
export function kernelOf(gram: Gram, { kind, batchSize }: KernelOptions): Kernel {
  const parts = [undefined, ...batchesOf(gram.rows, batchSize)];
  return { gram, own: parts.map((leftOut) => hsic(gram, gram, kind, leftOut)) };
}

/**
 * HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)) over the same samples: linear CKA where K and L are Gram matrices of representations.
 *
 * Biased it is the same number as `linearCka`, in 0..1, too large for few samples of wide representations; debiased it is near 0 for
 * independent ones, and may be below. The standard error leaves out each batch of rows in turn.
 * @param x - of `kernelOf` with the same options
 * @returns a reason where a representation is constant or not finite, or has too few samples to be debiased. Never throws.
 * Cost: samples squared, times one more than the batches.
 * Source: Kornblith et al. 2019; Nguyen et al. 2021 for the debiased form; checked in tests/reference/similarity.test.ts
 */
export function kernelCka(
  x: Kernel,
  y: Kernel,
  { kind, batchSize }: KernelOptions,
): CkaEstimate | Incomparable {
  const { rows } = x.gram;
  for (const { gram } of [x, y]) {
    const trace = diagonalSum(gram);
    if (!Number.isFinite(trace)) return { reason: 'a representation is not finite' };
    if (trace === 0) return { reason: 'a representation is the same for every sample' };
  }
  if (rows < fewestSamples[kind])
    return {
      reason: `the ${kind} HSIC needs at least ${fewestSamples[kind]} samples, got ${rows}`,
    };
  const parts = [undefined, ...batchesOf(rows, batchSize)];
  const [value = null, ...without] = parts.map((leftOut, i) => {
    const own = (x.own[i] ?? 0) * (y.own[i] ?? 0);
    const isPositive = (x.own[i] ?? 0) > 0 && own > 0;
    const cross = isPositive ? hsic(x.gram, y.gram, kind, leftOut) : null;
    return cross === null ? null : cross / Math.sqrt(own);
  });
  if (value === null)
    return {
      reason: `the ${kind} HSIC of a representation with itself is not above 0: too few samples`,
    };
  const batches = Math.max(1, without.length);
  return { value, standardError: jackknifeError(without), batches };
}

/** Half-open ranges of rows; none where there is a single batch, which cannot be left out. */
function batchesOf(rows: number, size: number): LeftOut[] {
  if (size >= rows) return [];
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => [
    i * size,
    Math.min(rows, (i + 1) * size),
  ]);
}

function diagonalSum({ rows, data }: Gram): number {
  let total = 0;
  for (let i = 0; i < rows; i++) total += data[i * rows + i] as number;
  return total;
}
