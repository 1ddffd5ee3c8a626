/** Results of an experiment at three levels, from the rows of the database. */
import { isMeasuredIn, measuredSpec } from '#shared/domain/additions';
import { expandCells, type Cell, type RunSettings } from '#shared/domain/cells';
import { seedPairs } from '#shared/domain/seed-pairs';
import { pairsOfMetric } from '#shared/domain/metric-registry';
import { labelCell } from '#shared/domain/cell-phase';
import type { PhaseThresholds } from '#shared/domain/phases';
import { isRelativeError, noRelativeError, scoresOfSpec } from '#shared/domain/problem-scalars';
import { isProblem } from '#shared/domain/problem-spec';
import type {
  AxisValues,
  CellMetric,
  CellResult,
  CellsResult,
  DetailedCellMetric,
  DetailedCellsResult,
  PairResult,
  RunResult,
  TaskState,
} from '#shared/domain/results';
import { scalarDefinitions, type ScalarDefinition } from '#shared/domain/scalars';
import type { ExperimentSpec } from '#shared/domain/spec';
import { withNeededTrajectory } from '#shared/domain/trajectory';
import { pairStandardError, summarise } from '#shared/domain/statistics';
import type { Subject } from '#shared/domain/measurement';
import { missingOf } from '#shared/domain/missing-values';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import type { StoredScalar } from '../store/result-table';
import type { StoredTask } from '../store/task-table';
import { missingReasons, type MissingReason } from './missing-results';
import { describeStamp } from './describe-stamp';

/** States of tasks by id: stored ones, and what runs now. */
export type TaskStates = (task: StoredTask) => TaskState;

/** What is stored of a scalar, or why nothing is. */
export type Entry = Pick<StoredScalar, 'value' | 'reason' | 'error' | 'errorOver'>;

/** What is known of a value alone. */
type ShownEntry = Pick<Entry, 'value' | 'reason'>;

const seedsKey = (subject: Subject): string | number => {
  if (subject.kind === 'run') return subject.seed;
  const [a, b] = subject.seeds;
  return a < b ? `${a}-${b}` : `${b}-${a}`;
};

const axesOf = (cell: Cell): AxisValues =>
  Object.fromEntries(cell.coordinates.map(({ path, value }) => [path, value]));

/** The scalars that a spec measures, in the order of their definitions. */
export function scalarsOfSpec(spec: ExperimentSpec): readonly ScalarDefinition[] {
  const metrics = new Set<string>(['training', ...spec.metrics.map((metric) => metric.name)]);
  const measured = scalarDefinitions.filter((definition) => metrics.has(definition.metric));
  return scoresOfSpec(spec, measured);
}

/** The runs or pairs that a scalar has in each cell, in order. */
function subjectsOf(spec: ExperimentSpec, definition: ScalarDefinition): readonly Subject[] {
  if (definition.over === 'run') return spec.seeds.map((seed) => ({ kind: 'run', seed }));
  const metric = spec.metrics.find(({ name }) => name === definition.metric);
  if (!metric) return [];
  return pairsOf(spec, pairsOfMetric(metric)).map((seeds) => ({ kind: 'pair', seeds }));
}

/** Pairs of seeds, the smaller seed first, in the order of the spec. */
function pairsOf(spec: ExperimentSpec, kind: 'ring' | 'first' | 'all'): [number, number][] {
  return seedPairs(spec.seeds.length, kind).map(([a, b]) => {
    const pair = [spec.seeds[a] ?? 0, spec.seeds[b] ?? 0].sort((x, y) => x - y);
    return pair as [number, number];
  });
}

/** Looks up what is stored of a scalar, or why nothing is; undefined while it is not there yet. */
export type ReadEntry<E = Entry> = (
  cell: number,
  definition: ScalarDefinition,
  subject: Subject,
) => E | undefined;

/** Reads every scalar from the results. */
function entryReader(
  store: ProjectStore,
  experiment: StoredExperiment,
  cells: readonly Cell[],
): ReadEntry {
  const { id } = experiment;
  return readerOf(store.results.scalarsOf(id), {
    ended: () => store.tasks.ended(id),
    isProblemCell: problemCells(cells),
    isAsked: askedOf(experiment),
  });
}

