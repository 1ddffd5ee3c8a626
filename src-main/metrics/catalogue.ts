/** What can be measured, for `phasescape metrics`: the registry in words. Light: loads no engine. */
import { metricScalars, metricDefinitions, overOf } from '#shared/domain/metric-registry';
import type { MetricDefinition, MetricSubject } from '#shared/domain/metric-definition';
import { referenceCost } from '#shared/domain/reference-work';

export interface MetricEntry {
  readonly name: string;
  readonly title: string;
  readonly group: string;
  /** What is computed, on which samples, in which units, with which error. */
  readonly definition: string;
  /** The scalars that it yields. */
  readonly scalars: readonly string[];
  /** Unit of each scalar; empty for pure numbers. */
  readonly units: Readonly<Record<string, string>>;
  /** What each scalar means. */
  readonly meanings: Readonly<Record<string, string>>;
  /** Series and fields that it yields besides. */
  readonly series: readonly string[];
  /** Whose method it is. */
  readonly source: string;
  readonly over: 'run' | 'pair';
  /** What one task reads. */
  readonly subject: MetricSubject;
  /** What it needs besides final weights: `initial-weights`, `trajectory`. */
  readonly needs: NonNullable<MetricDefinition['needs']>;
  /** Settings that apply when the spec does not give them. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Raised when its numbers change meaning or value. */
  readonly version: number;
  /** Gradient evaluations of one task with these settings, and the samples of each, on the reference work. */
  readonly cost: { readonly gradients: number; readonly samples: number };
}

/** Every metric, in the order of the screens. */
export const metricCatalogue: readonly MetricEntry[] = metricDefinitions.map(entryOf);

function entryOf(metric: MetricDefinition): MetricEntry {
  const { name, title, group, definition, source, subject, needs = [], version } = metric;
  const scalars = metricScalars.filter((scalar) => scalar.metric === name);
  const settings = metric.settings.parse({ name });
  const { name: _name, ...defaults } = settings;
  const { gradients, samples } = referenceCost(metric);
  return {
    name,
    title,
    group,
    definition,
    scalars: scalars.map((scalar) => scalar.name),
    units: Object.fromEntries(scalars.map((scalar) => [scalar.name, scalar.unit])),
    meanings: Object.fromEntries(scalars.map((scalar) => [scalar.name, scalar.definition])),
    series: [...new Set((metric.drawings ?? []).map(({ series }) => series))],
    source,
    over: overOf(subject),
    subject,
    needs,
    defaults,
    version,
    cost: { gradients, samples },
  };
}
