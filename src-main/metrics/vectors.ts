/** Products of long vectors, summed in float64. */

/** Sum of a_i b_i. */
export function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** ||a||_2 */
export function euclideanNorm(a: ArrayLike<number>): number {
  return Math.sqrt(innerProduct(a, a));
}

/** a'b / (||a|| ||b||), within [-1, 1]; null where a vector is 0 or not finite. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const ratio = innerProduct(a, b) / (euclideanNorm(a) * euclideanNorm(b));
  return Number.isFinite(ratio) ? Math.min(1, Math.max(-1, ratio)) : null;
}
