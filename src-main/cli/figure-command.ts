/** `phasescape figure`: a figure of an experiment into files. */
import type { FixedRange } from '#shared/domain/diagram-panel';
import type { DiagramStatistic } from '#shared/domain/diagram-statistic';
import type { FigureKind } from '#shared/domain/figure-settings';
import { writeExperimentFigure } from '../workbench/render-figure';
import { Workbench } from '../workbench';
import { exitCodes, print, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

export interface FigureOptions {
  readonly project: string;
  readonly experiment: string;
  readonly kind: FigureKind;
  readonly metric?: string;
  readonly statistic?: DiagramStatistic;
  /** Fixed colour ranges. */
  readonly range?: Readonly<Record<string, FixedRange>>;
  readonly out: string;
}

/** Writes a figure with its data beside it and prints the paths. @throws PhasescapeError for bad input or an unwritable place */
export async function figureCommand(options: FigureOptions): Promise<ExitCode> {
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const { experiment, kind, metric, statistic, range, out } = options;
  const paths = await writeExperimentFigure(
    workbench.desk,
    {
      experimentId: findExperiment(workbench, experiment),
      kind,
      ...(metric === undefined ? {} : { metric }),
      ...(statistic === undefined ? {} : { statistic }),
      ...(range === undefined ? {} : { ranges: range }),
      version: workbench.version,
    },
    { file: out, resourcesFolder: workbench.resourcesFolder },
  );
  await print(paths.join('\n'));
  return exitCodes.done;
}
