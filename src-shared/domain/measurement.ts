/** What a task yields. A number that could not be computed is null with a reason, never 0 or NaN. */

/** What one measurement belongs to inside its cell: a seed, or a pair of seeds. */
export type Subject =
  | { readonly kind: 'run'; readonly seed: number }
  | { readonly kind: 'pair'; readonly seeds: readonly [number, number] };

export interface ScalarMeasurement {
  readonly kind: 'scalar';
  /** A name of `scalars.ts`. */
  readonly name: string;
  readonly subject: Subject;
  readonly value: number | null;
  /** Why the value is null. */
  readonly reason?: string;
  /** Standard error or residual of this one value, in the value's unit; null when it is exact up to rounding. */
  readonly error: number | null;
  /** What the error is over: '100 Rademacher probes', 'Ritz residual', ...; or why an estimate has none. */
  readonly errorOver?: string;
  /** The samples it was computed on: 'first 512 training samples', 'all 360 test samples'. */
  readonly samples: string;
}

/** Columns of equal length: curves over epochs (`epoch`, `trainLoss`, ...) or along a connecting curve (`t`, `error`, `loss`). */
export interface SeriesMeasurement {
  readonly kind: 'series';
  readonly name: 'training' | 'trajectory' | 'connecting-curve' | 'hessian-convergence';
  readonly subject: Subject;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  readonly samples: string;
}

export type Measurement = ScalarMeasurement | SeriesMeasurement;
