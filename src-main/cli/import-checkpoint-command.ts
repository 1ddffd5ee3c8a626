/** `phasescape import checkpoint`: weights that were trained elsewhere become the runs of a cell. */
import { csvTable } from '#shared/domain/csv';
import { PhasescapeError } from '#shared/errors';
import { Workbench } from '../workbench';
import { automaticEngine, chooseEngine } from '../workbench/engines';
import { importCheckpoints, type CheckedCheckpoints } from '../workbench/import-checkpoints';
import { measuredNumbers, type MeasuredNumber } from '../workbench/measured-numbers';
import { describeFit, readCheckpoints, type CheckpointOptions } from './checkpoint-input';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { followToEnd } from './run-command';

export interface ImportCheckpointOptions extends CheckpointOptions {
  readonly project: string;
  readonly engine?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/**
 * Fits every file to the model, imports them, and prints the loss and accuracy that the weights have here: the check that they are what
 * they were. The project is touched only when everything fits.
 * @throws InvalidSpecError with every problem; PhasescapeError for unreadable files, an unusable project or a name in use
 */
export async function importCheckpointCommand(
  paths: readonly string[],
  options: ImportCheckpointOptions,
): Promise<ExitCode> {
  const checked = readCheckpoints(paths, options, []);
  await using workbench = await openFor(options);
  const { code, experimentId } = await runImport(workbench, checked);
  const numbers = measuredNumbers(workbench.desk, experimentId);
  const { name } = checked.spec;
  await print(
    options.json === true
      ? JSON.stringify({ experiment: name, files: filesOf(checked), numbers })
      : numbersTable(numbers),
  );
  return code;
}

/** A workbench with the engine that was asked for. */
export async function openFor(
  options: Pick<ImportCheckpointOptions, 'project' | 'engine' | 'workers'>,
): Promise<Workbench> {
  const requested = options.engine ?? automaticEngine;
  return Workbench.open({
    folder: options.project,
    engine: await chooseEngine(requested),
    isEngineAutomatic: requested === automaticEngine,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
}

/** Stores the experiment and runs what it has not measured yet, with each file told on standard error. */
export async function runImport(
  workbench: Workbench,
  checked: CheckedCheckpoints,
): Promise<{ code: ExitCode; experimentId: string }> {
  const { desk } = workbench;
  const { id: experimentId } = importOrExplain(workbench, checked);
  for (const fit of checked.fits) say(describeFit(fit));
  desk.requireSound(experimentId);
  const scheduler = desk.schedulerFor(experimentId);
  const { cancelled, done, diverged, failed, ready, running, waiting } =
    desk.progress(experimentId).tasks;
  if (done > 0 && cancelled + diverged + failed + ready + running + waiting === 0) {
    say(`${checked.spec.name}: nothing to do, these files were imported before`);
    return { code: exitCodes.done, experimentId };
  }
  desk.start(experimentId);
  if (failed > 0) scheduler.retry(experimentId);
  return { code: await followToEnd(workbench, experimentId), experimentId };
}

/** A name that belongs to another spec is a mistake in the input, not of the machine. */
function importOrExplain(workbench: Workbench, checked: CheckedCheckpoints) {
  try {
    return importCheckpoints(workbench.desk, checked);
  } catch (error) {
    if (error instanceof PhasescapeError && error.code === 'conflict')
      throw new PhasescapeError('invalid-input', error.message, { cause: error });
    throw error;
  }
}

/** What is known of each file, for scripts. */
export function filesOf({ fits }: CheckedCheckpoints) {
  return fits.map(({ file: { file, format, sha256, sizeBytes }, weights, matching }, seed) => ({
    ...{ seed, file, sha256, sizeBytes, format },
    container: weights.container,
    prefix: matching.prefix,
    matched: matching.matched,
    unused: matching.unused,
  }));
}

/** The numbers as CSV: what, of which seeds, its error, on which samples, and how many there are of it. */
export function numbersTable(numbers: readonly MeasuredNumber[]): string {
  return csvTable(
    ['name', 'seeds', 'value', 'error', 'errorOver', 'samples', 'n', 'reason'],
    numbers.map(({ name, seeds, value, error, errorOver, samples, n, reason }) => [
      ...[name, seeds.join(' '), value, error, errorOver, samples, n, reason],
    ]),
  );
}
