/** Everything that an experiment shows, at once: a folder of its figures, or one report to read and print. */
import { join } from 'node:path';
import { everyFigure, type NamedFigure } from '#shared/domain/every-figure';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { PhasescapeError } from '#shared/errors';
import { figureFiles } from '../figures/figure';
import type { FigureRequest } from '../figures/figure-request';
import { renderReport } from '../figures/report';
import { writeTogether } from '../figures/write-together';
import type { ExperimentDesk } from './experiment-desk';
import { figureRequest } from './render-figure';

/** What holds for all figures of an experiment. */
export interface EveryFigureChoice extends Pick<FigureSettings, 'page' | 'thresholds'> {
  readonly experimentId: string;
  /** Version of this program. */
  readonly version: string;
}

/**
 * Writes every figure of an experiment into a folder, each with its files beside it, all of them or none.
 *
 * @returns the paths of the pictures
 * @throws PhasescapeError `invalid-input` where nothing can be drawn; as `writeFigure`
 */
export async function writeEveryFigure(
  desk: ExperimentDesk,
  choice: EveryFigureChoice,
  to: {
    readonly folder: string;
    readonly format: 'svg' | 'pdf' | 'png';
    readonly resourcesFolder: string;
  },
): Promise<readonly string[]> {
  const { request, figures } = figuresOf(desk, choice);
  const paths = figures.map(({ name }) => join(to.folder, `${name}.${to.format}`));
  const files = [];
  for (const [i, { settings }] of figures.entries()) {
    const made = await figureFiles(paths[i] as string, { ...request, ...settings }, to);
    files.push(...made.files);
  }
  await writeTogether('figure', files);
  return paths;
}

/** The figures that `writeEveryFigure` draws; empty where nothing can be drawn. @throws PhasescapeError `not-found` */
export function experimentFigures(
  desk: ExperimentDesk,
  choice: EveryFigureChoice,
): readonly NamedFigure[] {
  return everyFigure(requestOf(desk, choice).results);
}

/** A report of an experiment as one HTML file. @throws PhasescapeError `not-found` for an unknown experiment */
export function renderExperimentReport(desk: ExperimentDesk, choice: EveryFigureChoice): string {
  const request = requestOf(desk, choice);
  return renderReport(request, everyFigure(request.results));
}

/** Writes the report. @throws PhasescapeError as `renderExperimentReport`; for a place that cannot be written */
export async function writeExperimentReport(
  desk: ExperimentDesk,
  choice: EveryFigureChoice,
  file: string,
): Promise<void> {
  if (!file.toLowerCase().endsWith('.html'))
    throw new PhasescapeError(
      'invalid-input',
      `report: file must end in .html, got ${JSON.stringify(file)}; change its ending`,
    );
  await writeTogether('report', [{ path: file, content: renderExperimentReport(desk, choice) }]);
}

function figuresOf(
  desk: ExperimentDesk,
  choice: EveryFigureChoice,
): { readonly request: FigureRequest; readonly figures: readonly NamedFigure[] } {
  const request = requestOf(desk, choice);
  const figures = everyFigure(request.results);
  if (figures.length > 0) return { request, figures };
  throw new PhasescapeError(
    'invalid-input',
    `figure: ${request.results.experiment} must vary something and have results to draw, got none; run it first`,
  );
}

/** Kind and number are each figure's own. */
function requestOf(desk: ExperimentDesk, choice: EveryFigureChoice): FigureRequest {
  return figureRequest(desk, { ...choice, kind: 'phase-diagram' });
}
