/** Lanczos with full reorthogonalisation for one symmetric matrix, one product at a time, so that several can go in step. */
import { tridiagonalSpectrum, type TridiagonalSpectrum } from '#main/engine/tridiagonal';
import { removeInBlocks, removeOneByOne } from './reorthogonalise';
import { dot, norm, scale, subtract } from './vectors';

export interface RitzValue {
  readonly value: number;
  /** ||H y - value y|| for the normalised Ritz vector y: an eigenvalue lies within this distance. */
  readonly residual: number;
}

/**
 * The Lanczos recurrence in float64: give the product with `vector` to `advance`, again and again.
 *
 * After k products T_k is tridiagonal with `alphas` and `betas`; its eigenvalues are the Ritz values.
 * Cost per product: 4 k P operations for the reorthogonalisation, 8 k P bytes for the basis.
 * Source: Lanczos 1950; Golub and Van Loan, Matrix Computations, 10.1; checked in tests/reference/curvature.test.ts
 */
export class LanczosRecurrence {
  readonly alphas: number[] = [];
  /** betas[k] is the norm of what is left after step k; one longer than the off-diagonal of T_k. */
  readonly betas: number[] = [];
  readonly #basis: Float64Array[];
  readonly #remove: typeof removeOneByOne;

  /**
   * @param start - [P], not zero
   * @param inBlocks - makes orthogonal to four vectors at a time, as exact and three times as fast; other last digits
   */
  constructor(start: ArrayLike<number>, { inBlocks = false }: { inBlocks?: boolean } = {}) {
    this.#remove = inBlocks ? removeInBlocks : removeOneByOne;
    const vector = new Float64Array(start);
    scale(vector, 1 / norm(vector));
    this.#basis = [vector];
  }

  /** The unit vector to multiply next. */
  get vector(): Float64Array {
    return this.#basis[this.#basis.length - 1] as Float64Array;
  }

  /** An invariant subspace was found: the Ritz values are exact and there is no next vector. */
  get isExhausted(): boolean {
    const scaleOfT = Math.max(...this.alphas.map(Math.abs), ...this.betas);
    return (
      (this.betas.at(-1) ?? Infinity) <= 1e-12 * scaleOfT ||
      this.alphas.length >= this.vector.length
    );
  }

  /** Takes H times `vector`. @param product - [P] */
  advance(product: ArrayLike<number>): void {
    const w = new Float64Array(product);
    const k = this.#basis.length - 1;
    const alpha = dot(w, this.#basis[k] as Float64Array);
    this.alphas.push(alpha);
    // Against the newest vector, every earlier one, and the newest again: takes out alpha and beta too.
    subtract(w, this.#basis[k] as Float64Array, alpha);
    this.#remove(w, this.#basis, k);
    subtract(w, this.#basis[k] as Float64Array, dot(w, this.#basis[k] as Float64Array));
    const beta = norm(w);
    this.betas.push(beta);
    if (this.isExhausted) return;
    scale(w, 1 / beta);
    this.#basis.push(w);
  }

  spectrum(): TridiagonalSpectrum {
    return tridiagonalSpectrum(this.alphas, this.betas.slice(0, -1));
  }

  /** The unit vector of the whole space with these coordinates in the basis: a Ritz vector, of an eigenvector of T_k. [P] */
  combine(coordinates: ArrayLike<number>): Float64Array {
    const y = new Float64Array(this.vector.length);
    for (let j = 0; j < coordinates.length; j++)
      subtract(y, this.#basis[j] as Float64Array, -(coordinates[j] as number));
    scale(y, 1 / norm(y));
    return y;
  }

  /** The smallest and largest Ritz values with their residuals. */
  extremes(): { top: RitzValue; bottom: RitzValue } {
    const { values, last } = this.spectrum();
    const beta = this.isExhausted ? 0 : (this.betas.at(-1) as number);
    const ritz = (i: number): RitzValue => ({
      value: values[i] as number,
      residual: beta * Math.abs(last[i] as number),
    });
    return { top: ritz(values.length - 1), bottom: ritz(0) };
  }
}
