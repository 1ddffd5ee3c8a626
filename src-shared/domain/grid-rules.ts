/** Rules between the axes and the rest of a spec: what each axis may vary, and what every cell of the grid must be able to do. */
import type { z } from 'zod';
import { showPath } from '../show-value';
import { lonelyBatch } from './batch-norm-rule';
import { expandCells, readPath, type Cell, type RunSettings } from './cells';
import { datasetSchema, generatedSpecOf, type DatasetSpec } from './dataset-spec';
import {
  describeSample,
  factsOf,
  fractionCount,
  isKnownDataset,
  type DatasetFacts,
} from './datasets';
import { generatorProblems } from './generated-datasets';
import { countWork, mostPairs, mostRuns, mostTasks, mostTrajectoryPoints } from './limits';
import { modelMemory, type ModelMemory } from './model-memory';
import { parameterCount } from './model-size';
import { trainingProblems, unsmooth } from './problem-rules';
import { canRead, modelSchema, neededSample, type ModelSpec } from './model-spec';
import { optimizerSchema } from './optimizer-spec';
import { metricOf, type MetricSpec } from './metric-registry';
import { placeLayers } from './sequential-layers';
import { trainingSchema, type Axis } from './spec';
import { describeIssue } from './spec-issues';
import { problem, type SpecProblem } from './spec-problem';
import { withNeededTrajectory } from './trajectory';
import { pointsOf, tooManyPoints, trajectoryProblems } from './trajectory-rules';

/** What the rules of the grid look at: the parts of a spec that are valid by themselves. */
export interface GridParts {
  readonly base: RunSettings;
  readonly axes: readonly Axis[];
  /** Number of seeds. */
  readonly seeds: number;
  /** With their positions in the spec. */
  readonly metrics: readonly (readonly [number, MetricSpec])[];
}

/** What a grid may use. */
export interface GridSurroundings {
  readonly datasets: readonly DatasetFacts[];
  /** Memory of the machine that will run it; Infinity where it is not known. */
  readonly memoryBytes: number;
}

/** Why an axis may not vary this path; null where it may: a scalar of the data, model, optimiser or training settings. */
export function axisPathProblem(path: string, settings: RunSettings): string | null {
  const section = path.split('.')[0] ?? '';
  if (!['dataset', 'model', 'optimizer', 'training'].includes(section))
    return 'must start with dataset, model, optimizer or training';
  const value = readPath(settings, path);
  if (path.startsWith('model.layers.') && value !== undefined)
    return 'must name a single value, not one inside a list of layers';
  if (value === undefined) return 'must name a setting of this spec';
  if (typeof value === 'object') return 'must name a single value, not a group';
  // Cells would differ in nothing.
  if (path.startsWith('training.checkpoints.')) return 'must name a setting that changes results';
  return null;
}

/** Each value of an axis must be valid where the axis puts it. */
export function axisValueProblems(index: number, axis: Axis, base: RunSettings): SpecProblem[] {
  const problems: SpecProblem[] = [];
  const [section, ...inside] = axis.path.split('.') as [keyof RunSettings, ...string[]];
  const schema = {
    dataset: datasetSchema,
    model: modelSchema,
    optimizer: optimizerSchema,
    training: trainingSchema,
  }[section];
  for (const [position, value] of axis.values.entries()) {
    const [cell] = expandCells({ ...base, axes: [{ ...axis, values: [value] }] });
    const result = schema.safeParse(cell?.settings[section]);
    const issue = result.error?.issues.at(-1);
    if (!issue) continue;
    const isItsOwn =
      issue.code !== 'unrecognized_keys' && issue.path.join('.') === inside.join('.');
    const path = `axes[${index}].values[${position}]`;
    problems.push(
      isItsOwn ? { ...describeIssue(issue, value), path } : misfit(path, value, { section, issue }),
    );
  }
  return problems;
}

/** A value that is valid by itself, such as another kind of schedule, and needs other settings beside it. */
function misfit(
  path: string,
  value: unknown,
  { section, issue }: { section: string; issue: z.core.$ZodIssue },
): SpecProblem {
  const isSurplus = issue.code === 'unrecognized_keys';
  const place = showPath([section, ...issue.path, ...(isSurplus ? issue.keys.slice(0, 1) : [])]);
  const { rule } = isSurplus ? { rule: 'must not be given' } : describeIssue(issue, undefined);
  return problem(
    path,
    `must fit the other settings of the spec (with it, ${place} ${rule})`,
    value,
    'give it a spec of its own',
  );
}

