/** Results that were made elsewhere: what an imported table is, where it came from, and what of it was taken as what. */
import type { Scalar } from '../spec';

/** How the numbers of a column become those of a scalar: `test_accuracy_percent/100`. */
export interface Conversion {
  readonly kind: 'divide' | 'multiply';
  readonly by: number;
}

/** How many values a mean is over: the same for all rows, or a column. */
export type CountChoice =
  | { readonly kind: 'number'; readonly n: number }
  | { readonly kind: 'column'; readonly column: string };

/** One scalar and the columns that it is in. */
export interface MetricChoice {
  /** Name of a scalar. */
  readonly name: string;
  readonly column: string;
  /** Applied to each number of the column. */
  readonly conversion?: Conversion;
  /** Column of the sample standard deviation, in the unit of the mean's column (whatever its sign) unless it has a conversion of its own. */
  readonly sdColumn?: string;
  readonly sdConversion?: Conversion;
  /** Values behind each mean; without it that of the whole table for a scalar of runs, and unknown for one of pairs. */
  readonly n?: CountChoice;
}

/** Which columns of a table are what. */
export interface TableChoice {
  readonly load: string;
  readonly temperature: string;
  readonly metrics: readonly MetricChoice[];
  /** Runs (seeds) behind each row; unknown without. */
  readonly n?: CountChoice;
}

/** Where an imported table came from: its provenance. */
export interface TableSource {
  /** Name of the file, without its folder. */
  readonly file: string;
  /** Of its bytes. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly rows: number;
  /** ISO 8601, UTC. */
  readonly importedAt: string;
  readonly choice: TableChoice;
}

/** A number of a table, in the unit of its scalar. */
export interface ImportedNumber {
  readonly mean: number;
  /** Sample standard deviation over seeds or pairs; null where the table has none. */
  readonly sd: number | null;
  /** How many values the mean is over; null where the table does not say. */
  readonly n: number | null;
}

export interface ImportedRow {
  readonly load: Scalar;
  readonly temperature: Scalar;
  /** Runs behind it; null where the table does not say. */
  readonly n: number | null;
  /** By the name of the scalar; those that are empty in the table are left out. */
  readonly metrics: Readonly<Record<string, ImportedNumber>>;
}

/** A table as it is kept. */
export interface ImportedTable {
  /** Numbers rise; texts keep the order of the file. */
  readonly loads: readonly Scalar[];
  readonly temperatures: readonly Scalar[];
  readonly rows: readonly ImportedRow[];
}
