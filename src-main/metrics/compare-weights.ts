/** How two weight vectors lie to one another. */

export interface WeightComparison {
  /** ||a - b||_2 */
  readonly distance: number;
  /** ||a||_2 and ||b||_2 */
  readonly norms: readonly [number, number];
  /** a'b / (||a||_2 ||b||_2), -1 to 1; null where a norm is 0. */
  readonly cosine: number | null;
}

/**
 * Distance, norms and angle of two weight vectors [P], summed in float64.
 * Never throws. Checked in tests/reference/similarity.test.ts
 */
export function compareWeights(a: ArrayLike<number>, b: ArrayLike<number>): WeightComparison {
  let [apart, inner, aa, bb] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    apart += (x - y) ** 2;
    inner += x * y;
    aa += x * x;
    bb += y * y;
  }
  const norms = [Math.sqrt(aa), Math.sqrt(bb)] as const;
  const product = norms[0] * norms[1];
  // Rounding may lead a little outside.
  const cosine = product > 0 ? Math.max(-1, Math.min(1, inner / product)) : null;
  return { distance: Math.sqrt(apart), norms, cosine };
}
