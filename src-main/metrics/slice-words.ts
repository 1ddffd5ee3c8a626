/** How slices of the landscape say how batch norm was treated. */
import type { MeasurementFacts } from '#shared/domain/measurement';
import type { CellContext } from './context';
import type { SliceStatistics } from './slice';

/**
 * What batch norm normalised with; nothing for networks without.
 * @param whose - of which model the running averages are, where the slice passes through several: ` of seed 0`
 */
export function describeStatistics(
  { network }: CellContext,
  statistics: SliceStatistics,
  whose = '',
): MeasurementFacts {
  if (network.statisticsCount === 0) return {};
  return {
    'batch norm': statistics === 'batch' ? 'recomputed at every point' : `running averages${whose}`,
  };
}
