/** The diagram as lines: one number along one axis, a line per value of the other. What the screen and the exported figure both draw. */
import type { Diagram } from './diagram';
import type { DiagramPanel, PanelCell } from './diagram-panel';
import type { DiagramAxis } from './diagram-axis';

export interface SliceLine {
  /** Row of the grid, column where lines run along y. */
  readonly line: number;
  /** Value of the other axis; empty where there is none. */
  readonly label: string;
  /** 0 for the first line (the hottest), 1 for the last: its place on a colour map; 0 for a single one. */
  readonly share: number;
  readonly points: readonly {
    readonly x: number;
    readonly cell: PanelCell;
    /** Position in the diagram's cells. */
    readonly position: number;
  }[];
}

/** Which lines of the grid: rows run along x, columns along y. */
export interface SliceChoice {
  /** By default along x, or along y where that is the only axis. */
  readonly along?: 'x' | 'y';
  /** Rows (columns where they run along y) to draw; all by default. */
  readonly only?: readonly number[];
}

/** The axis along which the lines run. */
export function sliceAxis(
  diagram: Pick<Diagram, 'x' | 'y'>,
  along: 'x' | 'y' = diagram.x.values.length === 0 ? 'y' : 'x',
): DiagramAxis {
  return diagram[along];
}

/** The lines from the top row (the hottest) down, or from the left column on; cells without a value are points without one. Never throws. */
export function sliceLines(
  diagram: Pick<Diagram, 'x' | 'y'>,
  panel: Pick<DiagramPanel, 'cells'>,
  choice: SliceChoice = {},
): readonly SliceLine[] {
  const axis = sliceAxis(diagram, choice.along);
  const isAlongY = axis === diagram.y;
  const other = isAlongY ? diagram.x : diagram.y;
  const columns = diagram.x.positions.length;
  const order = [...other.positions.keys()];
  if (!isAlongY) order.reverse();
  return order.flatMap((line, i) => {
    if (choice.only !== undefined && !choice.only.includes(line)) return [];
    return [
      {
        line,
        label: other.labels[line] ?? '',
        share: order.length === 1 ? 0 : i / (order.length - 1),
        points: axis.positions.flatMap((x, k) => {
          const position = isAlongY ? k * columns + line : line * columns + k;
          const cell = panel.cells[position];
          return cell ? [{ x, cell, position }] : [];
        }),
      },
    ];
  });
}

/**
 * Where training begins to fit every training sample along a line: the interpolation threshold.
 *
 * Definition: the place of the first cell, from the smallest value of the axis on, whose mean train accuracy over seeds is 1 (train error 0
 * in every run), where a cell with a smaller value still has an error. Null where the axis is not numeric, where the line never gets there
 * or begins there, or where train accuracy is not known. Never throws.
 */
export function interpolationPlace(
  diagram: Pick<Diagram, 'cells'>,
  axis: Pick<DiagramAxis, 'values'>,
  { points }: Pick<SliceLine, 'points'>,
): number | null {
  if (axis.values.some((value) => typeof value !== 'number')) return null;
  const rising = points
    .map((point, i) => ({ ...point, value: axis.values[i] as number }))
    .sort((a, b) => a.value - b.value);
  let hasError = false;
  for (const { x, position } of rising) {
    const accuracy = diagram.cells[position]?.result?.metrics['trainAccuracy']?.mean;
    if (accuracy === undefined || accuracy === null) continue;
    if (accuracy < 1) hasError = true;
    else return hasError ? x : null;
  }
  return null;
}
