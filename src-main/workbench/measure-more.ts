/** Measuring more of a started experiment: what can be added to a cell, what it costs, and adding it beside the spec. */
import type { AdditionWork, MetricOffer } from '#shared/contract/views';
import { isMeasuredIn, type Addition } from '#shared/domain/additions';
import { expandCells, type Cell } from '#shared/domain/cells';
import { checkAdditions, type AdditionRequest } from '#shared/domain/check-additions';
import { metricDefinitions, type MetricSpec } from '#shared/domain/metric-registry';
import { InvalidSpecError, type SpecProblem } from '#shared/domain/spec-problem';
import type { ExperimentState } from '#shared/domain/results';
import { ConflictError } from '#shared/errors';
import { additionWork } from '../experiments/addition-work';
import type { StoredExperiment } from '../store/experiment-table';
import { requireCell } from './cell-view';
import type { ExperimentDesk } from './experiment-desk';
import { requireKnownSpec } from './known-spec';
import { machineMemoryBytes } from './machine';

/** Problems of an addition, or what it would cost. Writes nothing. @throws PhasescapeError `not-found` */
export function checkAddition(
  desk: ExperimentDesk,
  experimentId: string,
  request: AdditionRequest,
):
  | { readonly ok: true; readonly work: AdditionWork }
  | { readonly ok: false; readonly problems: SpecProblem[] } {
  const experiment = requireKnownSpec(desk.require(experimentId));
  const check = checkAdditions(experiment, request, surroundings(desk));
  if (!check.ok) return { ok: false, problems: [...check.problems] };
  const grid = expandCells(experiment.spec);
  const works = check.additions.map(({ metric, cells }) => {
    const added = grid.filter(
      ({ index }) =>
        (cells?.includes(index) ?? true) && !isMeasuredIn(experiment, metric.name, index),
    );
    return workOf(desk, experiment, metric, added);
  });
  return { ok: true, work: works.reduce(sumOfWork) };
}

/**
 * Every metric that a cell is not measured with, with the usual settings or those that it has in other cells: what is against it, and
 * what it would cost here and in all cells that lack it.
 * @throws PhasescapeError `not-found`
 */
export function offersOfCell(
  desk: ExperimentDesk,
  experimentId: string,
  index: number,
): MetricOffer[] {
  const experiment = requireKnownSpec(desk.require(experimentId));
  const grid = expandCells(experiment.spec);
  const cell = requireCell(experiment.spec, index);
  return metricDefinitions
    .filter(({ name }) => !isMeasuredIn(experiment, name, index))
    .map(({ name, settings }) => {
      const earlier = experiment.additions.find((addition) => addition.metric.name === name);
      const metric = earlier?.metric ?? (settings.parse({ name }) as MetricSpec);
      const request = { metrics: [metric], cells: [index] };
      const check = checkAdditions(experiment, request, surroundings(desk));
      const lacking = grid.filter((one) => !isMeasuredIn(experiment, name, one.index));
      return {
        metric,
        isFixed: earlier !== undefined,
        problems: check.ok ? [] : [...check.problems],
        here: workOf(desk, experiment, metric, [cell]),
        everywhere: workOf(desk, experiment, metric, lacking),
        cells: lacking.length,
      };
    });
}

/**
 * Adds metrics to a started experiment and measures them: at once where it runs or has finished; where it was paused or cancelled when it
 * is resumed. Its spec stays as it is.
 * @returns the state that the experiment has then
 * @throws InvalidSpecError with every problem; ConflictError for a draft, and while another process schedules in this project.
 *   Nothing is written then.
 */
export function addMetrics(
  desk: ExperimentDesk,
  experimentId: string,
  request: AdditionRequest,
): ExperimentState {
  const scheduler = desk.schedulerFor(experimentId);
  const experiment = requireKnownSpec(desk.require(experimentId));
  if (experiment.state === 'draft') {
    throw new ConflictError(
      `experiment ${experiment.name}: must have been started to be measured further, got a draft; add the metric to its spec`,
    );
  }
  desk.requireNoOther(experiment, 'measured further');
  const check = checkAdditions(experiment, request, surroundings(desk));
  if (!check.ok) throw new InvalidSpecError(check.problems);
  const addedAt = new Date().toISOString();
  const additions = check.additions.map((addition): Addition => ({ ...addition, addedAt }));
  const before = desk.stateOf(experiment);
  const plan = desk.planOf({ ...experiment, additions: [...experiment.additions, ...additions] });
  desk.store.addMetrics(experimentId, additions, plan.tasks);
  const isActive = scheduler.isActive(experimentId);
  scheduler.extend(experimentId, additions);
  if (!isActive && (before === 'finished' || before === 'finished-with-failures'))
    desk.start(experimentId);
  return desk.stateOf(desk.require(experimentId));
}

const surroundings = (desk: ExperimentDesk) => ({
  datasets: desk.datasets(),
  memoryBytes: machineMemoryBytes(),
});

function workOf(
  desk: ExperimentDesk,
  { spec, engine }: StoredExperiment,
  metric: MetricSpec,
  cells: readonly Cell[],
): AdditionWork {
  return additionWork(metric, cells, {
    seeds: spec.seeds,
    factsOf: desk.factsReader(),
    factors: desk.costBasis(engine).factors,
    workers: desk.workers,
  });
}

function sumOfWork(a: AdditionWork, b: AdditionWork): AdditionWork {
  return {
    tasks: a.tasks + b.tasks,
    gradients: a.gradients + b.gradients,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    diskBytes: a.diskBytes + b.diskBytes,
  };
}
