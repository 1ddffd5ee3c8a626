/** `phasescape analyse`: measures weights that were trained elsewhere, in one line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measuredNumbers } from '../workbench/measured-numbers';
import { readCheckpoints, type CheckpointOptions } from './checkpoint-input';
import { filesOf, numbersTable, openFor, runImport } from './import-checkpoint-command';
import { metricsOf } from './measure-command';
import { print, type ExitCode } from './outcome';

export interface AnalyseOptions extends CheckpointOptions {
  readonly checkpoint: readonly string[];
  /** Names, or settings as JSON. */
  readonly metrics?: string;
  /** Kept there; without it everything is in a temporary folder that goes with the command. */
  readonly project?: string;
  readonly engine?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/**
 * Imports the files, measures them and prints every number with its error, samples and n.
 * @throws InvalidSpecError with every problem; PhasescapeError for unreadable files or an unusable project
 */
export async function analyseCommand(options: AnalyseOptions): Promise<ExitCode> {
  const { checkpoint, metrics, project } = options;
  const checked = readCheckpoints(
    checkpoint,
    options,
    metrics === undefined ? [] : metricsOf(metrics),
  );
  const temporary = project === undefined ? mkdtempSync(join(tmpdir(), 'phasescape-')) : null;
  try {
    await using workbench = await openFor({ ...options, project: project ?? temporary ?? '' });
    const { code, experimentId } = await runImport(workbench, checked);
    const numbers = measuredNumbers(workbench.desk, experimentId);
    await print(
      options.json === true
        ? JSON.stringify({ experiment: checked.spec.name, files: filesOf(checked), numbers })
        : numbersTable(numbers),
    );
    return code;
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}
