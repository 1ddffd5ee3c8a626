/** An experiment as tables that leave the program: what a row is, its columns, and the rows, read some cells at a time. */
import { measuredSpec } from '#shared/domain/additions';
import { expandCells } from '#shared/domain/cells';
import type { ExportLevel, TableColumn, TableValue } from '#shared/domain/data-export';
import type { SeriesMeasurement, FieldMeasurement } from '#shared/domain/measurement';
import { whyMissing } from '#shared/domain/missing-values';
import type { CellResult, CellsResult, PairResult, RunResult } from '#shared/domain/results';
import { scalarDefinitions, type ScalarDefinition } from '#shared/domain/scalars';
import type { ExperimentSpec } from '#shared/domain/spec';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import {
  axisColumns,
  axisValue,
  cellColumn,
  plainColumn,
  scalarColumns,
  seriesColumns,
  statisticColumns,
} from './exported-columns';
import {
  cellNumbers,
  labelledCells,
  pairResults,
  runResults,
  scalarsOfSpec,
  type CellsOptions,
} from './results';

/** A table whose rows are read as they are asked for. */
export interface ExportedTable {
  readonly columns: readonly TableColumn[];
  readonly rows: Iterable<readonly TableValue[]>;
}

/** Cells read at once. */
const cellsAtOnce = 32;

type Axes = readonly TableColumn[];

/**
 * The table of an experiment with runs. The rows are those of `cellsResult`, `runResults` and `pairResults` in the order of cells; those of
 * series are the points of each series and field, in the order of cells and tasks.
 * @param labelling - what the phases of cells are told from
 * @throws StoreError while rows are read, when a stored value is damaged
 */
export function exportedTable(
  store: ProjectStore,
  experiment: StoredExperiment,
  { level, labelling }: { readonly level: ExportLevel; readonly labelling: CellsOptions },
): ExportedTable {
  const spec = measuredSpec(experiment);
  const axes = axisColumns(spec.axes);
  const scalars = scalarsOfSpec(spec);
  const blocks = () => blocksOf(expandCells(spec).length);
  switch (level) {
    case 'cells':
      return {
        columns: columnsOfCells(axes, scalars, spec),
        rows: flat(blocks(), (cells) => {
          const numbers = cellNumbers(store, experiment, cells);
          const labelled = labelledCells(experiment, numbers, labelling);
          return labelled.cells.map((cell) => cellRow(cell, axes, scalars));
        }),
      };
    case 'runs':
      return runsTable(store, experiment, { axes, blocks, spec });
    case 'pairs':
      return pairsTable(store, experiment, { axes, blocks, spec });
    case 'series':
      return seriesTable(store, experiment, axes);
    default:
      return level satisfies never;
  }
}

/** The cells of imported results, which have no runs. */
export function exportedCells(results: CellsResult): ExportedTable {
  const axes = axisColumns(results.axes);
  const scalars = scalarDefinitions.filter(({ name }) =>
    results.cells.some((cell) => name in cell.metrics),
  );
  return {
    columns: columnsOfCells(axes, scalars, null),
    rows: results.cells.map((cell) => cellRow(cell, axes, scalars)),
  };
}

interface Surroundings {
  readonly axes: Axes;
  readonly blocks: () => Iterable<readonly number[]>;
}

function* blocksOf(count: number): Generator<number[]> {
  for (let first = 0; first < count; first += cellsAtOnce)
    yield Array.from({ length: Math.min(cellsAtOnce, count - first) }, (_, i) => first + i);
}

function* flat<Part, Row>(parts: Iterable<Part>, rowsOf: (part: Part) => Iterable<Row>) {
  for (const part of parts) yield* rowsOf(part);
}

function columnsOfCells(
  axes: Axes,
  scalars: readonly ScalarDefinition[],
  spec: ExperimentSpec | null,
): TableColumn[] {
  return [
    cellColumn,
    ...axes,
    plainColumn('n', 'integer', 'Runs whose training ended, diverged ones included.'),
    plainColumn('diverged', 'integer', 'Runs whose loss was not finite.'),
    plainColumn('phase', 'text', 'Phase by the thresholds of the experiment.'),
    plainColumn('phaseReason', 'text', 'Why that phase.'),
    ...scalars.flatMap((scalar) => statisticColumns(scalar, spec)),
  ];
}

function cellRow(
  cell: CellResult,
  axes: Axes,
  scalars: readonly ScalarDefinition[],
): readonly TableValue[] {
  return [
    cell.index,
    ...axes.map((axis) => axisValue(axis, cell.axes[axis.name])),
    ...[cell.n, cell.diverged, cell.phase, cell.phaseReason],
    ...scalars.flatMap(({ name }): TableValue[] => {
      const metric = cell.metrics[name];
      if (!metric) return Array.from({ length: 10 }, () => null);
      const { lowerQuartile, mean, median, n, over, sd, se, upperQuartile } = metric;
      const missing = metric.isImported ? null : (metric.missing?.count ?? 0);
      const why = metric.isImported ? null : whyMissing(metric);
      return [mean, sd, se, n, over, lowerQuartile, median, upperQuartile, missing, why];
    }),
  ];
}

