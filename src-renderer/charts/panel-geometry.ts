/** Where a panel's plot lies in its box, which cells are under a point or a rectangle, and where the next one is: shared by the chart and the overlay on it. */
import type { DiagramAxis } from '#shared/domain/diagram-axis';

export type PanelSize = 'large' | 'small';

/** The axes of a diagram: all that places need. */
export interface PanelGrid {
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
}

export interface PanelMargins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From this many columns and rows on, regions may be too small for their names, which then stand beside the plot. */
const manyCells = 6;
/** Pixels beside the large plot for the names of small regions. */
const gutter = 52;

/** Pixels around the plot. The large panel writes the names of its axes, the small ones only their ticks. */
export function panelMargins({ x, y }: PanelGrid, size: PanelSize): PanelMargins {
  const widest = Math.max(1, ...y.labels.map((label) => label.length));
  const labels = y.values.length === 0 ? 4 : Math.min(64, 10 + 7 * widest);
  const isFine = x.values.length >= manyCells && y.values.length >= manyCells;
  return size === 'large'
    ? { left: labels + 24, right: isFine ? gutter : 12, top: 8, bottom: 48 }
    : { left: labels + 4, right: 8, top: 4, bottom: 22 };
}

/** Position in `edges` of the interval that holds `at`; null outside 0..1. */
function intervalAt(axis: DiagramAxis, at: number): number | null {
  if (!(at >= 0) || at > 1) return null;
  const after = axis.edges.findIndex((edge) => edge > at);
  return after < 0 ? axis.positions.length - 1 : after - 1;
}

/** Position in the diagram's cells under a point of the plot (0 left or bottom, 1 right or top); null outside. */
export function cellAt(grid: PanelGrid, x: number, y: number): number | null {
  const column = intervalAt(grid.x, x);
  const row = intervalAt(grid.y, y);
  return column === null || row === null ? null : row * grid.x.positions.length + column;
}

/** Every cell of the rectangle that has these two cells in opposite corners, the first one first. */
export function cellsBetween(grid: PanelGrid, from: number, to: number): readonly number[] {
  const columns = grid.x.positions.length;
  const place = (position: number) => [position % columns, Math.floor(position / columns)] as const;
  const [[x1, y1], [x2, y2]] = [place(from), place(to)];
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
  const others: number[] = [];
  for (let row = low; row <= high; row++)
    for (let column = left; column <= right; column++)
      if (row * columns + column !== from) others.push(row * columns + column);
  return [from, ...others];
}

/** The cell's rectangle in units of the plot, y from the top as screens have it. */
export function cellBox(grid: PanelGrid, position: number) {
  const columns = grid.x.positions.length;
  const column = position % columns;
  const row = Math.floor(position / columns);
  const left = grid.x.edges[column] ?? 0;
  const top = 1 - (grid.y.edges[row + 1] ?? 1);
  return {
    x: left,
    y: top,
    width: (grid.x.edges[column + 1] ?? 1) - left,
    height: 1 - (grid.y.edges[row] ?? 0) - top,
  };
}

type PlotPlace = readonly [x: number, y: number];

/** The outline of a set of cells as an SVG path in units of the plot, y from the top: every side that no other cell of the set touches. */
export function outlineOf(grid: PanelGrid, positions: readonly number[]): string {
  const columns = grid.x.positions.length;
  const members = new Set(positions);
  const path: string[] = [];
  const unit = (value: number) => Number(value.toFixed(6));
  for (const position of members) {
    const column = position % columns;
    const { x, y, width, height } = cellBox(grid, position);
    const [right, bottom] = [x + width, y + height];
    const side = (isOuter: boolean, from: PlotPlace, to: PlotPlace) => {
      if (isOuter) path.push(`M${from.map(unit).join(' ')}L${to.map(unit).join(' ')}`);
    };
    side(column === 0 || !members.has(position - 1), [x, y], [x, bottom]);
    side(column === columns - 1 || !members.has(position + 1), [right, y], [right, bottom]);
    side(!members.has(position + columns), [x, y], [right, y]);
    side(!members.has(position - columns), [x, bottom], [right, bottom]);
  }
  return path.join('');
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The neighbour of a cell; the cell itself at the border, the first cell when there is none yet. */
export function neighbourOf(grid: PanelGrid, position: number | null, to: Direction): number {
  const columns = grid.x.positions.length;
  const rows = grid.y.positions.length;
  if (position === null) return columns * (rows - 1);
  const column = position % columns;
  const row = Math.floor(position / columns);
  const clamp = (value: number, most: number) => Math.min(Math.max(0, value), most - 1);
  const nextColumn = clamp(column + (to === 'right' ? 1 : to === 'left' ? -1 : 0), columns);
  const nextRow = clamp(row + (to === 'up' ? 1 : to === 'down' ? -1 : 0), rows);
  return nextRow * columns + nextColumn;
}
