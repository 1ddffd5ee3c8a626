/** What several selected cells are, together. Pure. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { phaseNames, type Phase } from '#shared/domain/phases';

export interface SelectedNumber {
  readonly panel: DiagramPanel;
  /** In the panel's drawn scale. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  /** How many of the cells have it. */
  readonly n: number;
}

export interface SelectionSummary {
  readonly cells: number;
  /** Those that occur, in their order. */
  readonly phases: readonly { readonly phase: Phase; readonly count: number }[];
  readonly numbers: readonly SelectedNumber[];
}

/**
 * Counts, and of each panel's number the mean, least and largest value over the selected cells.
 *
 * Definition: the plain mean over cells of what the panel draws (of an ln panel the mean of the logarithms); cells without the number are
 * left out of `n`, panels without any are left out. Never throws.
 */
export function summariseSelection(
  { cells, panels }: Pick<Diagram, 'cells' | 'panels'>,
  positions: readonly number[],
): SelectionSummary {
  const phases = phaseNames.flatMap((phase) => {
    const count = positions.filter((position) => cells[position]?.phase === phase).length;
    return count === 0 ? [] : [{ phase, count }];
  });
  const numbers = panels.flatMap((panel): SelectedNumber[] => {
    const values = positions.flatMap((position) => panel.cells[position]?.value ?? []);
    const n = values.length;
    if (n === 0) return [];
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    return [{ panel, mean, least, most, n }];
  });
  return { cells: positions.length, phases, numbers };
}
