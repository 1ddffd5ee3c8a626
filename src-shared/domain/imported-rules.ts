/** Rules of a spec whose weights were trained elsewhere: nothing in it may speak of a training. */
import { canonicalJson } from './canonical-json';
import type { RunSettings } from './cells';
import { untrained, type ImportedWeights } from './imported-weights';
import { metricOf, type MetricSpec } from './metric-registry';
import type { ExperimentSpec } from './spec';
import { problem, type SpecProblem } from './spec-problem';
import { isProblemName } from './problem-spec';

type Root = Readonly<Record<string, unknown>>;

/** Whether a spec, which may still be wrong, is one of imported weights. */
export function isOfImported(root: unknown): root is Root {
  return typeof root === 'object' && root !== null && 'imported' in root;
}

/** A spec of imported weights with what stands for its training, where it says none; any other as it is. Never throws. */
export function withUntrained(root: unknown): unknown {
  if (!isOfImported(root)) return root;
  return { ...untrained, ...root };
}

/** A spec as it is told: without the stand-in for a training that never was. Never throws. */
export function toldSpec(spec: ExperimentSpec): Partial<ExperimentSpec> {
  if (!spec.imported) return spec;
  const { optimizer: _, training: __, ...told } = spec;
  return told;
}

/** The settings of a cell as they are told: of imported weights the data and the model alone. Never throws. */
export function toldSettings(
  { imported }: Pick<ExperimentSpec, 'imported'>,
  settings: RunSettings,
): Partial<RunSettings> {
  const { dataset, model } = settings;
  return imported ? { dataset, model } : settings;
}

/**
 * What is wrong with a spec of imported weights, its own shape apart: it has one cell, a seed for each file, no training, and no metric
 * that needs one. Never throws.
 * @param parts - the parsed spec parts; only what is valid by itself
 */
export function importedProblems(
  root: Root,
  imported: ImportedWeights,
  {
    metrics,
    complete,
  }: {
    readonly metrics: readonly (readonly [number, MetricSpec])[];
    /** A section with the schema's defaults; undefined where it is not valid. */
    readonly complete: (section: 'optimizer' | 'training', value: unknown) => unknown;
  },
): SpecProblem[] {
  const problems: SpecProblem[] = [];
  for (const section of ['optimizer', 'training'] as const) {
    const given = complete(section, root[section]);
    if (canonicalJson(given) !== canonicalJson(complete(section, untrained[section])))
      problems.push(
        problem(section, 'must not be given for imported weights', root[section], 'leave it out'),
      );
  }
  if (Array.isArray(root['axes']) && root['axes'].length > 0)
    problems.push(
      problem(
        'axes',
        'must be empty for imported weights, which are one cell',
        root['axes'].length,
        'leave them out',
      ),
    );
  const seeds = imported.files.map(({ seed }) => seed);
  if (Array.isArray(root['seeds']) && root['seeds'].join() !== seeds.join())
    problems.push(
      problem(
        'seeds',
        'must be those of the imported files, in order',
        root['seeds'],
        `use ${seeds.join(', ')}`,
      ),
    );
  const name = (root['dataset'] as Root | null | undefined)?.['name'];
  if (isProblemName(name))
    problems.push(
      problem(
        'dataset.name',
        'must be a data set with classes for imported weights',
        name,
        'use a data set',
      ),
    );
  return [...problems, ...metrics.flatMap(([index, metric]) => metricProblem(index, metric))];
}

const lacking = {
  trajectory: 'the weights along a training',
  'initial-weights': 'the weights before a training',
} as const;

function metricProblem(index: number, metric: MetricSpec): SpecProblem[] {
  const { name, needs = [] } = metricOf(metric);
  const [need] = needs;
  if (need === undefined) return [];
  return [
    {
      path: `metrics[${index}].name`,
      rule: `must not need ${lacking[need]}: imported weights come without`,
      got: JSON.stringify(name),
      fix: 'leave it out, or measure it on networks trained here',
    },
  ];
}
