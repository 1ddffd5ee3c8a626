/** `phasescape report`: an experiment as one HTML file. */
import { writeExperimentReport } from '../workbench/every-figure';
import { Workbench } from '../workbench';
import { exitCodes, print, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

export interface ReportOptions {
  readonly project: string;
  readonly experiment: string;
  readonly out: string;
}

/** Writes the report and prints its path. @throws PhasescapeError for bad input or an unwritable place */
export async function reportCommand({
  project,
  experiment,
  out,
}: ReportOptions): Promise<ExitCode> {
  await using workbench = Workbench.open({ folder: project, readOnly: true });
  const experimentId = findExperiment(workbench, experiment);
  const choice = { experimentId, version: workbench.version };
  await writeExperimentReport(workbench.desk, choice, out);
  await print(out);
  return exitCodes.done;
}
