/** Results of an experiment as a file: cells, runs, pairs or series. */
import type { ExportFormat, ExportLevel, TableAbout } from '#shared/domain/data-export';
import { exportedCells, exportedTable, type ExportedTable } from '../experiments/exported-tables';
import { writeTable } from '../tables/write-table';
import type { ExperimentDesk } from './experiment-desk';
import { importedCells } from './imported-experiments';

export interface DataExport {
  readonly experimentId: string;
  readonly level: ExportLevel;
  readonly format: ExportFormat;
  readonly path: string;
  /** Also over a file that is no earlier export. */
  readonly overwrite?: boolean;
}

/**
 * Writes a table of results, all of one state of the project, after they were compared with their digests.
 * @returns the files and how many rows there are
 * @throws PhasescapeError `not-found`; ConflictError for runs of imported results; StoreError when stored results are damaged; what
 *   `writeTable` throws: nothing is written then
 */
export function exportData(
  desk: ExperimentDesk,
  version: string,
  { experimentId, level, ...to }: DataExport,
): ReturnType<typeof writeTable> {
  return desk.store.snapshot(() => {
    const { name, table } = tableOf(desk, experimentId, level);
    const about: TableAbout = {
      ...{ experiment: name, level, version, columns: table.columns },
      missing:
        level === 'series'
          ? 'A value that is not there, or was not finite, is null (an empty field in CSV); NaN is never written.'
          : 'A value that is not there is null (an empty field in CSV), and the column beside it says why; NaN is never written.',
    };
    return writeTable(about, table.rows, to);
  });
}

function tableOf(
  desk: ExperimentDesk,
  experimentId: string,
  level: ExportLevel,
): { readonly name: string; readonly table: ExportedTable } {
  const imported = desk.store.tables.find(experimentId);
  if (imported && level === 'cells')
    return { name: imported.name, table: exportedCells(importedCells(desk.store, imported)) };
  const experiment = desk.requireSound(experimentId);
  const labelling = desk.labelling();
  return {
    name: experiment.name,
    table: exportedTable(desk.store, experiment, { level, labelling }),
  };
}
