/** `phasescape export data`: results of an experiment as CSV, JSON or Parquet. */
import type { ExportFormat, ExportLevel } from '#shared/domain/data-export';
import { Workbench } from '../workbench';
import { exportData } from '../workbench/export-data';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

export interface ExportDataOptions {
  readonly project: string;
  readonly experiment: string;
  readonly level: ExportLevel;
  readonly format: ExportFormat;
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Writes the files and prints their paths; works while another process runs the experiment. @throws as `exportData` */
export async function exportDataCommand(options: ExportDataOptions): Promise<ExitCode> {
  const { format, level, out, overwrite = false } = options;
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const experimentId = findExperiment(workbench, options.experiment);
  const { files, rowCount } = exportData(workbench.desk, workbench.version, {
    ...{ experimentId, format, level, overwrite },
    path: out,
  });
  if (options.json === true) await print(JSON.stringify({ rows: rowCount, files }));
  else await print(files.map(({ path }) => path).join('\n'));
  say(`${rowCount} rows`);
  return exitCodes.done;
}
