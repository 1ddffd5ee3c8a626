/** What writers of tables have in common: they are given rows in parts and hold one part at a time. */
import type { TableAbout, TableValue } from '#shared/domain/data-export';

export type TableRow = readonly TableValue[];

/** Takes bytes in order; keeps none. */
export type Sink = (bytes: Uint8Array) => void;

export interface TableWriter {
  /** Writes rows, each with a value for every column. */
  rows(rows: readonly TableRow[]): void;
  /** Writes what follows the last row. */
  end(): void;
}

/** Begins a table: writes what comes before the first row. */
export type BeginTable = (about: TableAbout, sink: Sink) => TableWriter;
