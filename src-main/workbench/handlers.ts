/** One handler for every procedure of the contract. */
import { basename } from 'node:path';
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { expandCells } from '#shared/domain/cells';
import { checkSpec } from '#shared/domain/check-spec';
import { builtInDatasets } from '#shared/domain/datasets';
import { PhasescapeError } from '#shared/errors';
import { cellsResult, pairResults, runResults } from '../experiments/results';
import { metricCatalogue } from '../metrics/catalogue';
import type { ExperimentDesk } from './experiment-desk';
import type { ProjectEvents } from './project-events';
import { renderExperimentFigure } from './render-figure';
import { readSamples } from './resources';

export interface HandlerSurroundings {
  readonly desk: ExperimentDesk;
  readonly events: ProjectEvents;
  readonly version: string;
  readonly engine: string;
  readonly workers: number;
  readonly readOnly: boolean;
  readonly resourcesFolder: string;
}

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
    'workbench.describe': async () => ({
      version,
      project: basename(desk.store.folder),
      readOnly,
      engine,
      workers,
      diskBytes: desk.store.sizeBytes(),
    }),
    'sample.list': async () => readSamples(resourcesFolder),
    'dataset.list': async () =>
      builtInDatasets.map((facts) => ({ ...facts, inputShape: [...facts.inputShape] })),
    'metric.list': async () =>
      metricCatalogue.map(({ name, title, definition, scalars, source, over }) => {
        return { name, title, definition, scalars: [...scalars], source, over };
      }),
    'engine.list': async () => {
      const { listEngines } = await import('../engine/engines');
      const engines = await listEngines();
      return engines.map(({ name, available, device, dtype, detail }) => {
        return { name, available, device, dtype, detail };
      });
    },
  } satisfies Partial<ProcedureHandlers>;
}

/** What changes experiments. */
function experimentHandlers({ desk, events }: HandlerSurroundings) {
  const scheduled = (experimentId: string) => desk.schedulerFor(experimentId);
  return {
    'experiment.create': async ({ spec }) => {
      const { id } = desk.create(spec);
      events.listed();
      return { experimentId: id };
    },
    'experiment.delete': async ({ experimentId }) => {
      desk.remove(experimentId);
      events.listed();
      return {};
    },
    'experiment.start': async ({ experimentId }) => {
      desk.start(experimentId);
      return {};
    },
    'experiment.pause': async ({ experimentId }) => {
      scheduled(experimentId).pause(experimentId);
      return {};
    },
    'experiment.stop': async ({ experimentId }) => {
      scheduled(experimentId).stop(experimentId);
      return {};
    },
    'experiment.cancel': async ({ experimentId }) => {
      scheduled(experimentId).cancel(experimentId);
      return {};
    },
    'experiment.resume': async ({ experimentId }) => {
      desk.start(experimentId);
      return {};
    },
    'experiment.retry': async ({ experimentId }) => {
      scheduled(experimentId).retry(experimentId);
      return {};
    },
    'experiment.setThresholds': async ({ experimentId, thresholds }) => {
      desk.require(experimentId);
      desk.store.experiments.setThresholds(experimentId, thresholds);
      events.listed();
      return {};
    },
  } satisfies Partial<ProcedureHandlers>;
}

/** What only reads. */
function readingHandlers({ desk, version }: HandlerSurroundings) {
  return {
    'spec.check': async ({ spec }) => {
      const check = checkSpec(spec);
      if (check.ok) return { ok: true as const, plan: desk.summarise(check.spec) };
      return { ok: false as const, problems: [...check.problems] };
    },
    'experiment.list': async () => desk.store.experiments.list().map((e) => desk.summary(e)),
    'experiment.get': async ({ experimentId }) => {
      const experiment = desk.require(experimentId);
      const { spec, thresholds } = experiment;
      return { summary: desk.summary(experiment), spec, thresholds };
    },
    'experiment.progress': async ({ experimentId }) => desk.progress(experimentId),
    'experiment.cells': async ({ experimentId }) =>
      cellsResult(desk.store, desk.require(experimentId)),
    'experiment.runs': async ({ experimentId }) => {
      const experiment = desk.require(experimentId);
      const { states } = desk.tasks(experimentId);
      return runResults(desk.store, experiment, (task) => states.get(task.id) ?? 'waiting');
    },
    'experiment.pairs': async ({ experimentId }) =>
      pairResults(desk.store, desk.require(experimentId)),
    'cell.get': async ({ experimentId, cell: index }) => readCell(desk, experimentId, index),
    'figure.render': async (request) => renderExperimentFigure(desk, { ...request, version }),
  } satisfies Partial<ProcedureHandlers>;
}

/** Every procedure. What a handler throws is reported to the caller by `dispatch`. */
export function makeHandlers(surroundings: HandlerSurroundings): ProcedureHandlers {
  return {
    ...catalogueHandlers(surroundings),
    ...experimentHandlers(surroundings),
    ...readingHandlers(surroundings),
  };
}

function readCell(desk: ExperimentDesk, experimentId: string, index: number) {
  const { spec } = desk.require(experimentId);
  const cell = expandCells(spec)[index];
  if (!cell) {
    throw new PhasescapeError(
      'not-found',
      `cell: must be one of the grid, got ${index}; use 0 to ${expandCells(spec).length - 1}`,
    );
  }
  const { tasks, states } = desk.tasks(experimentId);
  return {
    index,
    axes: Object.fromEntries(cell.coordinates.map(({ path, value }) => [path, value])),
    seeds: spec.seeds,
    tasks: tasks
      .filter((task) => task.cell === index)
      .map((task) => ({
        taskId: task.id,
        kind: task.kind,
        seeds: [...task.seeds],
        state: states.get(task.id) ?? 'waiting',
        attempts: task.attempts,
        message: task.errorMessage,
        engine: task.engine
          ? `${task.engine.name} ${task.engine.dtype}, ${task.engine.version}`
          : null,
        durationMs: task.durationMs,
        finishedAt: task.finishedAt,
        measurements: desk.store.results.measurementsOf(task.id),
      })),
  };
}
