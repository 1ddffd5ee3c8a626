/** How slices of the landscape say what they were evaluated with. */
import type { MeasurementFacts } from '#shared/domain/measurement';
import type { CellContext } from './context';
import type { SliceStatistics } from './slice';

/** `first 512 training samples`, in the order that all cells share. */
export function describeSamples({ measuredOrder }: CellContext, samples: number): string {
  return `first ${samples} training samples${measuredOrder}`;
}

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