function problemCells(cells: readonly Cell[]): (cell: number) => boolean {
  const problems = new Set(
    cells.filter(({ settings }) => isProblem(settings.dataset)).map(({ index }) => index),
  );
  return (cell) => problems.has(cell);
}

/** Whether a cell is measured with a metric: one may have been added to some cells only. */
export function askedOf(
  experiment: StoredExperiment,
): (cell: number, definition: ScalarDefinition) => boolean {
  if (experiment.additions.length === 0) return () => true;
  return (cell, { metric }) => metric === 'training' || isMeasuredIn(experiment, metric, cell);
}

/**
 * Looks up the scalars given.
 * @param about - the tasks that tell why one is missing, read when the first one is; and which cells are problems, which alone have
 *   relative errors
 */
export function readerOf<E extends ShownEntry = Entry>(
  scalars: readonly (Pick<StoredScalar, 'cell' | 'name' | 'subject'> & E)[],
  about: {
    readonly ended: () => Parameters<typeof missingReasons>[0];
    readonly isProblemCell: (cell: number) => boolean;
    /** Whether a cell is measured with the metric of a scalar. */
    readonly isAsked: (cell: number, definition: ScalarDefinition) => boolean;
  },
): ReadEntry<E | Entry> {
  // By cell, by scalar, by seeds: half a million entries of a large sweep find their place without a text each.
  const byCell = new Map<number, Map<string, Map<string | number, E>>>();
  for (const scalar of scalars) {
    const byName = byCell.get(scalar.cell) ?? new Map<string, Map<string | number, E>>();
    byCell.set(scalar.cell, byName);
    const bySeeds = byName.get(scalar.name) ?? new Map<string | number, E>();
    byName.set(scalar.name, bySeeds);
    bySeeds.set(seedsKey(scalar.subject), scalar);
  }
  let reasons: MissingReason | null = null;
  const whyMissing: MissingReason = (...what) =>
    (reasons ??= missingReasons(about.ended()))(...what);
  return (cell, definition, subject) => {
    const found = byCell.get(cell)?.get(definition.name)?.get(seedsKey(subject));
    if (found) return found;
    if (isRelativeError(definition.name) && !about.isProblemCell(cell))
      return { value: null, reason: noRelativeError, error: null, errorOver: null };
    if (!about.isAsked(cell, definition)) return notAskedHere;
    const reason = whyMissing(cell, definition, subject);
    return reason === null ? undefined : { value: null, reason, error: null, errorOver: null };
  };
}

/** A cell with its statistics over seeds and pairs; its phase depends on thresholds besides. */
export type CellNumbers<Metric extends CellMetric = CellMetric> = Pick<
  CellResult<Metric>,
  'index' | 'axes' | 'n' | 'diverged' | 'metrics'
> & { readonly settings: RunSettings };

/** The numbers of all cells as they stand in the results. */
export function cellNumbers(
  store: ProjectStore,
  experiment: StoredExperiment,
): CellNumbers<DetailedCellMetric>[] {
  const cells = expandCells(experiment.spec);
  const read = entryReader(store, experiment, cells);
  const spec = measuredSpec(experiment);
  const definitions = scalarsOfSpec(spec).map((definition) => ({
    definition,
    subjects: subjectsOf(spec, definition),
  }));
  const countsOf = trainingCounts(store, experiment);
  return cells.map((cell) => {
    const metrics: Record<string, DetailedCellMetric> = {};
    for (const { definition, subjects } of definitions) {
      const found = subjects.map((subject) => read(cell.index, definition, subject));
      metrics[definition.name] = {
        ...statisticsOf(subjects, found),
        values: found.map((entry) => entry?.value ?? null),
        errors: found.map((entry) => entry?.error ?? null),
        errorsOver: found.map((entry) => entry?.errorOver ?? null),
        reasons: found.map((entry) => entry?.reason ?? null),
      };
    }
    return { ...frameOf(cell, countsOf), metrics };
  });
}

/**
 * Statistics of some cells and scalars, from the numbers kept beside the results: what screens show of a large experiment is read in a
 * fraction of the time that all of its results take. The same numbers as those of `cellNumbers`.
 * @param cells - those wanted, of the spec's grid
 * @param names - of the scalars; those that the experiment does not measure are left out
 */
