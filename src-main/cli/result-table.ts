/** Results in the two forms in which they are printed. */
import type { CsvValue } from '#shared/domain/csv';

export interface ResultTable {
  readonly json: unknown;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}
