/** What a task yields. A number that could not be computed is null with a reason, never 0 or NaN. */

/** What one measurement belongs to inside its cell: a seed, or a pair of seeds. */
export type Subject =
  | { readonly kind: 'run'; readonly seed: number }
  | { readonly kind: 'pair'; readonly seeds: readonly [number, number] };

export interface ScalarMeasurement {
  readonly kind: 'scalar';
  /** A name that `scalars.ts` or the definition of a metric gives. */
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

/** What is known of a series or field besides its columns, as figures print it: scale of directions, explained variance, neighbourhood. */
export type MeasurementFacts = Readonly<Record<string, string | number | readonly string[]>>;

/** Columns of equal length: curves over epochs (`epoch`, `trainLoss`, ...) or along a connecting curve (`t`, `error`, `loss`). */
export interface SeriesMeasurement {
  readonly kind: 'series';
  /** `training`, `connecting-curve`, ...: as the definition of the metric names it. */
  readonly name: string;
  readonly subject: Subject;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  readonly samples: string;
  readonly facts?: MeasurementFacts;
}

/** A number at each point of a rectangular grid: a surface of the loss. */
export interface FieldMeasurement {
  readonly kind: 'field';
  readonly name: string;
  readonly subject: Subject;
  /** Positions of the columns and rows. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Row by row, y.length rows of x.length values; null where the value is not finite. */
  readonly values: readonly (number | null)[];
  readonly samples: string;
  readonly facts?: MeasurementFacts;
}

export type Measurement = ScalarMeasurement | SeriesMeasurement | FieldMeasurement;
