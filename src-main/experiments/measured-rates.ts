/** How this project's finished tasks compare with the expected times. */
import type { RunSettings } from '#shared/domain/cells';
import type { MetricSpec } from '#shared/domain/spec';
import type { ProjectStore } from '../store/project-store';
import { costFactors, defaultCostMs, unmeasuredFactors, type CostFactors } from './estimate';

/** Enough to average, few enough to read while somebody types. */
const measuredTasks = 200;

/** Cost factors from the last finished tasks of an executor; all 1 when there are none. */
export function measuredFactors(store: ProjectStore, engine: string): CostFactors {
  const settingsOf = (spec: object | null): RunSettings | null =>
    (spec as { settings?: RunSettings } | null)?.settings ?? null;
  const rows = store.results.durations(engine, measuredTasks).flatMap((row) => {
    const spec = row.spec as {
      settings?: RunSettings;
      metric?: MetricSpec;
      reads?: readonly string[];
    };
    const settings = spec.settings ?? settingsOf(store.tasks.spec(spec.reads?.[0] ?? ''));
    if (settings === null) return [];
    const task = {
      kind: row.kind,
      settings,
      seeds: spec.reads?.map((_, i) => i) ?? [0],
      ...(spec.metric ? { metric: spec.metric } : {}),
    };
    return [{ kind: row.kind, expectedMs: defaultCostMs(task), measuredMs: row.durationMs }];
  });
  return rows.length === 0 ? unmeasuredFactors : costFactors(rows);
}
