/** The demonstration: from the sample spec to a table of phases and the figure's files, without a screen. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { Workbench } from '../workbench';
import { listDatasets } from '../workbench/datasets';
import { writeExperimentFigure } from '../workbench/render-figure';
import { findResources } from '../workbench/resources';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { phaseGrid } from './phase-grid';
import { runExperiment } from './run-command';
import { readSpecFile } from './spec-file';

const sample = 'digits-width-batch';

/** Runs the sample in `<out>/project` and writes its phase diagram beside it. @throws PhasescapeError */
export async function demoCommand({ out }: { readonly out: string }): Promise<ExitCode> {
  const folder = resolve(out);
  const resourcesFolder = findResources();
  const spec = readSpecFile(join(resourcesFolder, 'samples', `${sample}.json`), listDatasets());
  await using workbench = Workbench.open({ folder: join(folder, 'project') });
  say(
    `training ${spec.seeds.length} seeds on a ${spec.axes.map((axis) => axis.values.length).join(' by ')} grid with ${workbench.workers} workers`,
  );
  const { code, experimentId } = await runExperiment(workbench, spec);
  if (code === exitCodes.interrupted) return code;
  const results = workbench.desk.cells(workbench.desk.requireSound(experimentId));
  await print(phaseGrid(results));
  makeFolder(folder);
  for (const ending of ['svg', 'pdf']) {
    const { paths } = await writeExperimentFigure(
      workbench.desk,
      { experimentId, kind: 'phase-diagram', version: workbench.version },
      { file: join(folder, `${sample}.${ending}`), resourcesFolder },
    );
    await print((ending === 'svg' ? paths : paths.slice(0, 1)).join('\n'));
  }
  return code;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new PhasescapeError(
      'environment',
      `${folder}: must be writable, got ${error instanceof Error ? error.message : String(error)}; use another folder`,
      { cause: error },
    );
  }
}
