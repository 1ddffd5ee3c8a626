/** The cells of a panel on a canvas: a colour for a number, a hatch for a missing one, a cross hatch where training diverged. */
import { colourAt } from '#shared/domain/colour-maps';
import type { DiagramPanel, PanelCell } from '#shared/domain/diagram-panel';
import type { ChartStyle } from './chart-style';
import { hatchLines, type LineSegment, type Rect } from './hatch';
import { cellBox, type PanelGrid } from './panel-geometry';

/** One cell in pixels of the plot, y from the top. */
export interface CellPaint {
  readonly rect: Rect;
  readonly fill: string;
  /** None for a number. */
  readonly hatch: readonly LineSegment[];
}

/** Pixels between the lines of a hatch. */
const hatchGap = 8;

/**
 * What to paint for every cell, in the order of the cells.
 *
 * Whole pixels, so that neighbours neither overlap nor leave a hair between them. A hatch is never a colour of a map, whatever the scheme.
 */
export function cellPaints(
  grid: PanelGrid,
  panel: Pick<DiagramPanel, 'cells' | 'colourMap'>,
  look: {
    readonly plot: { readonly width: number; readonly height: number };
    readonly style: Pick<ChartStyle, 'missing'>;
  },
): readonly CellPaint[] {
  const { plot, style } = look;
  return panel.cells.map((cell, position) => {
    const box = cellBox(grid, position);
    const x = Math.round(box.x * plot.width);
    const y = Math.round(box.y * plot.height);
    const rect = {
      x,
      y,
      width: Math.round((box.x + box.width) * plot.width) - x,
      height: Math.round((box.y + box.height) * plot.height) - y,
    };
    if (cell.t !== null) return { rect, fill: colourAt(panel.colourMap, cell.t), hatch: [] };
    return { rect, fill: style.missing, hatch: hatchOf(cell.state, rect) };
  });
}

/** The hatch of a cell without a number: rising lines for a missing one, both ways where training diverged. */
export function hatchOf(state: PanelCell['state'], rect: Rect): readonly LineSegment[] {
  const rising = hatchLines(rect, hatchGap, 'rising');
  return state === 'diverged' ? [...rising, ...hatchLines(rect, hatchGap, 'falling')] : rising;
}

/** Paints cells onto a canvas whose unit is a pixel of the plot. */
export function paintCells(
  context: CanvasRenderingContext2D,
  paints: readonly CellPaint[],
  style: Pick<ChartStyle, 'hatch'>,
): void {
  for (const { rect, fill } of paints) {
    context.fillStyle = fill;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
  }
  context.strokeStyle = style.hatch;
  context.lineWidth = 1;
  context.beginPath();
  for (const { hatch } of paints)
    for (const { x1, y1, x2, y2 } of hatch) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
  context.stroke();
}
