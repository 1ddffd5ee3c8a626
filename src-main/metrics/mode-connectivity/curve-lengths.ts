/** Lengths along a curve through weight space, and means over them. */
import { equalSteps } from '../linear-path';
import { curveCoefficients, withCorners, type Curve } from './curve-points';

/**
 * Euclidean distances between the points of a curve at neighbouring ts: their sum is the arc length of the polygon through them.
 *
 * From the inner products of ends and bends, so that many ts cost no more than a few; summed in float64.
 * @param ts - ascending
 * @returns one length less than there are ts, in weights
 * Checked in tests/reference/connectivity.test.ts. Never throws.
 */
export function segmentLengths(
  { kind, first, bends, last }: Curve,
  ts: readonly number[],
): number[] {
  // Coefficients sum to 1: a step is a sum of the differences to the first end.
  const others = [...bends, last];
  const products = others.map((a) => others.map((b) => productOfDifferences(first, a, b)));
  const steps = ts.slice(1).map((t, i) => {
    const before = curveCoefficients(kind, ts[i] as number, bends.length);
    return curveCoefficients(kind, t, bends.length).map((c, j) => c - (before[j] as number));
  });
  return steps.map(([, ...step]) => {
    let square = 0;
    for (const [i, row] of products.entries())
      for (const [j, product] of row.entries())
        square += (step[i] as number) * (step[j] as number) * product;
    return Math.sqrt(Math.max(0, square));
  });
}

/** (a - origin) . (b - origin) */
function productOfDifferences(origin: Float32Array, a: Float32Array, b: Float32Array): number {
  let total = 0;
  for (let i = 0; i < origin.length; i++) {
    const from = origin[i] as number;
    total += ((a[i] as number) - from) * ((b[i] as number) - from);
  }
  return total;
}

/** Steps of t that the arc length of a curve is summed over: its error falls as one over their square. */
const arcSteps = 1000;

/**
 * The arc length of a curve, in weights: exact for polygons, whose corners are among the ts, and to about 1e-6 of itself for Bezier
 * curves. Never throws.
 */
export function arcLength(curve: Curve): number {
  const ts = withCorners(curve, equalSteps(arcSteps + 1));
  return segmentLengths(curve, ts).reduce((total, length) => total + length, 0);
}

/**
 * The mean of values over the length of a curve, by the trapezoidal rule: each value weighs half of the segments beside it.
 * @param values - one more than there are lengths
 * @returns null where the curve has no length. Never throws.
 */
export function arcMean(values: readonly number[], lengths: readonly number[]): number | null {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0) return null;
  const weighted = lengths.reduce(
    (sum, length, i) => sum + (length * ((values[i] as number) + (values[i + 1] as number))) / 2,
    0,
  );
  return weighted / total;
}
