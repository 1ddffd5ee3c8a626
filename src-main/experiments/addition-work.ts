/** What a metric that is added to an experiment would cost: an estimate, as that of a plan, without making the tasks. */
import type { AdditionWork } from '#shared/contract/views';
import type { Cell } from '#shared/domain/cells';
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import type { MetricSpec } from '#shared/domain/metric-registry';
import { defaultCostMs, diskBytes, gradientCost, type CostFactors } from './estimate';
import { subjectsOf } from './plan';

/**
 * Tasks, gradients, wall time and disk of one metric in these cells, as if no other experiment had done any of it.
 *
 * Definition: expected times, corrected by what this project has measured, spread evenly over the workers.
 * @param factsOf - of a data set; cells whose data set is gone count nothing
 */
export function additionWork(
  metric: MetricSpec,
  cells: readonly Cell[],
  options: {
    readonly seeds: readonly number[];
    readonly factsOf: (settings: DatasetSpec) => DatasetFacts | undefined;
    readonly factors: CostFactors;
    readonly workers: number;
  },
): AdditionWork {
  const { seeds, factsOf, factors, workers } = options;
  const runs = seeds.map((seed) => ({ seeds: [seed] }));
  const subjects = [...Map.groupBy(subjectsOf(metric, runs), (subject) => subject.runs.length)];
  const work = { tasks: 0, gradients: 0, estimatedMs: 0, diskBytes: 0 };
  for (const { settings } of cells) {
    const facts = factsOf(settings.dataset);
    if (!facts) continue;
    for (const [size, { length }] of subjects) {
      const task = {
        kind: metric.name,
        settings,
        metric,
        seeds: seeds.slice(0, size),
        data: { facts },
      };
      work.tasks += length;
      work.gradients += length * gradientCost(task).gradients;
      work.estimatedMs += length * defaultCostMs(task) * factors(metric.name);
      work.diskBytes += length * diskBytes(task);
    }
  }
  return {
    tasks: work.tasks,
    gradients: work.gradients,
    estimatedMs: Math.round(work.estimatedMs / Math.max(1, Math.min(workers, work.tasks))),
    diskBytes: Math.round(work.diskBytes),
  };
}
