/** Checks a spec from anywhere and names every problem at once: shape of the document first, then the rules between fields. */
import { z } from 'zod';
import { PhasescapeError } from '../errors';
import { expandCells, readPath, type RunSettings } from './cells';
import { builtInDatasets, fractionCount, type DatasetFacts } from './datasets';
import { familyNames, modelSchema, modelSchemas, type ModelSpec } from './model-spec';
import {
  optimizerNames,
  optimizerSchema,
  optimizerSchemas,
  type OptimizerSpec,
} from './optimizer-spec';
import {
  axisSchema,
  datasetSchema,
  metricSchema,
  specSchema,
  trainingSchema,
  type Axis,
  type ExperimentSpec,
} from './spec';

/** One mistake, said so that the user can mend it. */
export interface SpecProblem {
  /** Place in the spec: `model.width`, `axes[0].values[2]`; empty for the whole. */
  readonly path: string;
  /** What must hold. */
  readonly rule: string;
  /** The value found, as JSON, shortened. */
  readonly got: string;
  /** What would be valid. */
  readonly fix: string;
}

export type SpecCheck =
  | { readonly ok: true; readonly spec: ExperimentSpec }
  | { readonly ok: false; readonly problems: readonly SpecProblem[] };

/** A spec that cannot be run; `problems` holds every mistake. */
export class InvalidSpecError extends PhasescapeError {
  readonly problems: readonly SpecProblem[];

  constructor(problems: readonly SpecProblem[]) {
    super('invalid-spec', problems.map(formatProblem).join('\n'), { details: { problems } });
    this.problems = problems;
  }
}

/** One line in the grammar of all messages: `where: rule, got value; what to do`. */
export function formatProblem(problem: SpecProblem): string {
  return `${problem.path === '' ? 'spec' : problem.path}: ${problem.rule}, got ${problem.got}; ${problem.fix}`;
}

/** Most cells a grid may have: beyond it a typing slip is likelier than a plan. */
export const largestGrid = 100_000;

/**
 * Checks a spec and fills in defaults.
 *
 * @param input - anything, usually parsed JSON
 * @param datasets - the data sets that exist
 * @returns the complete spec, or every problem found. Never throws.
 */
export function checkSpec(
  input: unknown,
  datasets: readonly DatasetFacts[] = builtInDatasets,
): SpecCheck {
  const parsed = specSchema.safeParse(input);
  const problems = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => fromIssue(issue, input));
  problems.push(...crossFieldProblems(input, datasets));
  const unique = dropRepeats(problems);
  if (parsed.success && unique.length === 0) return { ok: true, spec: parsed.data };
  return { ok: false, problems: unique };
}

/** As `checkSpec`, for callers that cannot go on. @throws InvalidSpecError with all problems in its message and details. */
export function requireSpec(
  input: unknown,
  datasets: readonly DatasetFacts[] = builtInDatasets,
): ExperimentSpec {
  const check = checkSpec(input, datasets);
  if (check.ok) return check.spec;
  throw new InvalidSpecError(check.problems);
}

/** Whether an axis may vary this path: a scalar of the data, model, optimiser or training settings. */
export function axisPathProblem(path: string, settings: RunSettings): string | null {
  const section = path.split('.')[0] ?? '';
  if (!['dataset', 'model', 'optimizer', 'training'].includes(section))
    return 'must start with dataset, model, optimizer or training';
  const value = readPath(settings, path);
  if (value === undefined) return 'must name a setting of this spec';
  if (typeof value === 'object') return 'must name a single value, not a group';
  return null;
}

function crossFieldProblems(input: unknown, datasets: readonly DatasetFacts[]): SpecProblem[] {
  if (typeof input !== 'object' || input === null) return [];
  const root = input as Record<string, unknown>;
  const dataset = datasetSchema.safeParse(root['dataset']);
  const axes = parseEach(root['axes'], (a) => axisSchema.safeParse(a));
  const problems: SpecProblem[] = [];

  const datasetNames = datasets.map((d) => d.name);
  const namedAxis = axes.some(([, axis]) => axis.path === 'dataset.name');
  const facts = dataset.success ? datasets.find((d) => d.name === dataset.data.name) : undefined;
  if (dataset.success && !facts && !namedAxis) {
    problems.push(
      problem(
        'dataset.name',
        'must be a known data set',
        dataset.data.name,
        `use one of: ${datasetNames.join(', ')}`,
      ),
    );
  }
  problems.push(...repeats(root['seeds'], 'seeds', 'seed'));
  problems.push(...repeatedMetrics(root['metrics']));
  problems.push(...repeatedAxes(axes));

  // The grid's own rules go on with the settings that are valid: a stand-in takes the place of one that is not.
  const base: RunSettings = {
    dataset: salvage(datasetSchema, root['dataset'], standIn.dataset),
    model: salvageModel(root['model']),
    optimizer: salvageOptimizer(root['optimizer']),
    training: salvage(trainingSchema, root['training'], standIn.training),
  };
  const usable: Axis[] = [];
  for (const [index, axis] of axes) {
    const bad = axisPathProblem(axis.path, base);
    if (bad === null) usable.push(axis);
    else
      problems.push(
        problem(
          `axes[${index}].path`,
          bad,
          axis.path,
          'use a setting such as model.width or training.batchSize',
        ),
      );
    if (bad === null) problems.push(...axisValueProblems(index, axis, base));
  }
  const cells = usable.reduce((n, axis) => n * axis.values.length, 1);
  if (cells > largestGrid) {
    problems.push(
      problem('axes', `must make at most ${largestGrid} cells`, cells, 'use fewer values'),
    );
    return problems;
  }
  problems.push(...sizeProblems(base, usable, datasets));
  problems.push(...metricSizeProblems(root['metrics'], base, usable, datasets));
  return problems;
}

