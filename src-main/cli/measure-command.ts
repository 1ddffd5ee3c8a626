/** `phasescape measure`: metrics added to a started experiment, beside its spec, and measured. */
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { Workbench } from '../workbench';
import { addMetrics } from '../workbench/measure-more';
import type { ExitCode } from './outcome';
import { findExperiment } from './results-command';
import { followToEnd } from './run-command';

export interface MeasureOptions {
  readonly project: string;
  readonly experiment: string;
  /** Names, or settings as JSON. */
  readonly metrics: string;
  /** Indices; every cell without it. */
  readonly cells?: string;
  readonly workers?: number;
}

/**
 * Adds the metrics and runs the experiment to its end, also one that was paused or cancelled.
 * @throws InvalidSpecError with every problem, PhasescapeError for an unknown experiment; nothing is written then
 */
export async function measureCommand(options: MeasureOptions): Promise<ExitCode> {
  const request = { metrics: metricsOf(options.metrics), cells: cellsOf(options.cells) };
  await using workbench = Workbench.open({
    folder: options.project,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  const experimentId = findExperiment(workbench, options.experiment);
  const state = addMetrics(workbench.desk, experimentId, request);
  if (state !== 'running') workbench.desk.start(experimentId);
  // Awaited here: the workbench is closed with this block.
  return await followToEnd(workbench, experimentId);
}

/** `a,b` as metrics with their usual settings; a list in JSON as it is. */
export function metricsOf(text: string): readonly unknown[] {
  if (!text.trimStart().startsWith('['))
    return text.split(',').map((name) => ({ name: name.trim() }));
  try {
    return JSON.parse(text) as unknown[];
  } catch (error) {
    throw new PhasescapeError(
      'invalid-input',
      `--metrics: must be names parted by commas or a list in JSON, got ${showValue(text)}; see phasescape metrics`,
      { cause: error },
    );
  }
}

function cellsOf(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  const parts = text.split(',').map((part) => part.trim());
  const wrong = parts.find((part) => !/^\d{1,9}$/.test(part));
  if (wrong === undefined) return parts.map(Number);
  throw new PhasescapeError(
    'invalid-input',
    `--cells: must be indices parted by commas, got ${showValue(wrong)}; use 0,3 for example`,
  );
}
