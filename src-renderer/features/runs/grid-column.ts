/** A column of the grid of runs that is in sight. */
import type { RunField } from '#shared/contract/run-views';

export interface GridColumn {
  readonly field: RunField;
  /** Position among the chosen columns. */
  readonly index: number;
  /** Pixels from the left edge of the table. */
  readonly left: number;
  readonly width: number;
}
