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
  PairResult,
  RunResult,
  TaskState,
} from '#shared/domain/results';
import { scalarDefinitions, type ScalarDefinition } from '#shared/domain/scalars';
import type { ExperimentSpec } from '#shared/domain/spec';
import { withNeededTrajectory } from '#shared/domain/trajectory';
import { pairStandardError, summarise } from '#shared/domain/statistics';
import type { Subject } from '#shared/domain/measurement';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import type { StoredScalar } from '../store/result-table';
import type { StoredTask } from '../store/task-table';
import { missingReasons } from './missing-results';
import { describeStamp } from './describe-stamp';

/** States of tasks by id: stored ones, and what runs now. */
export type TaskStates = (task: StoredTask) => TaskState;

type Entry = Pick<StoredScalar, 'value' | 'reason' | 'error' | 'errorOver'>;

const subjectKey = (cell: number, name: string, subject: Subject): string => {
  const seeds = subject.kind === 'run' ? [subject.seed] : [...subject.seeds].sort((a, b) => a - b);
  return `${cell}/${name}/${seeds.join('-')}`;
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
type ReadEntry = (
  cell: number,
  definition: ScalarDefinition,
  subject: Subject,
) => Entry | undefined;

function entryReader(
  store: ProjectStore,
  experiment: StoredExperiment,
  tasks: readonly StoredTask[],
): ReadEntry {
  const { id, spec, additions } = experiment;
  const entries = new Map<string, Entry>();
  const cells = expandCells(spec);
  for (const scalar of store.results.scalarsOf(id))
    entries.set(subjectKey(scalar.cell, scalar.name, scalar.subject), scalar);
  const whyMissing = missingReasons(tasks);
  return (cell, definition, subject) => {
    const found = entries.get(subjectKey(cell, definition.name, subject));
    if (found) return found;
    if (
      isRelativeError(definition.name) &&
      !isProblem(cells[cell]?.settings.dataset ?? spec.dataset)
    )
      return { value: null, reason: noRelativeError, error: null, errorOver: null };
    const isAsked =
      additions.length === 0 ||
      definition.metric === 'training' ||
      isMeasuredIn(experiment, definition.metric, cell);
    if (!isAsked) return notAskedHere;
    const reason = whyMissing(cell, definition, subject);
    return reason === null ? undefined : { value: null, reason, error: null, errorOver: null };
  };
}

export interface CellsOptions {
  /** In place of those stored with the experiment. */
  readonly thresholds?: PhaseThresholds;
  /** Least train loss of a cell without looking at its inputs; without it no cell counts as untrained. */
  readonly chanceLoss?: (settings: RunSettings) => number | null;
}

/** Every cell with its statistics over seeds and pairs, and its phase. */
export function cellsResult(
  store: ProjectStore,
  experiment: StoredExperiment,
  { thresholds = experiment.thresholds, chanceLoss }: CellsOptions = {},
): CellsResult {
  const spec = measuredSpec(experiment);
  const tasks = store.tasks.ofExperiment(experiment.id);
  const read = entryReader(store, experiment, tasks);
  const definitions = scalarsOfSpec(spec);
  const ended = new Map<number, { n: number; diverged: number }>();
  for (const task of tasks) {
    if (task.kind !== 'train' || (task.state !== 'done' && task.state !== 'diverged')) continue;
    const count = ended.get(task.cell) ?? { n: 0, diverged: 0 };
    const diverged = count.diverged + (task.state === 'diverged' ? 1 : 0);
    ended.set(task.cell, { n: count.n + 1, diverged });
  }
  const cells = expandCells(spec).map((cell): CellResult => {
    const metrics: Record<string, CellMetric> = {};
    for (const definition of definitions) {
      const subjects = subjectsOf(spec, definition);
      const found = subjects.map((subject) => read(cell.index, definition, subject));
      metrics[definition.name] = cellMetric(subjects, found);
    }
    const chance = chanceLoss?.(cell.settings) ?? null;
    const measured = { metrics, ...(chance === null ? {} : { chanceLoss: chance }) };
    const { phase, reason } = labelCell(measured, thresholds);
    return {
      index: cell.index,
      axes: axesOf(cell),
      ...(ended.get(cell.index) ?? { n: 0, diverged: 0 }),
      ...measured,
      phase,
      phaseReason: reason,
    };
  });
  return { experiment: spec.name, axes: spec.axes, cells };
}

function cellMetric(
  subjects: readonly Subject[],
  found: readonly (Entry | undefined)[],
): CellMetric {
  const values = found.map((entry) => entry?.value ?? null);
  const { se, ...summary } = summarise(values);
  const pairs = subjects.flatMap((subject, i) =>
    subject.kind === 'pair' ? [{ seeds: subject.seeds, value: values[i] ?? null }] : [],
  );
  return {
    ...summary,
    se: pairs.length > 0 ? pairStandardError(pairs) : se,
    over: pairs.length > 0 ? 'pairs' : 'seeds',
    values,
    errors: found.map((entry) => entry?.error ?? null),
    errorsOver: found.map((entry) => entry?.errorOver ?? null),
    reasons: found.map((entry) => entry?.reason ?? null),
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
  const read = entryReader(store, experiment, tasks);
  const definitions = scalarsOfSpec(spec).filter((definition) => definition.over === 'run');
  const axes = expandCells(spec).map(axesOf);
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
  const read = entryReader(store, experiment, store.tasks.ofExperiment(experiment.id));
  const measured = scalarsOfSpec(spec)
    .filter((definition) => definition.over === 'pair')
    .map((definition) => {
      const pairs = subjectsOf(spec, definition).flatMap((s) =>
        s.kind === 'pair' ? [s.seeds] : [],
      );
      return { definition, pairs: new Map(pairs.map((seeds) => [seeds.join('-'), seeds])) };
    });
  const keys = new Map(measured.flatMap(({ pairs }) => [...pairs]));
  return expandCells(spec).flatMap((cell) =>
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
