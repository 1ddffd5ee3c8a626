/** What is shown of experiments that were imported: results as of any other, and no runs. */
import type { ImportedView } from '#shared/contract/table-views';
import type { ExperimentSummary, Progress } from '#shared/contract/views';
import { importedResults } from '#shared/domain/imported/imported-results';
import type { PhaseThresholds } from '#shared/domain/phases';
import {
  taskStates,
  type CellMetric,
  type CellsResult,
  type DetailedCellMetric,
  type DetailedCellsResult,
  type TaskState,
} from '#shared/domain/results';
import { damagedValue } from '../store/json-column';
import type { StoredTable } from '../store/imported-tables';
import type { ProjectStore } from '../store/project-store';

/** One line of the list of experiments. */
export function importedSummary({
  id,
  name,
  createdAt,
  axes,
  source,
}: StoredTable): ExperimentSummary {
  return {
    id,
    name,
    state: 'finished',
    interrupted: false,
    createdAt,
    cells: axes.loads.length * axes.temperatures.length,
    runs: { total: 0, done: 0, diverged: 0, failed: 0, running: 0 },
    tasks: { total: 0, done: 0, failed: 0, cancelled: 0 },
    importedFrom: source.file,
  };
}

/** What opening it shows. */
export function importedView(table: StoredTable): ImportedView {
  return { summary: importedSummary(table), table: table.source, thresholds: table.thresholds };
}

/** Its results by cell, with the thresholds given or those stored. @throws StoreError `store-corrupt` when they have changed */
export function importedCells(
  store: ProjectStore,
  { id, name, source, thresholds }: StoredTable,
  own: PhaseThresholds = thresholds,
): DetailedCellsResult {
  const table = store.tables.read(id);
  if (!table) throw damagedValue(`imported_tables row of ${JSON.stringify(name)}`, 'be there');
  return importedResults(table, { name, choice: source.choice, thresholds: own });
}

/** The statistics of the cells and scalars that a screen asks for. @throws as `importedCells` */
export function importedStatistics(
  store: ProjectStore,
  table: StoredTable,
  { cells: wanted, scalars }: { cells?: readonly number[]; scalars?: readonly string[] },
): CellsResult {
  const results = importedCells(store, table);
  const some = wanted ? wanted.flatMap((index) => results.cells[index] ?? []) : results.cells;
  const isWanted = (name: string) => scalars?.includes(name) ?? true;
  const cells = some.map((cell) => ({
    ...cell,
    metrics: Object.fromEntries(
      Object.entries(cell.metrics)
        .filter(([name]) => isWanted(name))
        .map(([name, metric]) => [name, withoutValues(metric)]),
    ),
  }));
  return { ...results, cells };
}

function withoutValues(metric: DetailedCellMetric): CellMetric {
  const {
    values: _values,
    errors: _errors,
    errorsOver: _over,
    reasons: _reasons,
    ...rest
  } = metric;
  return rest;
}

/** Nothing is to do, and nothing runs. */
export function importedProgress({ id }: StoredTable, workers: number): Progress {
  const none = () =>
    Object.fromEntries(taskStates.map((state) => [state, 0])) as Record<TaskState, number>;
  return {
    experimentId: id,
    state: 'finished',
    tasks: none(),
    runs: none(),
    workers,
    workersBusy: 0,
    elapsedMs: 0,
    etaMs: null,
    stepsPerSecond: null,
    trainings: [],
    cells: [],
    failures: [],
    begun: [],
    kinds: [],
  };
}
