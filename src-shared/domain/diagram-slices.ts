/** The diagram as lines: one number along one axis, a line per value of the other. What the screen and the exported figure both draw. */
import type { Diagram } from './diagram';
import type { DiagramPanel, PanelCell } from './diagram-panel';
import type { DiagramAxis } from './diagram-axis';

export interface SliceLine {
  /** Value of the other axis; empty where there is none. */
  readonly label: string;
  /** 0 for the first line (the hottest), 1 for the last: its place on a colour map; 0 for a single one. */
  readonly share: number;
  readonly points: readonly { readonly x: number; readonly cell: PanelCell }[];
}

/** The axis along which the lines run: the load, or the temperature where that is the only one. */
export function sliceAxis(diagram: Pick<Diagram, 'x' | 'y'>): DiagramAxis {
  return diagram.x.values.length === 0 ? diagram.y : diagram.x;
}

/** The lines from the top row (the hottest) down; cells without a value are points without one. Never throws. */
export function sliceLines(diagram: Diagram, panel: DiagramPanel): readonly SliceLine[] {
  const axis = sliceAxis(diagram);
  const columns = diagram.x.positions.length;
  const isAlongY = axis === diagram.y;
  const rows = isAlongY ? [0] : [...diagram.y.positions.keys()].reverse();
  return rows.map((row, i) => {
    const cells = isAlongY ? panel.cells : panel.cells.slice(row * columns, (row + 1) * columns);
    return {
      label: isAlongY ? '' : (diagram.y.labels[row] ?? ''),
      share: rows.length === 1 ? 0 : i / (rows.length - 1),
      points: cells.map((cell, k) => ({ x: axis.positions[k] ?? 0, cell })),
    };
  });
}
