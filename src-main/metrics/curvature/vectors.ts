/** Vectors of float64: what Lanczos and its relatives do with them. */

/** Inner product. Four partial sums let the processor work ahead; the order is fixed, so the result is the same on every run. */
export function dot(a: Float64Array, b: Float64Array): number {
  const end = a.length - (a.length % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < end; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (let i = end; i < a.length; i++) s0 += (a[i] as number) * (b[i] as number);
  return s0 + s1 + (s2 + s3);
}

/** Euclidean length. Never throws. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** a <- factor a, in place. Never throws. */
export function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) * factor;
}

/** a <- a - factor b, in place. Never throws. */
export function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) - factor * (b[i] as number);
}
