/** One cell of an experiment as its screen shows it: every task with what it yielded and how it was made. */
import type { ProcedureOutput } from '#shared/contract/procedures';
import type { CellTask } from '#shared/contract/views';
import { expandCells, type Cell } from '#shared/domain/cells';
import { fractionCount } from '#shared/domain/datasets';
import type { TaskState } from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';
import { PhasescapeError } from '#shared/errors';
import { describeStamp } from '../experiments/describe-stamp';
import type { StoredTask } from '../store/task-table';
import { importedCells } from './imported-experiments';
import type { ExperimentDesk } from './experiment-desk';

/** @throws PhasescapeError `not-found`; StoreError when its results are not as they were written */
export function readCell(
  desk: ExperimentDesk,
  experimentId: string,
  index: number,
): ProcedureOutput<'cell.get'> {
  const table = desk.store.tables.find(experimentId);
  const imported = table && importedCells(desk.store, table).cells[index];
  if (imported)
    return { index, axes: { ...imported.axes }, seeds: [], trainSamples: null, tasks: [] };
  const { spec } = desk.requireForScreens(experimentId);
  const { coordinates, settings } = requireCell(spec, index);
  const { tasks, states } = desk.tasksOfCell(experimentId, index);
  const facts = desk.factsReader()(settings.dataset);
  return {
    index,
    axes: Object.fromEntries(coordinates.map(({ path, value }) => [path, value])),
    seeds: spec.seeds,
    trainSamples: facts ? fractionCount(facts.trainCount, settings.dataset.fraction) : null,
    tasks: tasks.map((task) => describeTask(desk, task, states.get(task.id) ?? 'waiting')),
  };
}

/** A cell of the grid. @throws PhasescapeError `not-found` */
export function requireCell(spec: ExperimentSpec, index: number): Cell {
  const grid = expandCells(spec);
  const cell = grid[index];
  if (cell) return cell;
  throw new PhasescapeError(
    'not-found',
    `cell: must be one of the grid, got ${index}; use 0 to ${grid.length - 1}`,
  );
}

/** A task with its measurements. */
export function describeTask(desk: ExperimentDesk, task: StoredTask, state: TaskState): CellTask {
  const told = desk.store.tasks.spec(task.id) as { readonly definition?: unknown } | null;
  return {
    taskId: task.id,
    kind: task.kind,
    seeds: [...task.seeds],
    state,
    attempts: task.attempts,
    message: task.errorMessage,
    engine: task.engine ? describeStamp(task.engine) : null,
    durationMs: task.durationMs,
    finishedAt: task.finishedAt,
    definition: typeof told?.definition === 'number' ? told.definition : null,
    measurements: desk.store.results.measurementsOf(task.id),
  };
}
