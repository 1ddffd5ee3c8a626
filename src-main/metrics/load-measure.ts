/// <reference types="vite/types/importMeta.d.ts" />
/** What measures, by the name of the metric: loaded when it is first asked for, so that a worker holds what its jobs use. */
import type { MetricSpec } from '#shared/domain/metric-registry';
import { PhasescapeError } from '#shared/errors';
import type { Measure } from './measure';

const modules = import.meta.glob<{ readonly measure: Measure<MetricSpec> }>('./*/measure.ts');

/**
 * The module that measures a metric. It is given settings that the metric's own schema has checked.
 * @throws PhasescapeError `internal` for a name that has none
 */
export async function loadMeasure(
  name: string,
): Promise<{ readonly measure: Measure<MetricSpec> }> {
  const load = modules[`./${name}/measure.ts`];
  if (!load)
    throw new PhasescapeError(
      'internal',
      `metric ${name}: must have something that measures it, got none; use the version of this program that planned it`,
    );
  return load();
}
