/** The metrics that a cell is measured with, in the order of the cell view. */
import { metricGroups, type MetricDefinition } from '#shared/domain/metric-definition';
import { metricDefinitions } from '#shared/domain/metric-registry';

interface Named {
  readonly name: string;
}

/** The metrics of a cell by group; groups without one are left out. */
export function measuredGroups(
  metrics: readonly Named[],
): readonly { readonly title: string; readonly metrics: readonly MetricDefinition[] }[] {
  const names = new Set(metrics.map(({ name }) => name));
  return metricGroups.flatMap(({ name, title }) => {
    const own = metricDefinitions.filter((m) => m.group === name && names.has(m.name));
    return own.length === 0 ? [] : [{ title, metrics: own }];
  });
}
