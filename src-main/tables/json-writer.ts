/** Tables as JSON: what the file says of itself, then rows as lists in the order of the columns, one on a line. */
import { exportMark } from '#shared/domain/data-export';
import type { BeginTable } from './table-writer';

/** Begins a JSON table. `null` is a value that is not there. */
export const jsonWriter: BeginTable = (about, sink) => {
  const encoder = new TextEncoder();
  const head = JSON.stringify({ format: exportMark, ...about });
  sink(encoder.encode(`${head.slice(0, -1)},"rows":[`));
  let separator = '\n';
  return {
    rows: (rows) => {
      for (const row of rows) {
        sink(encoder.encode(separator + JSON.stringify(row)));
        separator = ',\n';
      }
    },
    end: () => {
      sink(encoder.encode('\n]}\n'));
    },
  };
};
