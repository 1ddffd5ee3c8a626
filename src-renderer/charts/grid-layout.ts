/** The grid of a spec before there are results: which cell sits in which column and row. */
import { buildDiagram } from '#shared/domain/diagram';
import type { DiagramAxis } from '#shared/domain/diagram-axis';
import { expandCells } from '#shared/domain/cells';
import type { CellsResult } from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';

export interface GridLayout {
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
  /** One plane per value of the third axis; a single one without it. */
  readonly planes: readonly {
    /** `Learning rate 0.1`; empty without a third axis. */
    readonly name: string;
    /** Indices of cells, row-major from the bottom row. */
    readonly cells: readonly number[];
  }[];
}

/** Lays out every cell of a spec as the phase diagram will: load on x, temperature on y with hot at the top. */
export function layOutGrid(
  spec: Pick<ExperimentSpec, 'axes' | 'dataset' | 'model' | 'optimizer' | 'training'>,
): GridLayout {
  const results: CellsResult = {
    experiment: '',
    axes: spec.axes,
    cells: expandCells(spec).map((cell) => ({
      index: cell.index,
      axes: Object.fromEntries(cell.coordinates.map((c) => [c.path, c.value])),
      n: 0,
      diverged: 0,
      metrics: {},
      phase: 'undecided' as const,
      phaseReason: '',
    })),
  };
  const first = buildDiagram(results, { metrics: [] });
  const third = first.slices[0];
  const positions = third ? third.values.map((_, i) => i) : [0];
  return {
    x: first.x,
    y: first.y,
    planes: positions.map((position) => {
      const slice = third ? { [third.path]: position } : {};
      const plane = buildDiagram(results, { metrics: [], slice });
      return {
        name: third ? `${third.title} ${String(third.values[position])}` : '',
        cells: plane.cells.map((cell) => cell.result?.index ?? -1),
      };
    }),
  };
}