/** An experiment must not be larger than a project can carry. Looks at numbers only: nothing is enumerated. */
export function workProblems({ axes, seeds, metrics }: GridParts): SpecProblem[] {
  const cells = axes.reduce((n, axis) => n * axis.values.length, 1);
  const specs = metrics.map(([, metric]) => metric);
  const { runs, tasks, pairs } = countWork(cells, seeds, specs);
  const place = axes.length > 0 ? 'axes' : 'seeds';
  const made = (count: number) => `${count} (cells: ${cells}, seeds: ${seeds})`;
  const tooLarge = (rule: string, got: string, fix: string) => [{ path: place, rule, got, fix }];
  if (runs > mostRuns)
    return tooLarge(`must make at most ${mostRuns} runs`, made(runs), 'use fewer values or seeds');
  if (tasks > mostTasks)
    return tooLarge(
      `must make at most ${mostTasks} tasks`,
      made(tasks),
      'use fewer values, seeds or metrics',
    );
  if (pairs > mostPairs)
    return tooLarge(
      `must compare at most ${mostPairs} pairs of runs`,
      made(pairs),
      `use fewer seeds, or leave out ${comparingMetrics(specs)}`,
    );
  return [];
}

/** `cka and weight-distance`: those of the spec's metrics that compare every two seeds. */
function comparingMetrics(metrics: readonly MetricSpec[]): string {
  const comparing = metrics.filter((metric) => metricOf(metric).subject === 'all-pairs');
  return comparing.map(({ name }) => name).join(' and ');
}

/** What must hold in every cell: the data exist, a batch fits into them, the model into memory; metrics get the samples they read. */
export function cellProblems(
  parts: GridParts,
  { datasets, memoryBytes }: GridSurroundings,
): SpecProblem[] {
  const { axes, base, metrics, seeds } = parts;
  const specs = metrics.map(([, metric]) => metric);
  const problems: SpecProblem[] = [];
  let leastSamples = Infinity;
  const recorded = { epochs: 0, points: 0, bytes: 0 };
  for (const cell of expandCells({ ...base, axes: [...axes] })) {
    const { dataset, model } = cell.settings;
    const training = withNeededTrajectory(cell.settings.training, specs);
    recorded.epochs = Math.max(recorded.epochs, training.epochs);
    if (!isKnownDataset(dataset, datasets)) {
      const at = axisPlace(axes, cell, ['dataset.name']);
      if (at) problems.push(unknownDataset(at, dataset.name, datasets));
      continue;
    }
    // Values that are not valid where they are have been named before.
    const facts = factsOf(dataset, datasets);
    if (!facts) continue;
    const placeOf = (paths: readonly string[]) => axisPlace(axes, cell, paths);
    const unmade = generatedProblems(dataset, placeOf);
    problems.push(...unmade);
    if (unmade.length > 0) continue;
    const samples = fractionCount(facts.trainCount, dataset.fraction);
    leastSamples = Math.min(leastSamples, samples);
    if (typeof training.batchSize === 'number' && training.batchSize > samples) {
      const at = axisPlace(axes, cell, ['training.batchSize']) ?? 'training.batchSize';
      const rule = `must be at most the ${samples} training samples`;
      const fix = `use a batch size of 1 to ${samples}, or more data`;
      problems.push(problem(at, rule, training.batchSize, fix));
    }
    problems.push(...trainingProblems(cell.settings, placeOf));
    const unfit = modelProblem(model, facts, placeOf);
    if (unfit) {
      problems.push(unfit);
      continue;
    }
    const lonely = lonelyBatch(cell.settings, facts, samples);
    if (lonely) {
      const at = placeOf(lonely.settings) ?? 'training.batchSize';
      const rule = 'must leave batch norm two samples or more in every batch';
      problems.push({ path: at, rule, got: 'a batch of 1', fix: lonely.fix });
    }
    const parameters = parameterCount(model, facts);
    const network = { parameters, outputs: facts.classes };
    const need = modelMemory(network, seeds, specs);
    if (need.bytes > memoryBytes)
      problems.push(
        need.bytesOfSamples > need.bytes / 2
          ? tooManySamples(need, { metrics, memoryBytes })
          : tooLargeModel(need, { parameters, memoryBytes, placeOf }),
      );
    const points = pointsOf(training, samples);
    if (points > mostTrajectoryPoints) problems.push(tooManyPoints(points, placeOf));
    recorded.points += seeds * points;
    recorded.bytes += seeds * points * 4 * parameters;
  }
  problems.push(...trajectoryProblems(base.training, recorded));
  return [...problems, ...sampleProblems(metrics, leastSamples)];
}

