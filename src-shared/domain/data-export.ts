/** What of an experiment can be taken out as a table, and how. */

/** What a row is: a cell, a run, a pair of runs, or a point of a series. */
export const exportLevels = ['cells', 'runs', 'pairs', 'series'] as const;
export type ExportLevel = (typeof exportLevels)[number];

export const exportFormats = ['csv', 'json', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A value of a table; null where there is none. Never NaN or infinite. */
export type TableValue = string | number | boolean | null;

/** One column of a table that leaves the program. */
export interface TableColumn {
  readonly name: string;
  /** `integer`: whole and within 2^53. */
  readonly type: 'number' | 'integer' | 'text' | 'truth';
  /** As printed; empty for pure numbers, texts and names. */
  readonly unit: string;
  /** What it means, in a sentence. */
  readonly definition: string;
}

/** What a file says of itself besides its rows. */
export interface TableAbout {
  readonly experiment: string;
  readonly level: ExportLevel;
  /** Of the program. */
  readonly version: string;
  /** How values that are not there are written. */
  readonly missing: string;
  readonly columns: readonly TableColumn[];
}

/** Marks a file as one that this program wrote: it may be written over. */
export const exportMark = 'phasescape-data';
