/** Checks metrics that are to be added to a started experiment, and names every problem at once. */
import { coversCell, measuredSpec, type Addition, type Measured } from './additions';
import { canonicalJson } from './canonical-json';
import { expandCells, type Cell } from './cells';
import { checkSpec } from './check-spec';
import { builtInDatasets, type DatasetFacts } from './datasets';
import { seedsOfSubject } from './metric-definition';
import { findMetric, type MetricSpec } from './metric-registry';
import { metricSchema, type ExperimentSpec } from './spec';
import { problem, ProblemList, type SpecProblem } from './spec-problem';
import { withNeededTrajectory } from './trajectory';

export interface AdditionRequest {
  /** Settings as in a spec: what is left out has its default. */
  readonly metrics: readonly unknown[];
  /** Null for every cell. */
  readonly cells: readonly number[] | null;
}

export type AdditionCheck =
  | { readonly ok: true; readonly additions: readonly Omit<Addition, 'addedAt'>[] }
  | { readonly ok: false; readonly problems: readonly SpecProblem[] };

/**
 * Checks an addition by the rules of a spec that had these metrics in these cells, and by its own: a metric is measured once in a cell and
 * with the same settings everywhere, and trainings stay as they are, so that what reads recorded weights needs trainings that recorded some.
 *
 * @param experiment - its spec has been checked
 * @param surroundings - as of `checkSpec`
 * @returns what to add, cells in rising order and without those that have the metric already; or the problems, with paths
 *   `metrics[i].setting` and `cells[i]` of the request. Never throws.
 */
export function checkAdditions(
  experiment: Measured,
  request: AdditionRequest,
  surroundings: { readonly datasets?: readonly DatasetFacts[]; readonly memoryBytes?: number } = {},
): AdditionCheck {
  const grid = expandCells(experiment.spec);
  const problems = new ProblemList();
  problems.add(cellsProblems(request.cells, grid.length));
  if (request.metrics.length === 0)
    problems.add([problem('metrics', 'must name a metric', [], 'add one')]);
  const cells =
    request.cells === null ? grid : grid.filter((c) => request.cells?.includes(c.index));
  const additions: Omit<Addition, 'addedAt'>[] = [];
  for (const [index, input] of request.metrics.entries()) {
    const name = nameOf(input);
    const own = [
      ...ownProblems(experiment, name, { index, cells }),
      ...repeated(request.metrics, index),
    ];
    problems.add(own);
    // A metric that is there already would be named by the spec's rules once more.
    if (own.length > 0) continue;
    problems.add(
      specProblems(experiment, input, { index, cells: request.cells, grid, surroundings }),
    );
    const parsed = metricSchema.safeParse(input);
    if (!parsed.success) continue;
    const earlier = experiment.additions.filter(({ metric }) => metric.name === name);
    problems.add(otherSettings(parsed.data, earlier, index));
    const left = cells.filter((c) => !earlier.some((addition) => coversCell(addition, c.index)));
    if (left.length === 0 && cells.length > 0) problems.add([measuredAlready(index, name)]);
    const indices = request.cells === null ? null : left.map((cell) => cell.index);
    additions.push({ metric: parsed.data, cells: indices });
  }
  const found = problems.all();
  return found.length === 0 ? { ok: true, additions } : { ok: false, problems: found };
}

const nameOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'name' in input ? String(input.name) : '';

function cellsProblems(cells: readonly number[] | null, count: number): SpecProblem[] {
  if (cells?.length === 0)
    return [problem('cells', 'must name a cell', [], `use 0 to ${count - 1}, or all of them`)];
  return (cells ?? []).flatMap((cell, i) =>
    cell < count
      ? []
      : [problem(`cells[${i}]`, 'must be a cell of the grid', cell, `use 0 to ${count - 1}`)],
  );
}