const standIn = {
  dataset: { name: 'digits' },
  model: { family: 'mlp', width: 1 },
  optimizer: { name: 'sgd', learningRate: 1 },
  training: { epochs: 1, batchSize: 1 },
} as const;

/** A section with every field that is valid by itself; the rest are those of the stand-in, or the defaults. */
function salvage<S extends z.ZodObject>(
  schema: S,
  section: unknown,
  fallback: Readonly<Record<string, unknown>>,
): z.output<S> {
  const given = typeof section === 'object' && section !== null ? section : {};
  const valid = Object.entries(given).filter(([key, value]) => {
    const field = (schema.shape as Record<string, z.ZodType | undefined>)[key];
    return Object.hasOwn(schema.shape, key) && field?.safeParse(value).success === true;
  });
  return schema.parse({ ...fallback, ...Object.fromEntries(valid) });
}

/** As `salvage`, with the schema of the family that is named. */
function salvageModel(section: unknown): ModelSpec {
  const named = z.object({ family: z.enum(familyNames) }).safeParse(section);
  const family = named.success ? named.data.family : standIn.model.family;
  return salvage<z.ZodObject>(modelSchemas[family], section, {
    ...standIn.model,
    family,
  }) as ModelSpec;
}

/** As `salvage`, with the schema of the method that is named. */
function salvageOptimizer(section: unknown): OptimizerSpec {
  const named = z.object({ name: z.enum(optimizerNames) }).safeParse(section);
  const name = named.success ? named.data.name : standIn.optimizer.name;
  const fallback = { ...standIn.optimizer, name };
  return salvage<z.ZodObject>(optimizerSchemas[name], section, fallback) as OptimizerSpec;
}

/** Each value of an axis must be valid where the axis puts it. */
function axisValueProblems(index: number, axis: Axis, base: RunSettings): SpecProblem[] {
  const problems: SpecProblem[] = [...repeats(axis.values, `axes[${index}].values`, 'value')];
  const section = axis.path.split('.')[0] as keyof RunSettings;
  const schema = {
    dataset: datasetSchema,
    model: modelSchema,
    optimizer: optimizerSchema,
    training: trainingSchema,
  }[section];
  for (const [position, value] of axis.values.entries()) {
    const [cell] = expandCells({ ...base, axes: [{ ...axis, values: [value] }] });
    const result = schema.safeParse(cell?.settings[section]);
    if (result.success) continue;
    const issue = result.error.issues[0];
    if (issue)
      problems.push({ ...describeIssue(issue, value), path: `axes[${index}].values[${position}]` });
  }
  return problems;
}

/** A batch must fit into the training data, for every cell. */
function sizeProblems(
  base: RunSettings,
  axes: readonly Axis[],
  datasets: readonly DatasetFacts[],
): SpecProblem[] {
  const seen = new Map<string, SpecProblem>();
  for (const cell of expandCells({ ...base, axes: [...axes] })) {
    const { dataset, training } = cell.settings;
    const facts = datasets.find((d) => d.name === dataset.name);
    if (!facts) {
      const at = axisPlace(axes, cell.coordinates, 'dataset.name');
      if (at)
        seen.set(
          at,
          problem(
            at,
            'must be a known data set',
            dataset.name,
            `use one of: ${datasets.map((d) => d.name).join(', ')}`,
          ),
        );
      continue;
    }
    const count = fractionCount(facts.trainCount, dataset.fraction);
    if (typeof training.batchSize === 'number' && training.batchSize > count) {
      const at = axisPlace(axes, cell.coordinates, 'training.batchSize') ?? 'training.batchSize';
      if (!seen.has(at)) {
        const rule = `must be at most the ${count} training samples`;
        seen.set(
          at,
          problem(at, rule, training.batchSize, `use a batch size of 1 to ${count}, or more data`),
        );
      }
    }
  }
  return [...seen.values()];
}

