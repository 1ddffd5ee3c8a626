/** The filtered table as a CSV file: every run that meets the filter, in the order shown, with the columns shown. */
import { shallowRef } from 'vue';
import { csvTable, type CsvValue } from '#shared/domain/csv';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { saveFile } from '../../workspace/save-file';
import { exportHeader, exportRow } from './export-rows';
import type { RunTableState } from './use-run-table';
import type { RunView } from './use-run-view';

/** Rows read at once. */
const pageRows = 1000;

/** Reads the whole table and saves it. */
export function useRunExport(table: RunTableState, view: RunView) {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);
  const savedAs = shallowRef('');

  async function save(): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    savedAs.value = '';
    const columns = table.columns.value;
    const names = columns.map(({ name }) => name);
    const asked = { ...table.choice.value, sort: view.sort.value, columns: names };
    const lines: (readonly CsvValue[])[] = [];
    error.value = null;
    for (let offset = 0, total = 1; offset < total; offset += pageRows) {
      const outcome = await backend.call('runs.page', { ...asked, offset, limit: pageRows });
      if (!outcome.ok) {
        error.value = outcome.error;
        break;
      }
      total = outcome.value.total;
      for (const row of outcome.value.rows) lines.push(exportRow(columns, row));
    }
    isBusy.value = false;
    if (error.value) return;
    savedAs.value = saveFile({
      name: `${current.view?.summary.name ?? 'experiment'}-runs.csv`,
      type: 'text/csv',
      content: csvTable(exportHeader(columns), lines),
    });
  }
  return { error, isBusy, savedAs, save };
}
