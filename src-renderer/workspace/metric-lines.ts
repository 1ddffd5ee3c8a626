/** The numbers of a cell as lines of the inspector. */
import { estimateOf } from '#shared/domain/cell-phase';
import type { CellResult } from '#shared/domain/results';
import { scalarDefinitions } from '#shared/domain/scalars';
import { formatWithError } from '../charts/number-format';

export interface MetricLine {
  readonly name: string;
  readonly title: string;
  readonly definition: string;
  /** Mean and standard error. */
  readonly value: string;
  readonly n: number;
}

/** Every scalar that the cell has, in the order of the definitions. */
export function metricLines(cell: CellResult): readonly MetricLine[] {
  return scalarDefinitions.flatMap(({ name, title, unit, definition }) => {
    const metric = cell.metrics[name];
    if (!metric) return [];
    const { mean, se } = estimateOf(metric);
    const about = unit === '' ? definition : `${definition} In ${unit}.`;
    return [{ name, title, definition: about, value: formatWithError(mean, se), n: metric.n }];
  });
}
