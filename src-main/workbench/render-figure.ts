/** Gathers what a figure of an experiment is made from. */
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { PhaseThresholds } from '#shared/domain/phases';
import { paintFigure, renderFigure, writeFigure, type WrittenFigure } from '../figures/figure';
import type { FigureRequest, FigureTexts } from '../figures/figure-request';
import { describeStamp } from '../experiments/describe-stamp';
import type { StoredTable } from '../store/imported-tables';
import type { ExperimentDesk } from './experiment-desk';
import { importedCells } from './imported-experiments';
import { projectFormulations } from './project-formulations';

export interface FigureChoice extends FigureSettings {
  readonly experimentId: string;
  /** Version of this program. */
  readonly version: string;
}

/** The texts of a figure. @throws PhasescapeError as `renderFigure`; `not-found` for an unknown experiment */
export function renderExperimentFigure(desk: ExperimentDesk, choice: FigureChoice): FigureTexts {
  return renderFigure(figureRequest(desk, choice));
}

/** The figure as a picture that is no text. @throws as `renderExperimentFigure` */
export function paintExperimentFigure(
  desk: ExperimentDesk,
  choice: FigureChoice,
  to: { readonly format: 'pdf' | 'png'; readonly resourcesFolder: string },
): Promise<Uint8Array> {
  return paintFigure(to.format, figureRequest(desk, choice), to);
}

/** Writes a figure with its data beside it. @throws as `writeFigure` */
export function writeExperimentFigure(
  desk: ExperimentDesk,
  choice: FigureChoice,
  to: { readonly file: string; readonly resourcesFolder: string },
): Promise<WrittenFigure> {
  return writeFigure(to.file, figureRequest(desk, choice), to);
}

/** The thresholds that the experiment has now. @throws PhasescapeError `not-found` */
export function storedThresholds(desk: ExperimentDesk, experimentId: string): PhaseThresholds {
  return (desk.store.tables.find(experimentId) ?? desk.require(experimentId)).thresholds;
}

/** Everything that a figure is made from. @throws PhasescapeError `not-found` for an unknown experiment; StoreError where it is damaged */
export function figureRequest(desk: ExperimentDesk, choice: FigureChoice): FigureRequest {
  const table = desk.store.tables.find(choice.experimentId);
  if (table) return importedRequest(desk, table, choice);
  const experiment = desk.require(choice.experimentId);
  desk.store.requireUnchanged(experiment);
  const thresholds = choice.thresholds ?? experiment.thresholds;
  const finished = desk.store.tasks
    .ofExperiment(experiment.id)
    .filter((task) => task.state === 'done' || task.state === 'diverged');
  const engines = finished.flatMap(({ engine }) => (engine ? [describeStamp(engine)] : []));
  const libraries = new Set(
    finished.flatMap(({ engine }) => (engine?.name === 'onnx-cpu' ? [engine.version] : [])),
  );
  const convolutions = [...libraries].flatMap((library) =>
    projectFormulations(desk.store.formulationsFolder, library),
  );
  return {
    results: desk.cells(experiment, thresholds),
    ...settingsOf(choice),
    thresholds,
    source: {
      spec: experiment.spec,
      additions: experiment.additions,
      dataset: desk.datasetFacts(experiment.spec) ?? null,
      taskIds: finished.map((task) => task.id),
      engines: [...new Set(engines)],
      ...(convolutions.length === 0 ? {} : { convolutions }),
      versions: { phasescape: choice.version, node: process.versions.node },
      // The time of the newest result: the same results give the same files, whenever they are drawn.
      createdAt: finished.reduce(
        (latest, { finishedAt }) =>
          finishedAt !== null && finishedAt > latest ? finishedAt : latest,
        experiment.createdAt,
      ),
    },
  };
}

function settingsOf({ experimentId: _id, version: _version, ...settings }: FigureChoice) {
  return settings;
}

/** A figure of imported results: its provenance is the file that they came from. */
function importedRequest(
  desk: ExperimentDesk,
  table: StoredTable,
  choice: FigureChoice,
): FigureRequest {
  const thresholds = choice.thresholds ?? table.thresholds;
  return {
    results: importedCells(desk.store, table, thresholds),
    ...settingsOf(choice),
    thresholds,
    source: {
      spec: null,
      additions: [],
      imported: table.source,
      dataset: null,
      taskIds: [],
      engines: [],
      versions: { phasescape: choice.version, node: process.versions.node },
      createdAt: table.createdAt,
    },
  };
}
