/** Tables as CSV (RFC 4180). Units and definitions have no place in it: they are a file beside it. */
import { csvRows } from '#shared/domain/csv';
import type { BeginTable } from './table-writer';

/** Begins a CSV table with its header. An empty field is a value that is not there. */
export const csvWriter: BeginTable = ({ columns }, sink) => {
  const encoder = new TextEncoder();
  sink(encoder.encode(csvRows([columns.map(({ name }) => name)])));
  return {
    rows: (rows) => {
      sink(encoder.encode(csvRows(rows)));
    },
    end: () => undefined,
  };
};
