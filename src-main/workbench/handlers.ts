/** One handler for every procedure of the contract. */
import { basename } from 'node:path';
import type {
  ProcedureHandlers,
  ProcedureName,
  ProcedureOutput,
} from '#shared/contract/procedures';
import { checkSpec } from '#shared/domain/check-spec';
import { PhasescapeError } from '#shared/errors';
import { pairResults, runResults } from '../experiments/results';
import { readCell } from './cell-view';
import { dataHandlers } from './data-handlers';
import { datasetHandlers } from './dataset-handlers';
import {
  importedProgress,
  importedStatistics,
  importedSummary,
  importedView,
} from './imported-experiments';
import { checkpointHandlers } from './checkpoint-handlers';
import { tableHandlers } from './table-handlers';
import type { ExperimentDesk } from './experiment-desk';
import type { ProjectEvents } from './project-events';
import { largestError } from '../engine/engine-conformance';
import { describeEngines } from './engines';
import { machineMemoryBytes } from './machine';
import { addMetrics, checkAddition, offersOfCell } from './measure-more';
import { experimentFigures, renderExperimentReport } from './every-figure';
import { openFigureFile } from './figure-file';
import { paintExperimentFigure, renderExperimentFigure } from './render-figure';
import { readPresets } from './presets';
import { exportWeights, readRun } from './run-view';
import { readSamples } from './resources';
import { runHandlers } from './run-handlers';
import { settingsHandlers } from './settings-handlers';
import type { TakenFiles } from './taken-files';
import { trainingCurves } from './training-curves';
import { showValue } from '#shared/show-value';

export interface HandlerSurroundings {
  readonly desk: ExperimentDesk;
  readonly events: ProjectEvents;
  readonly version: string;
  readonly engine: string;
  readonly workers: number;
  readonly readOnly: boolean;
  readonly resourcesFolder: string;
  readonly registryFolder: string;
  /** Made for screens to fetch. */
  readonly files: TakenFiles;
}

/** As `ProcedureHandlers`, for those that answer at once. */
type Answers = {
  readonly [N in ProcedureName]: (
    input: Parameters<ProcedureHandlers[N]>[0],
  ) => ProcedureOutput<N> | Promise<ProcedureOutput<N>>;
};

/** What can be asked about the program itself. */
function catalogueHandlers({
  desk,
  engine,
  readOnly,
  resourcesFolder,
  version,
  workers,
}: HandlerSurroundings) {
  return {
    'workbench.describe': () => ({
      version,
      project: basename(desk.store.folder),
      readOnly,
      engine,
      workers,
      diskBytes: desk.store.sizeBytes(),
    }),
    'sample.list': () => readSamples(resourcesFolder),
    'preset.list': () => readPresets(resourcesFolder),
    'engine.list': async () => {
      const engines = await describeEngines();
      return engines.map(({ name, available, device, dtype, detail, isAutomatic, ...rest }) => {
        const { measuredAt = null, benchmark } = rest;
        const measured = benchmark
          ? { ...benchmark, measuredAt, largestError: largestError(benchmark) }
          : null;
        return { name, available, device, dtype, detail, isAutomatic, measured };
      });
    },
  } satisfies Partial<Answers>;
}

/** What changes experiments. */
function experimentHandlers({ desk, events }: HandlerSurroundings) {
  return {
    'experiment.create': ({ spec }) => {
      const { id } = desk.create(spec);
      events.listed();
      return { experimentId: id };
    },
    'experiment.edit': ({ experimentId, spec }) => {
      desk.edit(experimentId, spec);
      events.listed();
      return {};
    },
    'experiment.delete': async ({ experimentId }) => {
      await desk.remove(experimentId);
      events.listed();
      return {};
    },
    'experiment.start': ({ experimentId }) => {
      desk.start(experimentId);
      return {};
    },
    'experiment.pause': ({ experimentId }) => {
      desk.steer(experimentId, 'paused').pause(experimentId);
      return {};
    },
    'experiment.stop': ({ experimentId }) => {
      desk.steer(experimentId, 'stopped').stop(experimentId);
      return {};
    },
    'experiment.cancel': ({ experimentId }) => {
      desk.steer(experimentId, 'cancelled').cancel(experimentId);
      return {};
    },
    'experiment.resume': ({ experimentId }) => {
      desk.start(experimentId);
      return {};
    },
    'experiment.retry': ({ experimentId, taskIds }) => {
      desk.retry(experimentId, taskIds ?? null);
      return {};
    },
    'experiment.measure': ({ experimentId, ...request }) => {
      const state = addMetrics(desk, experimentId, request);
      events.listed();
      return { state };
    },
    'experiment.setThresholds': ({ experimentId, thresholds }) => {
      if (desk.store.tables.find(experimentId)) {
        desk.store.tables.setThresholds(experimentId, thresholds);
      } else {
        desk.require(experimentId);
        desk.store.experiments.setThresholds(experimentId, thresholds);
      }
      events.listed();
      return {};
    },
  } satisfies Partial<Answers>;
}

