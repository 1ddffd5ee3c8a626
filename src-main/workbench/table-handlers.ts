/** What screens can do with tables of results that were made elsewhere. */
import type { ProcedureHandlers } from '#shared/contract/procedures';
import type { TableChoice } from '#shared/domain/imported/imported-table';
import { readImportedTable } from '#shared/domain/imported/read-table';
import { suggestColumns } from '#shared/domain/imported/suggest-columns';
import type { ExperimentDesk } from './experiment-desk';
import { checkTable, importTable } from './import-table';
import { importFolder, pathOfPlace } from './import-places';
import { readTableFile, type TableFile } from './table-file';

/** Rows that a look shows. */
const shownRows = 50;

function checked({ text, problems }: TableFile, choice: TableChoice) {
  const reading = readImportedTable(text, choice);
  if (!reading.ok) return { ok: false as const, problems: [...problems, ...reading.problems] };
  if (problems.length > 0) return { ok: false as const, problems: [...problems] };
  const { loads, temperatures, rows } = reading.table;
  const sizes = { loads: loads.length, temperatures: temperatures.length };
  return { ok: true as const, cells: rows.length, ...sizes };
}

/** The handlers of every `table` procedure. */
export function tableHandlers(desk: ExperimentDesk, imported: () => void) {
  const fileAt = (place: readonly string[]) => readTableFile(pathOfPlace(importFolder(), place));
  return {
    'table.inspect': ({ place, choice }) => {
      const file = fileAt(place);
      const { names, rows } = file.text;
      return {
        file: file.file,
        sizeBytes: file.sizeBytes,
        rowCount: rows.length,
        columns: [...names],
        rows: rows.slice(0, shownRows).map(({ fields }) => [...fields]),
        suggestion: suggestColumns(names),
        check: choice === null ? null : checked(file, choice),
      };
    },
    'table.import': ({ place, name, choice }) => {
      const { stored } = importTable(desk.store, checkTable(fileAt(place), { name, choice }));
      imported();
      return { experimentId: stored.id };
    },
  } satisfies {
    readonly [N in Extract<keyof ProcedureHandlers, `table.${string}`>]: (
      input: Parameters<ProcedureHandlers[N]>[0],
    ) => unknown;
  };
}
