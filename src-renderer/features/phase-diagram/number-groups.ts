/** The measured numbers as a menu lists them. Pure. */
import { metricGroups } from '#shared/domain/metric-definition';
import { findMetric } from '#shared/domain/metric-registry';
import type { ScalarDefinition } from '#shared/domain/scalars';

export interface NumberGroup {
  readonly title: string;
  readonly scalars: readonly ScalarDefinition[];
}

/** Scalars of the trainings, then those of each group of metrics; empty groups are left out. @param without - names to leave out */
export function numberGroups(
  scalars: readonly ScalarDefinition[],
  without: readonly string[] = [],
): readonly NumberGroup[] {
  const offered = scalars.filter(({ name }) => !without.includes(name));
  const groups = [{ name: undefined, title: 'Training' }, ...metricGroups];
  return groups.flatMap(({ name, title }) => {
    const own = offered.filter(({ metric }) => findMetric(metric)?.group === name);
    return own.length === 0 ? [] : [{ title, scalars: own }];
  });
}
