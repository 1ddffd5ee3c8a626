/** How slices of the landscape say how batch norm was treated. */
import type { MeasurementFacts } from '#shared/domain/measurement';
import type { CellContext } from './context';
import type { SliceStatistics } from './slice';

/** What batch norm normalised with; nothing for networks without. */
export function describeStatistics(
  { network }: CellContext,
  statistics: SliceStatistics,
): MeasurementFacts {
  if (network.statisticsCount === 0) return {};
  return {
    'batch norm': statistics === 'batch' ? 'recomputed at every point' : 'running averages',
  };
}
