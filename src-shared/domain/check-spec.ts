/** Checks a spec from anywhere and names every problem at once: shape of the document first, then the rules between fields. */
import type { z } from 'zod';
import type { RunSettings } from './cells';
import { datasetSchema } from './dataset-spec';
import { builtInDatasets, isKnownDataset, type DatasetFacts } from './datasets';
import {
  axisPathProblem,
  axisValueProblems,
  cellProblems,
  unknownDataset,
  workProblems,
  type GridSurroundings,
} from './grid-rules';
import { importedProblems, withUntrained } from './imported-rules';
import { importedWeightsSchema } from './imported-weights';
import { mostAxes, mostAxisValues, mostMetrics, mostSeeds } from './limits';
import type { MetricSpec } from './metric-registry';
import { modelSchema } from './model-spec';
import { optimizerSchema } from './optimizer-spec';
import { salvage } from './salvage';
import {
  axisSchema,
  metricSchema,
  specSchema,
  trainingSchema,
  type Axis,
  type ExperimentSpec,
} from './spec';
import { problemsOfIssues } from './spec-issues';
import { InvalidSpecError, problem, ProblemList, type SpecProblem } from './spec-problem';

export { formatProblem, InvalidSpecError, type SpecProblem } from './spec-problem';

export type SpecCheck =
  | { readonly ok: true; readonly spec: ExperimentSpec }
  | { readonly ok: false; readonly problems: readonly SpecProblem[] };

/**
 * Checks a spec and fills in defaults.
 *
 * @param input - anything, usually parsed JSON
 * @param datasets - the data sets that exist
 * @param memoryBytes - memory of the machine that will run it: a model that cannot fit is a problem of the spec
 * @returns the complete spec, or the problems found: every place once; of very many, how many more. Never throws.
 */
export function checkSpec(
  input: unknown,
  datasets: readonly DatasetFacts[] = builtInDatasets,
  memoryBytes = Infinity,
): SpecCheck {
  const looked = withoutSurplus(withUntrained(input));
  const parsed = specSchema.safeParse(looked);
  const problems = new ProblemList();
  if (!parsed.success) problems.add(problemsOfIssues(parsed.error.issues, input));
  problems.add(crossFieldProblems(looked, { datasets, memoryBytes }));
  const all = problems.all();
  if (parsed.success && all.length === 0) return { ok: true, spec: parsed.data };
  return { ok: false, problems: all };
}

/** As `checkSpec`, for callers that cannot go on. @throws InvalidSpecError with all problems in its message and details. */
export function requireSpec(
  input: unknown,
  datasets: readonly DatasetFacts[] = builtInDatasets,
  memoryBytes = Infinity,
): ExperimentSpec {
  const check = checkSpec(input, datasets, memoryBytes);
  if (check.ok) return check.spec;
  throw new InvalidSpecError(check.problems);
}

/** With lists cut one past their limit: too long they still are, and what is checked entry by entry stays small. */
function withoutSurplus(input: unknown): unknown {
  const root = cutLists(input, { axes: mostAxes, seeds: mostSeeds, metrics: mostMetrics });
  if (!isGroup(root) || !Array.isArray(root['axes'])) return root;
  const axes = root['axes'].map((axis) => cutLists(axis, { values: mostAxisValues }));
  return axes.every((axis, i) => axis === (root['axes'] as unknown[])[i])
    ? root
    : { ...root, axes };
}