/** Saved views of the phase diagram. */
function viewHandlers({ desk, events }: HandlerSurroundings) {
  return {
    'view.list': ({ experimentId }) => {
      requireKnown(desk, experimentId);
      return desk.store.views.list(experimentId);
    },
    'view.save': ({ experimentId, ...view }) => {
      requireKnown(desk, experimentId);
      desk.store.views.save(experimentId, { ...view, savedAt: new Date().toISOString() });
      events.listed();
      return {};
    },
    'view.delete': ({ experimentId, name }) => {
      requireKnown(desk, experimentId);
      if (!desk.store.views.remove(experimentId, name)) {
        throw new PhasescapeError(
          'not-found',
          `view: must exist, got ${showValue(name)}; list the views of the experiment`,
        );
      }
      events.listed();
      return {};
    },
  } satisfies Partial<Answers>;
}

/** An experiment of either kind. @throws PhasescapeError `not-found` */
function requireKnown(desk: ExperimentDesk, experimentId: string): void {
  if (!desk.store.tables.find(experimentId)) desk.require(experimentId);
}

/** What only reads. */
function readingHandlers({ desk, events, resourcesFolder, version, workers }: HandlerSurroundings) {
  return {
    'spec.check': ({ spec }) => {
      const check = checkSpec(spec, desk.datasets(), machineMemoryBytes());
      if (check.ok) return { ok: true as const, plan: desk.summarise(check.spec) };
      return { ok: false as const, problems: [...check.problems] };
    },
    'experiment.list': () => [
      ...desk.store.experiments.list().map((e) => desk.summary(e)),
      ...desk.store.tables.list().map(importedSummary),
    ],
    'experiment.get': ({ experimentId }) => {
      const table = desk.store.tables.find(experimentId);
      if (table) return importedView(table);
      const experiment = desk.require(experimentId);
      const { spec, additions, thresholds } = experiment;
      return { summary: desk.summary(experiment), spec, additions, thresholds };
    },
    'experiment.log': ({ experimentId }) =>
      desk.store.tables.find(experimentId)
        ? []
        : desk.store.log.ofExperiment(desk.require(experimentId).id),
    'experiment.progress': ({ experimentId }) => {
      const table = desk.store.tables.find(experimentId);
      return table ? importedProgress(table, workers) : desk.progress(experimentId);
    },
    'experiment.trainings': (request) =>
      desk.store.tables.find(request.experimentId)
        ? []
        : trainingCurves(desk, events.running, request),
    'experiment.cells': ({ experimentId, ...wanted }) => {
      const table = desk.store.tables.find(experimentId);
      return table
        ? importedStatistics(desk.store, table, wanted)
        : desk.cellStatistics(desk.requireForScreens(experimentId), wanted);
    },
    'experiment.runs': ({ experimentId }) => {
      if (desk.store.tables.find(experimentId)) return [];
      const experiment = desk.requireSound(experimentId);
      const { states } = desk.tasks(experimentId);
      return runResults(desk.store, experiment, {
        stateOf: (task) => states.get(task.id) ?? 'waiting',
      });
    },
    'experiment.pairs': ({ experimentId }) =>
      desk.store.tables.find(experimentId)
        ? []
        : pairResults(desk.store, desk.requireSound(experimentId)),
    'cell.get': ({ experimentId, cell: index }) => readCell(desk, experimentId, index),
    'experiment.checkMeasure': ({ experimentId, ...request }) =>
      checkAddition(desk, experimentId, request),
    'run.get': (place) => readRun(desk, version, place),
    'run.weights': ({ step, format, ...place }) => {
      const { bytes, name } = exportWeights(desk, place, { step, format });
      return { name, base64: Buffer.from(bytes).toString('base64') };
    },
    'cell.offers': ({ experimentId, cell }) => offersOfCell(desk, experimentId, cell),
    'figure.render': (request) => renderExperimentFigure(desk, { ...request, version }),
    'figure.every': ({ experimentId }) => experimentFigures(desk, { experimentId, version }),
    'report.render': (choice) => ({ html: renderExperimentReport(desk, { ...choice, version }) }),
    'figure.open': ({ experimentId, file }) => ({
      settings: openFigureFile(desk, file, experimentId).settings,
    }),
    'figure.paint': async ({ format, ...request }) => {
      const to = { format, resourcesFolder };
      const picture = await paintExperimentFigure(desk, { ...request, version }, to);
      return { base64: Buffer.from(picture).toString('base64') };
    },
  } satisfies Partial<Answers>;
}

/** Every procedure. What a handler throws is reported to the caller by `dispatch`. */
export function makeHandlers(surroundings: HandlerSurroundings): ProcedureHandlers {
  const answers: Answers = {
    ...catalogueHandlers(surroundings),
    ...settingsHandlers(surroundings.desk, surroundings.registryFolder),
    ...datasetHandlers({ desk: surroundings.desk, folders: surroundings }),
    ...dataHandlers(surroundings.desk, {
      files: surroundings.files,
      folders: surroundings,
      listed: () => surroundings.events.listed(),
    }),
    ...experimentHandlers(surroundings),
    ...viewHandlers(surroundings),
    ...readingHandlers(surroundings),
    ...runHandlers(surroundings.desk, surroundings.events),
    ...tableHandlers(surroundings.desk, () => surroundings.events.listed()),
    ...checkpointHandlers(surroundings.desk, () => surroundings.events.listed()),
  };
  const handlers = Object.entries(answers).map(([name, answer]) => [
    name,
    // Throws become rejections.
    async (input: never): Promise<unknown> => answer(input),
  ]);
  return Object.fromEntries(handlers) as ProcedureHandlers;
}
