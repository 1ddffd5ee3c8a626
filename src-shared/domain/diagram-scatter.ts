/** The diagram as a scatter: one number against another, at first sharpness against connectivity, a mark per cell. What the screen and the exported figure both draw. */
import type { Diagram, DiagramCell } from './diagram';
import type { DiagramPanel } from './diagram-panel';
import type { Phase } from './phases';

/** The mark of each phase: told apart without colour. */
export const phaseShapes = {
  I: 'circle',
  II: 'square',
  III: 'triangle',
  'IV-A': 'diamond',
  'IV-B': 'pentagon',
  undecided: 'circle',
} as const satisfies Readonly<Record<Phase, string>>;

export interface ScatterPanels {
  /** To the right: mode connectivity in the paper's plane. */
  readonly x: DiagramPanel;
  /** Upwards: a sharpness in the paper's plane. */
  readonly y: DiagramPanel;
  /** Test accuracy, of problems the test relative error; absent in results without it. */
  readonly score: DiagramPanel | undefined;
}

export interface CellPoint {
  readonly cell: DiagramCell;
  /** Both in the drawn scale of their panel, with their standard errors. */
  readonly x: number;
  readonly y: number;
  readonly xError: number | null;
  readonly yError: number | null;
  /** The score on its colour map, 0..1; null where it is missing. */
  readonly t: number | null;
  /** 0..1: how large among the loads. */
  readonly size: number;
}

/** The cells that have both numbers; large marks first, so that they do not cover small ones. Never throws. */
export function scatterPoints(diagram: Diagram, panels: ScatterPanels): readonly CellPoint[] {
  const lastColumn = diagram.x.positions.length - 1;
  const points = diagram.cells.flatMap((cell, i): CellPoint[] => {
    const x = panels.x.cells[i];
    const y = panels.y.cells[i];
    if (typeof x?.value !== 'number' || typeof y?.value !== 'number') return [];
    return [
      {
        cell,
        x: x.value,
        y: y.value,
        xError: x.error,
        yError: y.error,
        t: panels.score?.cells[i]?.t ?? null,
        size: lastColumn <= 0 ? 0.5 : cell.column / lastColumn,
      },
    ];
  });
  return points.sort((a, b) => b.size - a.size);
}