export function shownNumbers(
  store: ProjectStore,
  experiment: StoredExperiment,
  { cells, names }: { readonly cells: readonly Cell[]; readonly names: ReadonlySet<string> },
): CellNumbers[] {
  const { id } = experiment;
  const spec = measuredSpec(experiment);
  const definitions = scalarsOfSpec(spec)
    .filter(({ name }) => names.has(name))
    .map((definition) => ({ definition, subjects: subjectsOf(spec, definition) }));
  const indices = cells.map(({ index }) => index);
  const asked = { cells: indices, names: definitions.map(({ definition }) => definition.name) };
  const read = readerOf<ShownEntry>(store.results.shownScalars(id, asked), {
    ended: () => store.tasks.ended(id, indices),
    isProblemCell: problemCells(cells),
    isAsked: askedOf(experiment),
  });
  const countsOf = trainingCounts(store, experiment, indices);
  return cells.map((cell) => {
    const metrics = definitions.map(({ definition, subjects }) => {
      const found = subjects.map((subject) => read(cell.index, definition, subject));
      return [definition.name, statisticsOf(subjects, found)] as const;
    });
    return { ...frameOf(cell, countsOf), metrics: Object.fromEntries(metrics) };
  });
}

type TrainingCounts = (cell: number) => Pick<CellNumbers, 'n' | 'diverged'>;

function trainingCounts(
  store: ProjectStore,
  { id }: StoredExperiment,
  only?: readonly number[],
): TrainingCounts {
  const ended = store.tasks.endedTrainings(id, only);
  return (cell) => {
    const { done, diverged } = ended.get(cell) ?? { done: 0, diverged: 0 };
    return { n: done + diverged, diverged };
  };
}

const frameOf = (cell: Cell, countsOf: TrainingCounts) => ({
  index: cell.index,
  axes: axesOf(cell),
  settings: cell.settings,
  ...countsOf(cell.index),
});

export interface CellsOptions {
  /** In place of those stored with the experiment. */
  readonly thresholds?: PhaseThresholds;
  /** Least train loss of a cell without looking at its inputs; without it no cell counts as untrained. */
  readonly chanceLoss?: (settings: RunSettings) => number | null;
}

/** Cells with their phase. */
export function labelledCells<Metric extends CellMetric>(
  experiment: StoredExperiment,
  numbers: readonly CellNumbers<Metric>[],
  { thresholds = experiment.thresholds, chanceLoss }: CellsOptions = {},
): CellsResult<Metric> {
  const spec = measuredSpec(experiment);
  const cells = numbers.map(({ settings, ...cell }): CellResult<Metric> => {
    const chance = chanceLoss?.(settings) ?? null;
    const measured = { ...cell, ...(chance === null ? {} : { chanceLoss: chance }) };
    const { phase, reason } = labelCell(measured, thresholds);
    return { ...measured, phase, phaseReason: reason };
  });
  const scalars = scalarsOfSpec(spec).map(({ name }) => name);
  return { experiment: spec.name, axes: spec.axes, scalars, cells };
}

/** Results with some of their scalars alone. */
export function withScalars(results: CellsResult, names: readonly string[]): CellsResult {
  const cells = results.cells.map((cell) => ({
    ...cell,
    metrics: Object.fromEntries(
      names.flatMap((name) => {
        const metric = Object.hasOwn(cell.metrics, name) ? cell.metrics[name] : undefined;
        return metric ? [[name, metric] as const] : [];
      }),
    ),
  }));
  return { ...results, cells };
}

/** Every cell with its statistics over seeds and pairs, every value behind them, and its phase. */
export function cellsResult(
  store: ProjectStore,
  experiment: StoredExperiment,
  options: CellsOptions = {},
): DetailedCellsResult {
  return labelledCells(experiment, cellNumbers(store, experiment), options);
}

function statisticsOf(
  subjects: readonly Subject[],
  found: readonly (ShownEntry | undefined)[],
): CellMetric {
  const values = found.map((entry) => entry?.value ?? null);
  const reasons = found.map((entry) => entry?.reason ?? null);
  const { se, ...summary } = summarise(values);
  const missing = missingOf(values, reasons);
  const pairs = subjects.flatMap((subject, i) =>
    subject.kind === 'pair' ? [{ seeds: subject.seeds, value: values[i] ?? null }] : [],
  );
  return {
    ...summary,
    se: pairs.length > 0 ? pairStandardError(pairs) : se,
    over: pairs.length > 0 ? 'pairs' : 'seeds',
    ...(missing ? { missing } : {}),
  };
}

