/** `phasescape run`: from a spec to results, resuming what is unfinished. */
import { PhasescapeError } from '#shared/errors';
import type { ExperimentState } from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';
import { Workbench } from '../workbench';
import { listDatasets } from '../workbench/datasets';
import { automaticEngine, chooseEngine } from '../workbench/engines';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { Interrupt } from './interrupt';
import { formatDuration, ProgressDisplay } from './progress-display';
import { phaseGrid } from './phase-grid';
import { readSpecFile } from './spec-file';

export interface RunOptions {
  readonly project: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Runs a spec file to its end and prints its results. @throws PhasescapeError for bad input or an unusable project */
export async function runCommand(file: string, options: RunOptions): Promise<ExitCode> {
  const spec = readSpecFile(file, listDatasets());
  const requested = options.engine ?? automaticEngine;
  await using workbench = Workbench.open({
    folder: options.project,
    engine: await chooseEngine(requested),
    isEngineAutomatic: requested === automaticEngine,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  const { code, experimentId } = await runExperiment(workbench, spec);
  const results = workbench.desk.cells(workbench.desk.requireSound(experimentId));
  await print(options.json === true ? JSON.stringify(results) : phaseGrid(results));
  return code;
}

/**
 * Plans, trains and measures a spec in an open project, with progress on standard error.
 * A finished experiment is left as it is; failed tasks of an earlier attempt are tried again.
 * @returns exit code 0, 1 or 130
 * @throws ConflictError when another process runs experiments in the project
 */
export async function runExperiment(
  workbench: Workbench,
  spec: ExperimentSpec,
): Promise<{ code: ExitCode; experimentId: string }> {
  const { desk } = workbench;
  const plan = desk.summarise(spec);
  const isNothingLeft = plan.tasksDone === plan.tasks;
  if (!isNothingLeft) workbench.warmUp();
  const { id: experimentId, state } = createOrExplain(workbench, spec);
  desk.requireSound(experimentId);
  if (isNothingLeft && state === 'finished') {
    say(`${spec.name}: nothing to do, all ${plan.tasks} tasks have results`);
    return { code: exitCodes.done, experimentId };
  }
  const scheduler = desk.schedulerFor(experimentId);
  const again = desk.start(experimentId);
  if (again > 0) say(`${spec.name}: ${again} trainings are done again, their weights are gone`);
  if (desk.progress(experimentId).tasks.failed > 0) scheduler.retry(experimentId);
  return { code: await followToEnd(workbench, experimentId), experimentId };
}

/** Shows the progress of an experiment that runs here until it rests. @returns exit code 0, 1 or 130 */
export async function followToEnd(workbench: Workbench, experimentId: string): Promise<ExitCode> {
  const { desk } = workbench;
  const scheduler = desk.schedulerFor(experimentId);
  const { name } = desk.require(experimentId);
  using interrupt = new Interrupt({
    pause: () => scheduler.pause(experimentId),
    kill: () => scheduler.cancel(experimentId),
  });
  const end = await showUntil(scheduler.whenSettled(experimentId), () =>
    desk.progress(experimentId),
  );
  if (end === 'finished') {
    const { elapsedMs } = desk.progress(experimentId);
    say(`${name}: finished in ${formatDuration(elapsedMs)} (${(elapsedMs / 1000).toFixed(1)} s)`);
    return exitCodes.done;
  }
  if (interrupt.happened) {
    say(`${name}: stopped; run the same command again to go on`);
    return exitCodes.interrupted;
  }
  tellFailures(workbench, experimentId);
  return exitCodes.someFailed;
}

/** A name that belongs to another spec is a mistake in the input, not of the machine. */
function createOrExplain(workbench: Workbench, spec: ExperimentSpec) {
  try {
    return workbench.desk.create(spec);
  } catch (error) {
    if (error instanceof PhasescapeError && error.code === 'conflict')
      throw new PhasescapeError('invalid-input', error.message, { cause: error });
    throw error;
  }
}

async function showUntil(
  settled: Promise<ExperimentState>,
  read: ConstructorParameters<typeof ProgressDisplay>[0],
): Promise<ExperimentState> {
  const display = new ProgressDisplay(read);
  try {
    return await settled;
  } finally {
    display[Symbol.dispose]();
  }
}

/** One line per different message: a mistake in a metric would else say the same a thousand times. */
function tellFailures(workbench: Workbench, experimentId: string): void {
  const { failures, tasks } = workbench.desk.progress(experimentId);
  const byMessage = Map.groupBy(failures, (failure) => failure.message);
  for (const [message, [first, ...others]] of byMessage) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    say(
      `failed: ${first?.kind} in cell ${first?.cell}, seeds ${first?.seeds.join(' ')}${more}: ${message}`,
    );
  }
  const left = tasks.waiting > 0 ? `, ${tasks.waiting} tasks wait for them` : '';
  say(`${failures.length} tasks failed${left}; run the same command again to retry them`);
}
