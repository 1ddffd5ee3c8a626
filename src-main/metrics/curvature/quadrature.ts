/** Stochastic Lanczos quadrature: the spectrum of a matrix as random vectors see it, several models and vectors in step. */
import type { BatchedProduct } from './extremes';
import { rademacher } from './hutchinson';
import { LanczosRecurrence } from './lanczos';

/** A quadrature rule of the spectrum, of one random vector v: sum of weight f(node) stands for v'f(H)v / v'v. */
export interface Quadrature {
  /** Eigenvalues of the tridiagonal matrix, ascending. */
  readonly nodes: Float64Array;
  /** Squared first components of its eigenvectors; their sum is 1. */
  readonly weights: Float64Array;
}

/**
 * Quadratures of each of S symmetric matrices from Rademacher vectors, all advanced by the same calls.
 *
 * Exact for polynomials of degree up to 2 `steps` - 1; fewer steps where an invariant subspace is found before. The mean over vectors
 * has the spectral density's expectation: moment k is trace(H^k) / P. Vectors are those of the stream `probe` of `seed`.
 * @returns [S][probes]
 * Cost: steps x probes products, and 4 steps^2 P operations for each vector; 8 steps P bytes for each vector.
 * Source: Golub and Welsch 1969; Ghorbani, Krishnan and Xiao 2019; checked in tests/reference/curvature.test.ts
 */
export async function stochasticQuadrature(
  product: BatchedProduct,
  {
    models,
    size,
    seed,
    steps,
    probes,
  }: { models: number; size: number; seed: number; steps: number; probes: number },
): Promise<Quadrature[][]> {
  const starts = Array.from({ length: probes }, (_, k) => rademacher(size, seed, k));
  const recurrences = Array.from({ length: models }, () =>
    starts.map((start) => new LanczosRecurrence(start, { inBlocks: true })),
  );
  for (let step = 0; step < steps; step++) {
    const isWanted = recurrences.map((own) => own.some((recurrence) => !recurrence.isExhausted));
    if (!isWanted.includes(true)) break;
    const vectors = recurrences.map((own) => own.map((recurrence) => recurrence.vector));
    const products = await product(vectors, isWanted);
    recurrences.forEach((own, s) => {
      own.forEach((recurrence, k) => {
        if (!recurrence.isExhausted) recurrence.advance(products[s]?.[k] as Float32Array);
      });
    });
  }
  return recurrences.map((own) =>
    own.map((recurrence) => {
      const { values, first } = recurrence.spectrum();
      return { nodes: values, weights: first.map((component) => component * component) };
    }),
  );
}

/** Sum of weight f(node). Never throws. */
export function integrate({ nodes, weights }: Quadrature, f: (node: number) => number): number {
  let total = 0;
  for (let i = 0; i < nodes.length; i++) total += (weights[i] as number) * f(nodes[i] as number);
  return total;
}