/** Every run with its scalars; null where a number could not be computed or is not there yet. */
export function runResults(
  store: ProjectStore,
  experiment: StoredExperiment,
  stateOf: TaskStates,
): RunResult[] {
  const spec = measuredSpec(experiment);
  const tasks = store.tasks.ofExperiment(experiment.id);
  const cells = expandCells(spec);
  const read = entryReader(store, experiment, cells);
  const definitions = scalarsOfSpec(spec).filter((definition) => definition.over === 'run');
  const axes = cells.map(axesOf);
  const trainings = tasks.filter((task) => task.kind === 'train');
  const trajectories = trajectoriesOf(store, experiment.spec, trainings);
  return trainings.map((task) => {
    const seed = task.seeds[0] ?? 0;
    const found = definitions.map(
      (definition) =>
        [definition.name, read(task.cell, definition, { kind: 'run', seed })] as const,
    );
    return {
      cell: task.cell,
      axes: axes[task.cell] ?? {},
      seed,
      state: stateOf(task),
      engine: task.engine ? describeStamp(task.engine) : null,
      ...recordsOf(found),
      ...trajectories.get(task.id),
    };
  });
}

/** What is recorded of the trainings, by their task. */
function trajectoriesOf(
  store: ProjectStore,
  { training, metrics }: ExperimentSpec,
  tasks: readonly StoredTask[],
): Map<string, Required<Pick<RunResult, 'trajectory'>>> {
  if (withNeededTrajectory(training, metrics).trajectory.name === 'off') return new Map();
  const artifacts = store.results.artifactsOf(tasks.map(({ id }) => id));
  const ofTasks = Map.groupBy(artifacts, ({ taskId }) => taskId);
  return new Map(
    [...ofTasks].flatMap(([taskId, own]) => {
      const index = own.find(({ name }) => name === 'trajectory')?.hash;
      const weights = own.filter(({ name }) => name.startsWith('trajectory.')).length;
      return index === undefined ? [] : [[taskId, { trajectory: { weights, index } }]];
    }),
  );
}

/** Every pair of runs that something is measured between. */
export function pairResults(store: ProjectStore, experiment: StoredExperiment): PairResult[] {
  const spec = measuredSpec(experiment);
  const cells = expandCells(spec);
  const read = entryReader(store, experiment, cells);
  const measured = scalarsOfSpec(spec)
    .filter((definition) => definition.over === 'pair')
    .map((definition) => {
      const pairs = subjectsOf(spec, definition).flatMap((s) =>
        s.kind === 'pair' ? [s.seeds] : [],
      );
      return { definition, pairs: new Map(pairs.map((seeds) => [seeds.join('-'), seeds])) };
    });
  const keys = new Map(measured.flatMap(({ pairs }) => [...pairs]));
  return cells.flatMap((cell) =>
    [...keys].map(([key, seeds]) => ({
      cell: cell.index,
      axes: axesOf(cell),
      seeds,
      ...recordsOf(
        measured.map(({ definition, pairs }) => [
          definition.name,
          pairs.has(key) ? read(cell.index, definition, { kind: 'pair', seeds }) : notAsked,
        ]),
      ),
    })),
  );
}

/** Some metrics measure every pair of seeds, others only those that the spec names. */
const notAsked: Entry = {
  value: null,
  reason: 'the spec does not ask for this pair',
  error: null,
  errorOver: null,
};

/** A metric may have been added to some cells only. */
const notAskedHere: Entry = {
  value: null,
  reason: 'not measured in this cell: it was added to others only',
  error: null,
  errorOver: null,
};

/** Values, errors and reasons of one run or pair by the names of the scalars. */
function recordsOf(
  found: readonly (readonly [string, Entry | undefined])[],
): Pick<RunResult, 'metrics' | 'errors' | 'reasons'> {
  const reasons = found.flatMap(([name, entry]) =>
    entry?.reason === undefined || entry.reason === null ? [] : [[name, entry.reason] as const],
  );
  return {
    metrics: Object.fromEntries(found.map(([name, entry]) => [name, entry?.value ?? null])),
    errors: Object.fromEntries(found.map(([name, entry]) => [name, entry?.error ?? null])),
    reasons: Object.fromEntries(reasons),
  };
}
