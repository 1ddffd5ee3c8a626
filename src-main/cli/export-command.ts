/** `phasescape export weights`: the weights of one run as a file. */
import { extname } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { writeTogether } from '../figures/write-together';
import { Workbench } from '../workbench';
import { exportWeights, weightFormats } from '../workbench/run-view';
import { exitCodes, print, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

export interface ExportWeightsOptions {
  readonly project: string;
  readonly experiment: string;
  readonly cell: number;
  readonly seed: number;
  /** A recorded one; the initial and final weights without it. */
  readonly step?: number;
  readonly out: string;
}

/** Writes the file and prints its path. @throws PhasescapeError as `exportWeights`, or for another ending of the file */
export async function exportWeightsCommand(options: ExportWeightsOptions): Promise<ExitCode> {
  const { cell, out, seed, step = null } = options;
  const format = weightFormats.find((one) => extname(out) === `.${one}`);
  if (format === undefined) {
    throw new PhasescapeError(
      'invalid-input',
      `--out: must end in ${weightFormats.map((one) => `.${one}`).join(' or ')}, got ${showValue(out)}; rename it`,
    );
  }
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const experimentId = findExperiment(workbench, options.experiment);
  const place = { experimentId, cell, seed };
  const { bytes } = exportWeights(workbench.desk, place, { step, format });
  await writeTogether('weights', [{ path: out, content: bytes }]);
  await print(out);
  return exitCodes.done;
}
