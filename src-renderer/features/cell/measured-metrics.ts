/** The metrics of a spec in the order of the cell view, and those that it leaves out. */
import { metricGroups, type MetricDefinition } from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';

interface Named {
  readonly name: string;
}

/** The spec's metrics by group; groups without one are left out. */
export function measuredGroups(
  metrics: readonly Named[],
): readonly { readonly title: string; readonly metrics: readonly MetricDefinition[] }[] {
  const names = new Set(metrics.map(({ name }) => name));
  return metricGroups.flatMap(({ name, title }) => {
    const own = metricDefinitions.filter((m) => m.group === name && names.has(m.name));
    return own.length === 0 ? [] : [{ title, metrics: own }];
  });
}

/** `CKA, roughness index`; empty where the spec has every metric. */
export function unmeasuredTitles(metrics: readonly Named[]): string {
  const names = new Set(metrics.map(({ name }) => name));
  return metricDefinitions
    .filter(({ name }) => !names.has(name))
    .map(({ title }) => title)
    .join(', ');
}
