/** How this project's finished tasks compare with the expected times. */
import { completeSettings, type RunSettings } from '#shared/domain/cells';
import type { DatasetSpec } from '#shared/domain/dataset-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { untrained } from '#shared/domain/imported-weights';
import { findMetric, type MetricSpec } from '#shared/domain/metric-registry';
import type { ProjectStore } from '../store/project-store';
import { basisOfTasks, type CostBasis } from './cost-basis';
import { defaultCostMs } from './estimate';

/** Enough to average, few enough to read while somebody types. */
const measuredTasks = 200;

/**
 * What the last finished tasks of an executor say of the expected times; null when there are none.
 * @param factsOf - of a spec's data settings; tasks on data that exists no longer are not counted
 */
export function measuredCosts(
  store: ProjectStore,
  engine: string,
  factsOf: (settings: DatasetSpec) => DatasetFacts | undefined,
): CostBasis | null {
  const settingsOf = (spec: object | null): RunSettings | null =>
    (spec as { settings?: RunSettings } | null)?.settings ?? null;
  const rows = store.results.durations(engine, measuredTasks).flatMap((row) => {
    const spec = row.spec as {
      settings?: RunSettings;
      metric?: MetricSpec;
      reads?: readonly string[];
      weights?: string;
    };
    // Weights that were imported took no training.
    if (spec.weights !== undefined) return [];
    const told = spec.settings ?? settingsOf(store.tasks.spec(spec.reads?.[0] ?? ''));
    const settings = told && completeSettings({ ...untrained, ...told });
    const facts = settings === null ? undefined : factsOf(settings.dataset);
    const metric = completeMetric(spec.metric);
    if (settings === null || !facts || metric === null) return [];
    const task = {
      kind: row.kind,
      settings,
      data: { facts },
      seeds: spec.reads?.map((_, i) => i) ?? [0],
      ...(metric ? { metric } : {}),
    };
    return [{ kind: row.kind, expectedMs: defaultCostMs(task), measuredMs: row.durationMs }];
  });
  return rows.length === 0 ? null : basisOfTasks(rows);
}

/**
 * The settings of a metric as a task's identity has them, with those that it leaves out; undefined for trainings, null for metrics and
 * settings that this version does not know.
 */
function completeMetric(metric: MetricSpec | undefined): MetricSpec | null | undefined {
  if (!metric) return undefined;
  const complete = findMetric(metric.name)?.settings.safeParse(metric);
  return complete?.success === true ? (complete.data as MetricSpec) : null;
}
