/** Correlations of the current results, a metric at a time: a thousand resamples of each would hold the screen for seconds. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import {
  comparedMetrics,
  correlateMetric,
  type MetricCorrelation,
} from '#shared/domain/correlation-table';
import type { CellsResult } from '#shared/domain/results';

/** The rows that are there, and how many there will be. */
export interface CorrelationProgress {
  readonly rows: readonly MetricCorrelation[];
  readonly total: number;
}

/**
 * Follows the results: rows of the last ones stay until all those of the next are there.
 * @param results - null while they are read
 */
export function useCorrelations(
  results: Readonly<Ref<CellsResult | null>>,
): Readonly<Ref<CorrelationProgress>> {
  const progress = shallowRef<CorrelationProgress>({ rows: [], total: 0 });
  let round = 0;
  const follow = async (current: CellsResult | null) => {
    const own = ++round;
    if (current === null) return;
    const compared = comparedMetrics(current);
    const isFirst = progress.value.rows.length === 0;
    const rows: MetricCorrelation[] = [];
    for (const metric of compared) {
      await new Promise((done) => setTimeout(done));
      if (own !== round) return;
      rows.push(correlateMetric(current, metric));
      if (isFirst) progress.value = { rows: [...rows], total: compared.length };
    }
    progress.value = { rows, total: compared.length };
  };
  watch(results, (current) => void follow(current), { immediate: true });
  onScopeDispose(() => {
    round++;
  });
  return progress;
}