function tooLargeModel(
  { bytes, what }: ModelMemory,
  {
    parameters,
    memoryBytes,
    placeOf,
  }: {
    parameters: number;
    memoryBytes: number;
    placeOf: (paths: readonly string[]) => string | null;
  },
): SpecProblem {
  return {
    path: placeOf(['model.width', 'model.depth']) ?? 'model',
    rule: fitIntoMemory(memoryBytes),
    got: `${parameters} parameters, for which ${what} may hold ${gigabytes(bytes)}`,
    fix: `use a narrower or shallower model${what === 'training' ? '' : `, or leave out ${what}`}`,
  };
}

function tooManySamples(
  { bytes, what }: ModelMemory,
  { metrics, memoryBytes }: { metrics: GridParts['metrics']; memoryBytes: number },
): SpecProblem {
  const [index, metric] = metrics.find(([, { name }]) => name === what) ?? [0, {}];
  return {
    path: `metrics[${index}].samples`,
    rule: fitIntoMemory(memoryBytes),
    got: `${String((metric as Partial<MetricSpec>)['samples'])}, for which ${what} may hold ${gigabytes(bytes)}`,
    fix: 'use fewer samples',
  };
}

const fitIntoMemory = (memoryBytes: number) =>
  `must fit into the ${gigabytes(memoryBytes)} of memory of this machine`;

/** What is wrong between the settings of a generated data set. */
function generatedProblems(
  dataset: DatasetSpec,
  placeOf: (paths: readonly string[]) => string | null,
): SpecProblem[] {
  const spec = generatedSpecOf(dataset);
  if (!spec) return [];
  return generatorProblems(spec).map(({ setting, rule, fix }) => {
    const path = `dataset.${setting}`;
    return problem(placeOf([path]) ?? path, rule, readPath({ dataset: spec }, path), fix);
  });
}

/** Why a model cannot read the samples of a data set, or cannot be built; null where it can. */
function modelProblem(
  model: ModelSpec,
  facts: DatasetFacts,
  placeOf: (paths: readonly string[]) => string | null,
): SpecProblem | null {
  const { name, sample, inputs } = facts;
  if (!canRead(model.family, sample.kind)) {
    const at = placeOf(['model.family', 'dataset.name']) ?? 'model.family';
    const got = `${model.family} on ${name} (${describeSample(sample, inputs)})`;
    const fix = `use mlp, or a data set of ${neededSample[model.family] === 'image' ? 'images' : 'tokens'}`;
    return { path: at, rule: `must read the samples of the data set`, got, fix };
  }
  if (sample.kind === 'points') {
    const rough = unsmooth(model);
    if (rough) return { ...rough, path: placeOf([rough.path, 'dataset.name']) ?? rough.path };
  }
  if (model.family === 'sequential') {
    const { misplaced } = placeLayers(model.layers, facts);
    if (!misplaced) return null;
    const { index, ...found } = misplaced;
    return { path: placeOf(['dataset.name']) ?? `model.layers[${index}]`, ...found };
  }
  if (model.family === 'transformer' && model.width % model.heads !== 0) {
    const at = placeOf(['model.width', 'model.heads']) ?? 'model.width';
    const rule = `must be a multiple of the ${model.heads} heads`;
    return problem(at, rule, model.width, `use ${model.heads}, ${2 * model.heads}, ...`);
  }
  return null;
}

/** A name that is no data set. */
export function unknownDataset(
  path: string,
  name: unknown,
  datasets: readonly DatasetFacts[],
): SpecProblem {
  const names = datasets.map((d) => d.name).join(', ');
  return problem(
    path,
    'must be a known data set',
    name,
    `use one of: ${names}; phasescape import dataset adds files of yours`,
  );
}

/** Metrics that read training samples cannot read more than the smallest cell has. */
function sampleProblems(metrics: GridParts['metrics'], samples: number): SpecProblem[] {
  return metrics.flatMap(([index, metric]) =>
    (['samples', 'batchSize'] as const).flatMap((key) => {
      const wanted = metric[key];
      if (typeof wanted !== 'number' || wanted <= samples) return [];
      const fewest = metricOf(metric).fewestSamples ?? 1;
      const fix =
        samples < fewest
          ? `give it ${fewest} or more, by a larger dataset.fraction`
          : `use ${fewest} to ${samples}`;
      const rule = `must be at most the ${samples} training ${samples === 1 ? 'sample' : 'samples'}`;
      return [problem(`metrics[${index}].${key}`, rule, wanted, fix)];
    }),
  );
}

/** The value of the first axis over one of these paths that a cell lies at; null when none varies them. */
function axisPlace(axes: readonly Axis[], cell: Cell, paths: readonly string[]): string | null {
  const index = axes.findIndex((axis) => paths.includes(axis.path));
  const axis = axes[index];
  if (!axis) return null;
  return `axes[${index}].values[${axis.values.indexOf(cell.coordinates[index]?.value ?? '')}]`;
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(3))} GB`;
}
