/** Rows of the exported table of runs: as they are stored, without rounding. */
import type { RunField, RunRow } from '#shared/contract/run-views';
import type { CsvValue } from '#shared/domain/csv';

/** A run is always told by cell and seed, also where these columns are hidden. */
const always = ['cell', 'seed'];

/** Names of the columns: those of the spec and of the metrics, as on the command line. */
export function exportHeader(columns: readonly RunField[]): string[] {
  return [...always, ...own(columns).map(({ field }) => field.name)];
}

/** A run's values in these columns; empty where there is none. */
export function exportRow(columns: readonly RunField[], row: RunRow): CsvValue[] {
  return [row.cell, row.seed, ...own(columns).map(({ index }) => row.values[index] ?? null)];
}

const own = (columns: readonly RunField[]) =>
  columns.flatMap((field, index) => (always.includes(field.name) ? [] : [{ field, index }]));
