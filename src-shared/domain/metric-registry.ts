/// <reference types="vite/types/importMeta.d.ts" />
/**
 * Every metric that there is: the definitions found in the folders of `src-main/metrics`. Whoever adds a folder adds a metric to the spec,
 * the planner, the screens, the figures and the command line, and touches nothing else.
 */
import {
  metricGroups,
  type MetricDefinition,
  type MetricScalar,
  type MetricSubject,
} from './metric-definition';

/** A metric in a spec: its name and its settings, all of them, as its schema has checked them. */
export interface MetricSpec {
  readonly name: string;
  readonly [setting: string]: unknown;
}

const found = import.meta.glob<MetricDefinition>('../../src-main/metrics/*/definition.ts', {
  eager: true,
  import: 'definition',
});

const groupPosition = new Map<string, number>(metricGroups.map(({ name }, i) => [name, i]));

/** In the order of menus and tables: by group, the usual ones first, then by name. */
export const metricDefinitions: readonly MetricDefinition[] = Object.values(found).sort(
  (a, b) =>
    (groupPosition.get(a.group) ?? 0) - (groupPosition.get(b.group) ?? 0) ||
    Number(b.isUsual ?? false) - Number(a.isUsual ?? false) ||
    (a.name < b.name ? -1 : 1),
);

const byName = new Map(metricDefinitions.map((definition) => [definition.name, definition]));

/** The definition of a metric; undefined for a name that is not one. */
export function findMetric(name: string): MetricDefinition | undefined {
  return byName.get(name);
}

/** The definition of a metric of a checked spec. @throws RangeError for a name that is not one */
export function metricOf({ name }: Pick<MetricSpec, 'name'>): MetricDefinition {
  const definition = byName.get(name);
  if (!definition)
    throw new RangeError(`metric: must be one of ${[...byName.keys()].join(', ')}, got ${name}`);
  return definition;
}

/** Whether a scalar of such a metric belongs to one run or to two. */
export function overOf(subject: MetricSubject): 'run' | 'pair' {
  return subject === 'run' || subject === 'three-runs' ? 'run' : 'pair';
}

/** A scalar with the metric that yields it. */
export interface RegisteredScalar extends MetricScalar {
  readonly over: 'run' | 'pair';
  readonly metric: string;
}

/** The scalars of all metrics in order. */
export const metricScalars: readonly RegisteredScalar[] = metricDefinitions.flatMap(
  ({ name, subject, scalars }) =>
    scalars.map((scalar) => ({ ...scalar, over: overOf(subject), metric: name })),
);

/** Which seeds a metric joins: what its setting `pairs` says, all where it compares all. */
export function pairsOfMetric(metric: MetricSpec): 'ring' | 'first' | 'all' {
  if (metricOf(metric).subject === 'all-pairs') return 'all';
  return metric['pairs'] === 'first' ? 'first' : 'ring';
}
