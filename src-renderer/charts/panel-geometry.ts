/** Where a panel's plot lies in its box, and which cell is under a point: shared by the chart and the overlay on it. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramAxis } from '#shared/domain/diagram-axis';

export type PanelSize = 'large' | 'small';

export interface PanelMargins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels around the plot. The large panel writes the names of its axes, the small ones only their ticks. */
export function panelMargins(diagram: Pick<Diagram, 'y'>, size: PanelSize): PanelMargins {
  const widest = Math.max(1, ...diagram.y.labels.map((label) => label.length));
  const labels = diagram.y.values.length === 0 ? 4 : Math.min(64, 10 + 7 * widest);
  return size === 'large'
    ? { left: labels + 24, right: 12, top: 8, bottom: 48 }
    : { left: labels + 4, right: 8, top: 4, bottom: 22 };
}

/** Position in `edges` of the interval that holds `at`; null outside 0..1. */
export function intervalAt(axis: DiagramAxis, at: number): number | null {
  if (!(at >= 0) || at > 1) return null;
  const after = axis.edges.findIndex((edge) => edge > at);
  return after < 0 ? axis.positions.length - 1 : after - 1;
}

/** Position in the diagram's cells under a point of the plot (0 left or bottom, 1 right or top); null outside. */
export function cellAt(diagram: Pick<Diagram, 'x' | 'y'>, x: number, y: number): number | null {
  const column = intervalAt(diagram.x, x);
  const row = intervalAt(diagram.y, y);
  return column === null || row === null ? null : row * diagram.x.positions.length + column;
}

/** The cell's rectangle in units of the plot, y from the top as screens have it. */
export function cellBox(diagram: Pick<Diagram, 'x' | 'y'>, position: number) {
  const columns = diagram.x.positions.length;
  const column = position % columns;
  const row = Math.floor(position / columns);
  const left = diagram.x.edges[column] ?? 0;
  const top = 1 - (diagram.y.edges[row + 1] ?? 1);
  return {
    x: left,
    y: top,
    width: (diagram.x.edges[column + 1] ?? 1) - left,
    height: 1 - (diagram.y.edges[row] ?? 0) - top,
  };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The neighbour of a cell; the cell itself at the border, the first cell when there is none yet. */
export function neighbourOf(
  diagram: Pick<Diagram, 'x' | 'y'>,
  position: number | null,
  to: Direction,
): number {
  const columns = diagram.x.positions.length;
  const rows = diagram.y.positions.length;
  if (position === null) return columns * (rows - 1);
  const column = position % columns;
  const row = Math.floor(position / columns);
  const clamp = (value: number, most: number) => Math.min(Math.max(0, value), most - 1);
  const nextColumn = clamp(column + (to === 'right' ? 1 : to === 'left' ? -1 : 0), columns);
  const nextRow = clamp(row + (to === 'up' ? 1 : to === 'down' ? -1 : 0), rows);
  return nextRow * columns + nextColumn;
}
