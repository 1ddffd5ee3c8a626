/** `phasescape results`: the numbers of an experiment, for scripts. */
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { scalarDefinitions } from '#shared/domain/scalars';
import { Workbench } from '../workbench';
import { importedCells } from '../workbench/imported-experiments';
import { correlationRows } from './correlation-rows';
import { csvTable } from '#shared/domain/csv';
import { exitCodes, print, type ExitCode } from './outcome';
import type { ResultTable } from './result-table';

export const resultLevels = ['cells', 'runs', 'pairs', 'correlations'] as const;
export const resultFormats = ['json', 'csv'] as const;

export interface ResultsOptions {
  readonly project: string;
  readonly experiment: string;
  readonly level: (typeof resultLevels)[number];
  readonly format: (typeof resultFormats)[number];
}

/** Prints results; works while another process runs the experiment. @throws PhasescapeError `not-found`; StoreError when they are damaged */
export async function resultsCommand(options: ResultsOptions): Promise<ExitCode> {
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const experimentId = findExperiment(workbench, options.experiment);
  const { store } = workbench.desk;
  const designed = store.experiments.find(experimentId);
  if (designed) store.requireUnchanged(designed);
  const table = await readLevel(workbench, experimentId, options.level);
  await print(
    options.format === 'json' ? JSON.stringify(table.json) : csvTable(table.columns, table.rows),
  );
  return exitCodes.done;
}

/** The id of an experiment by its name. @throws PhasescapeError `not-found` naming those that exist */
export function findExperiment(workbench: Workbench, name: string): string {
  const { experiments, tables } = workbench.desk.store;
  const found =
    experiments.findByName(name) ??
    tables.findByName(name) ??
    experiments.find(name) ??
    tables.find(name);
  if (found) return found.id;
  const names = [...experiments.list(), ...tables.list()].map((experiment) => experiment.name);
  throw new PhasescapeError(
    'not-found',
    `experiment: must exist in this project, got ${showValue(name)}; use ${names.length === 0 ? 'run to make one' : `one of: ${names.join(', ')}`}`,
  );
}

async function readLevel(
  { desk, handlers }: Workbench,
  experimentId: string,
  level: ResultsOptions['level'],
): Promise<ResultTable> {
  const imported = desk.store.tables.find(experimentId);
  const cells = imported
    ? importedCells(desk.store, imported)
    : desk.cells(desk.requireSound(experimentId));
  const { axes, experiment } = cells;
  const paths = axes.map((axis) => axis.path);
  const names = (over: 'run' | 'pair') =>
    scalarDefinitions
      .filter((definition) => definition.over === over)
      .map((definition) => definition.name)
      .filter((name) => cells.cells.some((cell) => name in cell.metrics));
  switch (level) {
    case 'cells': {
      const metrics = [...names('run'), ...names('pair')];
      return {
        json: cells,
        columns: [
          'cell',
          ...paths,
          'n',
          'diverged',
          'phase',
          'phaseReason',
          ...metrics.flatMap((name) =>
            ['Mean', 'Sd', 'Se', 'N', 'Over', 'LowerQuartile', 'Median', 'UpperQuartile'].map(
              (column) => `${name}${column}`,
            ),
          ),
        ],
        rows: cells.cells.map((cell) => [
          cell.index,
          ...paths.map((path) => cell.axes[path] ?? null),
          cell.n,
          cell.diverged,
          cell.phase,
          cell.phaseReason,
          ...metrics.flatMap((name) => {
            const metric = cell.metrics[name];
            return [
              metric?.mean ?? null,
              metric?.sd ?? null,
              metric?.se ?? null,
              metric ? metric.n : 0,
              metric?.over ?? null,
              metric?.lowerQuartile ?? null,
              metric?.median ?? null,
              metric?.upperQuartile ?? null,
            ];
          }),
        ]),
      };
    }
    case 'runs': {
      const runs = await handlers['experiment.runs']({ experimentId });
      const metrics = names('run');
      const recorded = runs.some((run) => run.trajectory) ? ['recordedWeights'] : [];
      return {
        json: { experiment, axes, runs },
        columns: [
          'cell',
          ...paths,
          'seed',
          'state',
          'engine',
          ...metrics.flatMap((m) => [m, `${m}Error`]),
          ...recorded,
        ],
        rows: runs.map((run) => [
          run.cell,
          ...paths.map((path) => run.axes[path] ?? null),
          run.seed,
          run.state,
          run.engine,
          ...metrics.flatMap((name) => [run.metrics[name] ?? null, run.errors[name] ?? null]),
          ...recorded.map(() => run.trajectory?.weights ?? 0),
        ]),
      };
    }
    case 'pairs': {
      const pairs = await handlers['experiment.pairs']({ experimentId });
      const metrics = names('pair');
      return {
        json: { experiment, axes, pairs },
        columns: ['cell', ...paths, 'seedA', 'seedB', ...metrics.flatMap((m) => [m, `${m}Error`])],
        rows: pairs.map((pair) => [
          pair.cell,
          ...paths.map((path) => pair.axes[path] ?? null),
          ...pair.seeds,
          ...metrics.flatMap((name) => [pair.metrics[name] ?? null, pair.errors[name] ?? null]),
        ]),
      };
    }
    case 'correlations':
      return correlationRows(cells);
    default:
      return level satisfies never;
  }
}