/** Value, error and reason of each scalar. */
function numbersOf(
  { errors, metrics, reasons }: Pick<RunResult | PairResult, 'metrics' | 'errors' | 'reasons'>,
  scalars: readonly ScalarDefinition[],
): TableValue[] {
  return scalars.flatMap(({ name }) => [
    metrics[name] ?? null,
    errors[name] ?? null,
    reasons[name] ?? null,
  ]);
}

function runsTable(
  store: ProjectStore,
  experiment: StoredExperiment,
  { axes, blocks, spec }: Surroundings & { readonly spec: ExperimentSpec },
): ExportedTable {
  const scalars = scalarsOfSpec(spec).filter(({ over }) => over === 'run');
  // Of a stored training: nothing is known here of what a scheduler runs just now.
  const stateOf = ({ state }: { readonly state: string }) =>
    state === 'pending' ? 'ready' : (state as RunResult['state']);
  return {
    columns: [
      cellColumn,
      ...axes,
      plainColumn('seed', 'integer', 'Seed of the run.'),
      plainColumn(
        'state',
        'text',
        'State of its training as it is stored: ready, done, diverged, failed, cancelled.',
      ),
      plainColumn('engine', 'text', 'What executed its training: name, number type, device.'),
      plainColumn(
        'recordedWeights',
        'integer',
        'How often its weights were recorded along the training.',
      ),
      ...scalars.flatMap((scalar) => scalarColumns(scalar, spec)),
    ],
    rows: flat(blocks(), (only) =>
      runResults(store, experiment, { stateOf, only }).map((run) => [
        run.cell,
        ...axes.map((axis) => axisValue(axis, run.axes[axis.name])),
        ...[run.seed, run.state, run.engine, run.trajectory?.weights ?? 0],
        ...numbersOf(run, scalars),
      ]),
    ),
  };
}

function pairsTable(
  store: ProjectStore,
  experiment: StoredExperiment,
  { axes, blocks, spec }: Surroundings & { readonly spec: ExperimentSpec },
): ExportedTable {
  const scalars = scalarsOfSpec(spec).filter(({ over }) => over === 'pair');
  return {
    columns: [
      cellColumn,
      ...axes,
      plainColumn('seedA', 'integer', 'The smaller seed of the pair.'),
      plainColumn('seedB', 'integer', 'The larger seed of the pair.'),
      ...scalars.flatMap((scalar) => scalarColumns(scalar, spec)),
    ],
    rows: flat(blocks(), (only) =>
      pairResults(store, experiment, only).map((pair) => [
        pair.cell,
        ...axes.map((axis) => axisValue(axis, pair.axes[axis.name])),
        ...pair.seeds,
        ...numbersOf(pair, scalars),
      ]),
    ),
  };
}

function seriesTable(store: ProjectStore, experiment: StoredExperiment, axes: Axes): ExportedTable {
  const { id, spec } = experiment;
  const cells = expandCells(spec);
  const fixed = [
    cellColumn,
    ...axes,
    plainColumn('series', 'text', 'Name of the series, as the definition of its metric gives it.'),
    plainColumn('seed', 'integer', 'Seed of the run, or of the first run of a pair.'),
    plainColumn('otherSeed', 'integer', 'Seed of the second run of a pair; empty for one run.'),
    plainColumn('point', 'integer', 'Place in the series, from 0; of a field row by row.'),
    plainColumn('samples', 'text', 'The samples that it was computed on.'),
  ];
  const found = store.results.seriesColumns(id);
  const { columns, nameOf } = seriesColumns(found, new Set(fixed.map(({ name }) => name)));
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  const rowsOfSeries = function* (
    series: (SeriesMeasurement | FieldMeasurement) & { cell: number },
  ) {
    const { cell, name, samples, subject } = series;
    const [seed, otherSeed] = subject.kind === 'run' ? [subject.seed, null] : subject.seeds;
    const coordinates = cells[cell]?.coordinates ?? [];
    const head = [
      cell,
      ...axes.map((axis) =>
        axisValue(axis, coordinates.find(({ path }) => path === axis.name)?.value),
      ),
      ...[name, seed, otherSeed],
    ];
    const own = columnsOf(series).map(
      ([column, values]) => [places.get(nameOf(name, column)) ?? -1, values] as const,
    );
    const length = Math.max(0, ...own.map(([, values]) => values.length));
    for (let point = 0; point < length; point++) {
      const numbers: (number | null)[] = columns.map(() => null);
      for (const [place, values] of own) numbers[place] = values[point] ?? null;
      yield [...head, point, samples, ...numbers];
    }
  };
  return {
    columns: [...fixed, ...columns],
    // Cell by cell: the series of one may be long.
    rows: flat(
      flat(cells, ({ index }) => store.results.seriesOf(id, [index])),
      rowsOfSeries,
    ),
  };
}

/** The columns of a series; of a field the position of each value and the value. */
function columnsOf(
  series: SeriesMeasurement | FieldMeasurement,
): (readonly [string, readonly (number | null)[]])[] {
  if (series.kind === 'series') return Object.entries(series.columns);
  const { values, x, y } = series;
  return [
    ['x', values.map((_, i) => x[i % x.length] ?? null)],
    ['y', values.map((_, i) => y[Math.floor(i / x.length)] ?? null)],
    ['value', values],
  ];
}
