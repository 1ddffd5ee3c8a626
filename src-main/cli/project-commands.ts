/** `phasescape export project` and `phasescape import project`: experiments as one file. */
import { builtInDatasets } from '#shared/domain/datasets';
import { Workbench } from '../workbench';
import { exportProject } from '../workbench/export-project';
import { importProject, openArchive } from '../workbench/import-project';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

export interface ExportProjectOptions {
  readonly project: string;
  /** Names; every experiment without. */
  readonly experiment?: readonly string[];
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Writes the archive and prints its path. @throws as `exportProject`; PhasescapeError `not-found` for an experiment */
export async function exportProjectCommand(options: ExportProjectOptions): Promise<ExitCode> {
  const { experiment = [], out, overwrite = false } = options;
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const experimentIds = experiment.map((name) => findExperiment(workbench, name));
  const { desk, version } = workbench;
  const made = exportProject(desk.store, version, { experimentIds, path: out, overwrite });
  await print(options.json === true ? JSON.stringify(made) : made.path);
  say(`${made.experiments.length} experiments, ${made.artifacts} files, ${made.sizeBytes} bytes`);
  return exitCodes.done;
}

export interface ImportProjectOptions {
  readonly project: string;
  readonly json?: boolean;
}

/** Takes the experiments of an archive in; the project is touched only when all of it is sound. @throws as `openArchive` and `importProject` */
export async function importProjectCommand(
  path: string,
  options: ImportProjectOptions,
): Promise<ExitCode> {
  // Nothing is made of the project's folder before the archive was read whole.
  using archive = openArchive(path, builtInDatasets);
  await using workbench = Workbench.open({ folder: options.project });
  const made = await importProject(workbench.desk.store, archive);
  for (const { archived, name } of made.experiments)
    say(name === archived ? name : `${archived}: the name is taken here, it is now ${name}`);
  await print(
    options.json === true
      ? JSON.stringify(made)
      : made.experiments.map(({ name }) => name).join('\n'),
  );
  return exitCodes.done;
}