/** The same object, or a copy where one of the named lists is too long. */
function cutLists(group: unknown, most: Readonly<Record<string, number>>): unknown {
  if (!isGroup(group)) return group;
  const cut = Object.entries(most).flatMap(([key, length]) => {
    const list = Object.hasOwn(group, key) ? group[key] : undefined;
    return Array.isArray(list) && list.length > length ? [[key, list.slice(0, length + 1)]] : [];
  });
  return cut.length === 0 ? group : { ...group, ...Object.fromEntries(cut) };
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function crossFieldProblems(input: unknown, surroundings: GridSurroundings): SpecProblem[] {
  if (typeof input !== 'object' || input === null) return [];
  const root = input as Record<string, unknown>;
  const { datasets } = surroundings;
  const dataset = datasetSchema.safeParse(root['dataset']);
  const axes = parseEach(root['axes'], (a) => axisSchema.safeParse(a));
  const metrics = parseEach(root['metrics'], (m) => metricSchema.safeParse(m));
  const problems: SpecProblem[] = [];

  const namedAxis = axes.some(([, axis]) => axis.path === 'dataset.name');
  if (dataset.success && !namedAxis && !isKnownDataset(dataset.data, datasets))
    problems.push(unknownDataset('dataset.name', dataset.data.name, datasets));
  problems.push(...repeats(root['seeds'], 'seeds', 'seed'));
  problems.push(...problemsOfImported(root, metrics));
  problems.push(...repeatedMetrics(metrics));
  problems.push(...repeatedAxes(axes));

  // The grid's own rules go on with the settings that are valid: a stand-in takes the place of one that is not.
  const base: RunSettings = {
    dataset: salvage(datasetSchema, root['dataset'], standIn.dataset),
    model: salvageModel(root['model']),
    optimizer: salvage(optimizerSchema, root['optimizer'], standIn.optimizer),
    training: salvage(trainingSchema, root['training'], standIn.training),
  };
  const usable: Axis[] = [];
  for (const [index, axis] of axes) {
    const bad = axisPathProblem(axis.path, base);
    if (bad === null) {
      usable.push(axis);
      problems.push(...repeats(axis.values, `axes[${index}].values`, 'value'));
      problems.push(...axisValueProblems(index, axis, base));
    } else {
      const fix = 'use a setting such as model.width or training.batchSize';
      problems.push(problem(`axes[${index}].path`, bad, axis.path, fix));
    }
  }
  const seeds = Array.isArray(root['seeds']) ? root['seeds'].length : 1;
  const parts = { base, axes: usable, seeds, metrics };
  const tooMuch = workProblems(parts);
  // A grid that is too large is not made.
  if (tooMuch.length > 0) return [...problems, ...tooMuch];
  return [...problems, ...cellProblems(parts, surroundings)];
}

function problemsOfImported(
  root: Readonly<Record<string, unknown>>,
  metrics: readonly (readonly [number, MetricSpec])[],
): SpecProblem[] {
  const imported = importedWeightsSchema.safeParse(root['imported']);
  if (!imported.success) return [];
  const schemas = { optimizer: optimizerSchema, training: trainingSchema };
  return importedProblems(root, imported.data, {
    metrics,
    complete: (section, value) => schemas[section].safeParse(value).data,
  });
}

/** Of a chain of layers with a mistake nothing can be kept: what its layers are given is not known. */
function salvageModel(model: unknown): RunSettings['model'] {
  const isChain = isGroup(model) && model['family'] === 'sequential';
  const isWrong = isChain && !modelSchema.safeParse(model).success;
  return salvage(modelSchema, isWrong ? standIn.model : model, standIn.model);
}

const standIn = {
  dataset: { name: 'digits' },
  model: { family: 'mlp', width: 1 },
  optimizer: { name: 'sgd', learningRate: 1 },
  training: { epochs: 1, batchSize: 1 },
} as const;

function repeatedAxes(axes: readonly (readonly [number, Axis])[]): SpecProblem[] {
  return axes
    .filter(([, axis], i) => axes.findIndex(([, other]) => other.path === axis.path) < i)
    .map(([index, axis]) =>
      problem(
        `axes[${index}].path`,
        'must differ from the other axes',
        axis.path,
        'remove this axis or vary another setting',
      ),
    );
}

function repeatedMetrics(metrics: readonly (readonly [number, MetricSpec])[]): SpecProblem[] {
  return metrics
    .filter(([, metric], i) => metrics.findIndex(([, other]) => other.name === metric.name) < i)
    .map(([index, metric]) =>
      problem(
        `metrics[${index}].name`,
        'must be listed once',
        metric.name,
        'remove one of the two',
      ),
    );
}

function repeats(values: unknown, path: string, word: string): SpecProblem[] {
  if (!Array.isArray(values)) return [];
  const seen = new Set<unknown>();
  return values.flatMap((value: unknown, i) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [problem(`${path}[${i}]`, `must not repeat a ${word}`, value, 'remove it')];
  });
}

function parseEach<T>(
  values: unknown,
  parse: (value: unknown) => z.ZodSafeParseResult<T>,
): (readonly [number, T])[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown, index) => {
    const result = parse(value);
    return result.success ? [[index, result.data] as const] : [];
  });
}