/** Metrics that read training samples cannot read more than the smallest cell has. */
function metricSizeProblems(
  metrics: unknown,
  base: RunSettings,
  axes: readonly Axis[],
  datasets: readonly DatasetFacts[],
): SpecProblem[] {
  const problems: SpecProblem[] = [];
  let least = Infinity;
  for (const cell of expandCells({ ...base, axes: [...axes] })) {
    const facts = datasets.find((d) => d.name === cell.settings.dataset.name);
    if (facts)
      least = Math.min(least, fractionCount(facts.trainCount, cell.settings.dataset.fraction));
  }
  for (const [index, metric] of parseEach(metrics, (m) => metricSchema.safeParse(m))) {
    if ('samples' in metric && metric.samples > least) {
      problems.push(
        problem(
          `metrics[${index}].samples`,
          `must be at most the ${least} training samples`,
          metric.samples,
          `use 1 to ${least}`,
        ),
      );
    }
    if ('batchSize' in metric && metric.batchSize > least) {
      problems.push(
        problem(
          `metrics[${index}].batchSize`,
          `must be at most the ${least} training samples`,
          metric.batchSize,
          `use 1 to ${least}`,
        ),
      );
    }
  }
  return problems;
}

function axisPlace(
  axes: readonly Axis[],
  coordinates: readonly { path: string; value: unknown }[],
  path: string,
): string | null {
  const index = axes.findIndex((a) => a.path === path);
  if (index < 0) return null;
  const value = coordinates[index]?.value;
  return `axes[${index}].values[${axes[index]?.values.findIndex((v) => v === value) ?? 0}]`;
}

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

function repeatedMetrics(metrics: unknown): SpecProblem[] {
  const parsed = parseEach(metrics, (m) => metricSchema.safeParse(m));
  return parsed
    .filter(([, metric], i) => parsed.findIndex(([, other]) => other.name === metric.name) < i)
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
  return values.flatMap((value: unknown, i) =>
    values.indexOf(value) < i
      ? [problem(`${path}[${i}]`, `must not repeat a ${word}`, value, 'remove it')]
      : [],
  );
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

function problem(path: string, rule: string, got: unknown, fix: string): SpecProblem {
  return { path, rule, got: show(got), fix };
}

function fromIssue(issue: z.core.$ZodIssue, input: unknown): SpecProblem[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problem(
        path === '' ? key : `${path}.${key}`,
        'must be a setting that exists',
        valueAt(input, [...issue.path, key]),
        'remove it or correct its name',
      ),
    );
  }
  return [{ ...describeIssue(issue, valueAt(input, issue.path)), path }];
}

function describeIssue(issue: z.core.$ZodIssue, got: unknown): Omit<SpecProblem, 'path'> {
  const shown = show(got);
  if (got === undefined && issue.code === 'invalid_type')
    return { rule: `must be given (${issue.expected})`, got: 'nothing', fix: 'add it' };
  switch (issue.code) {
    case 'invalid_type':
      return {
        rule: `must be ${article(issue.expected === 'int' ? 'whole number' : issue.expected)}`,
        got: shown,
        fix: 'change its type',
      };
    case 'too_small': {
      const least = Number(issue.minimum);
      if (issue.origin === 'array')
        return {
          rule: `must have at least ${least} ${least === 1 ? 'entry' : 'entries'}`,
          got: shown,
          fix: 'add one',
        };
      if (issue.origin === 'string')
        return { rule: 'must not be empty', got: shown, fix: 'write a name' };
      return issue.inclusive
        ? { rule: `must be at least ${least}`, got: shown, fix: `use ${least} or more` }
        : { rule: `must be above ${least}`, got: shown, fix: `use a number above ${least}` };
    }
    case 'too_big': {
      const most = Number(issue.maximum);
      if (issue.origin === 'array')
        return { rule: `must have at most ${most} entries`, got: shown, fix: 'remove some' };
      return issue.inclusive
        ? { rule: `must be at most ${most}`, got: shown, fix: `use ${most} or less` }
        : { rule: `must be below ${most}`, got: shown, fix: `use a number below ${most}` };
    }
    case 'invalid_value':
      return {
        rule: 'must be a known value',
        got: shown,
        fix: `use one of: ${issue.values.map((v) => JSON.stringify(v)).join(', ')}`,
      };
    case 'invalid_union': {
      const options =
        'options' in issue && Array.isArray(issue.options)
          ? issue.options.map((v) => JSON.stringify(v)).join(', ')
          : '';
      return options === ''
        ? { rule: 'must be a number, text or true/false', got: shown, fix: 'use a single value' }
        : { rule: 'must be a known kind', got: shown, fix: `use one of: ${options}` };
    }
    default:
      return { rule: issue.message, got: shown, fix: 'correct it' };
  }
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  );
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  // Functions and symbols have no JSON, whatever the types of JSON.stringify say.
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function dropRepeats(problems: readonly SpecProblem[]): SpecProblem[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = `${p.path}|${p.rule}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