function repeated(metrics: readonly unknown[], index: number): SpecProblem[] {
  const name = nameOf(metrics[index]);
  // What has no name is told for what it is.
  if (name === '' || metrics.findIndex((other) => nameOf(other) === name) === index) return [];
  return [problem(`metrics[${index}].name`, 'must be listed once', name, 'remove one of the two')];
}

/** What an addition must keep to besides the rules of a spec. */
function ownProblems(
  { spec }: Measured,
  name: string,
  { index, cells }: { index: number; cells: readonly Cell[] },
): SpecProblem[] {
  const definition = findMetric(name);
  if (!definition) return [];
  if (spec.metrics.some((metric) => metric.name === name)) return [measuredAlready(index, name)];
  const needed = seedsOfSubject[definition.subject];
  if (spec.seeds.length < needed)
    return [
      problem(
        `metrics[${index}].name`,
        `must find ${needed} seeds in each cell`,
        spec.seeds.length,
        'duplicate the experiment with more seeds: those trained already are not trained again',
      ),
    ];
  // Of imported weights the rules of the spec say so.
  if (spec.imported) return [];
  const needsTrajectory = definition.needs?.includes('trajectory') ?? false;
  if (needsTrajectory && cells.some((cell) => !recordsTrajectory(spec, cell)))
    return [
      {
        path: `metrics[${index}].name`,
        rule: 'must find weights recorded along the trainings',
        got: 'trainings that recorded none',
        fix: 'duplicate the experiment with this metric: its trainings then record them, and are trained again',
      },
    ];
  return [];
}

/** Whether the trainings of a cell recorded weights on their way: what was added later changes no training. Never throws. */
export function recordsTrajectory(spec: ExperimentSpec, { settings }: Cell): boolean {
  return withNeededTrajectory(settings.training, spec.metrics).trajectory.name !== 'off';
}

function measuredAlready(index: number, name: string): SpecProblem {
  return problem(
    `metrics[${index}].name`,
    'must not be measured there already',
    name,
    'duplicate the experiment to measure it with other settings',
  );
}

function otherSettings(
  metric: MetricSpec,
  earlier: readonly Addition[],
  index: number,
): SpecProblem[] {
  return earlier.slice(0, 1).flatMap(({ metric: first }) => {
    const keys = Object.keys(metric).filter(
      (key) => canonicalJson(metric[key]) !== canonicalJson(first[key]),
    );
    return keys.map((key) =>
      problem(
        `metrics[${index}].${key}`,
        'must be as it was where the metric was added before',
        metric[key],
        `use ${JSON.stringify(first[key])}, so that cells can be compared, or duplicate the experiment`,
      ),
    );
  });
}

/** The problems of the spec that would have the metric: whole, or one for each cell, where limits are those of that cell. */
function specProblems(
  experiment: Measured,
  input: unknown,
  {
    index,
    cells,
    grid,
    surroundings: { datasets = builtInDatasets, memoryBytes = Infinity },
  }: {
    index: number;
    cells: readonly number[] | null;
    grid: readonly Cell[];
    surroundings: { readonly datasets?: readonly DatasetFacts[]; readonly memoryBytes?: number };
  },
): SpecProblem[] {
  const spec = measuredSpec(experiment);
  const others = spec.metrics.filter(({ name }) => name !== nameOf(input));
  const specs =
    cells === null
      ? [{ ...spec, metrics: [...others, input] }]
      : grid
          .filter((cell) => cells.includes(cell.index))
          .map((cell) => ({ ...spec, axes: axesAt(spec, cell), metrics: [input] }));
  const place = cells === null ? `metrics[${others.length}]` : 'metrics[0]';
  return specs.flatMap((one) => {
    const check = checkSpec(one, datasets, memoryBytes);
    if (check.ok) return [];
    return check.problems.map((found) => ({
      ...found,
      path: found.path.replace(place, `metrics[${index}]`),
    }));
  });
}

const axesAt = (spec: ExperimentSpec, cell: Cell): ExperimentSpec['axes'] =>
  spec.axes.map((axis, i) => ({ ...axis, values: [cell.coordinates[i]?.value ?? ''] }));
