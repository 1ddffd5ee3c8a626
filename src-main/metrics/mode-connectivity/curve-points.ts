/** Points on a curve through weight space: of its ends and bends, how much of each is in the point at t. */

export const curveKinds = ['bezier', 'polygon'] as const;
export type CurveKind = (typeof curveKinds)[number];

/**
 * Coefficients of the first end, the bends and the last end at t, `bends` + 2 of them, which sum to 1.
 *
 * `bezier`: Bernstein polynomials, binomial(n, j) t^j (1-t)^(n-j) with n = bends + 1; with one bend (1-t)^2, 2t(1-t), t^2.
 * `polygon`: max(0, 1 - |n t - j|), straight from one point to the next, each leg in the same share of t.
 * Source: Garipov et al. 2018; checked in tests/reference/connectivity.test.ts. Never throws.
 */
export function curveCoefficients(kind: CurveKind, t: number, bends = 1): number[] {
  const n = bends + 1;
  return Array.from({ length: n + 1 }, (_, j) =>
    kind === 'bezier'
      ? binomial(n, j) * t ** j * (1 - t) ** (n - j)
      : Math.max(0, 1 - Math.abs(n * t - j)),
  );
}

function binomial(n: number, j: number): number {
  let value = 1;
  for (let i = 1; i <= j; i++) value = (value * (n - j + i)) / i;
  return value;
}

/** What makes a curve: its ends and the bends between them, [P] each, in order. */
export interface Curve {
  readonly kind: CurveKind;
  readonly first: Float32Array;
  readonly bends: readonly Float32Array[];
  readonly last: Float32Array;
}

/** phi(t), [P]: the sum of ends and bends with their coefficients. */
export function curvePoint({ kind, first, bends, last }: Curve, t: number): Float32Array {
  const coefficients = curveCoefficients(kind, t, bends.length);
  const sum = new Float64Array(first.length);
  for (const [j, point] of [first, ...bends, last].entries()) {
    const coefficient = coefficients[j] as number;
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + coefficient * (point[i] as number);
  }
  return Float32Array.from(sum);
}

/** The given ts and, of a polygon, those of its corners, where its loss and its direction turn; ascending, each once. */
export function withCorners(
  { kind, bends }: Pick<Curve, 'kind' | 'bends'>,
  ts: readonly number[],
): number[] {
  const corners = kind === 'polygon' ? bends.map((_, j) => (j + 1) / (bends.length + 1)) : [];
  return [...new Set([...ts, ...corners])].sort((a, b) => a - b);
}
