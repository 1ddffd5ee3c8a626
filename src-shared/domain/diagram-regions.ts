/** Regions of one phase on the grid, where to write their names, and the lines between them. */
import type { DiagramAxis } from './diagram-axis';
import type { Phase } from './phases';
import { placeOfName } from './region-place';

/** A point of the plot: 0 left or bottom, 1 right or top. */
export type PlotPoint = readonly [x: number, y: number];

/** A connected set of cells (sharing sides) of one phase. */
export interface PhaseRegion {
  readonly phase: Phase;
  /** Positions in the diagram's `cells`, rising. */
  readonly cells: readonly number[];
  /** Where to write the name: the centre of the rectangle of its cells that holds the largest one. */
  readonly label: PlotPoint;
  /** Width and height of that rectangle, in units of the plot. */
  readonly room: { readonly width: number; readonly height: number };
}

/** A line along cell borders. `undecided`: one of its two sides is undecided, so the true border is somewhere near. */
export interface PhaseBoundary {
  readonly kind: 'decided' | 'undecided';
  /** Corners in order; first equals last for a closed line. */
  readonly points: readonly PlotPoint[];
}

/** The grid of phases: row-major from the bottom row, one phase per cell. */
export interface PhaseGrid {
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
  readonly phases: readonly Phase[];
}

/** Every connected region, undecided ones included, in order of their first cell. Never throws. */
export function phaseRegions(grid: PhaseGrid): PhaseRegion[] {
  const seen = new Set<number>();
  const regions: PhaseRegion[] = [];
  for (const start of grid.phases.keys()) {
    if (seen.has(start)) continue;
    const cells = [start];
    seen.add(start);
    for (let i = 0; i < cells.length; i++) {
      for (const next of neighbours(grid, cells[i] as number)) {
        if (seen.has(next) || grid.phases[next] !== grid.phases[start]) continue;
        seen.add(next);
        cells.push(next);
      }
    }
    cells.sort((a, b) => a - b);
    regions.push(describeRegion(grid, cells));
  }
  return regions;
}

/** The lines between neighbouring cells of different phase, joined and straightened. Never throws. */
export function phaseBoundaries(grid: PhaseGrid): PhaseBoundary[] {
  const segments: Record<PhaseBoundary['kind'], Segment[]> = { decided: [], undecided: [] };
  const columns = grid.x.positions.length;
  const corner = (column: number, row: number) => row * (columns + 1) + column;
  for (const [cell, phase] of grid.phases.entries()) {
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const add = (other: number, from: number, to: number) => {
      const neighbour = grid.phases[other] as Phase;
      if (neighbour === phase) return;
      const kind = neighbour === 'undecided' || phase === 'undecided' ? 'undecided' : 'decided';
      segments[kind].push([from, to]);
    };
    if (column + 1 < columns) add(cell + 1, corner(column + 1, row), corner(column + 1, row + 1));
    if (row + 1 < grid.y.positions.length)
      add(cell + columns, corner(column, row + 1), corner(column + 1, row + 1));
  }
  const place = (at: number): PlotPoint => [
    grid.x.edges[at % (columns + 1)] as number,
    grid.y.edges[Math.floor(at / (columns + 1))] as number,
  ];
  return (['decided', 'undecided'] as const).flatMap((kind) =>
    joinSegments(segments[kind]).map((line) => ({ kind, points: straighten(line.map(place)) })),
  );
}

function neighbours(grid: PhaseGrid, cell: number): number[] {
  const columns = grid.x.positions.length;
  const column = cell % columns;
  return [
    ...(column > 0 ? [cell - 1] : []),
    ...(column + 1 < columns ? [cell + 1] : []),
    ...(cell >= columns ? [cell - columns] : []),
    ...(cell + columns < grid.phases.length ? [cell + columns] : []),
  ];
}

function describeRegion(grid: PhaseGrid, cells: readonly number[]): PhaseRegion {
  const { left, right, bottom, top } = placeOfName(grid, cells);
  return {
    phase: grid.phases[cells[0] as number] as Phase,
    cells,
    label: [(left + right) / 2, (bottom + top) / 2],
    room: { width: right - left, height: top - bottom },
  };
}

/** Two corners of the lattice. */
type Segment = readonly [from: number, to: number];

/** Chains segments into lines that end only where the number of segments at a corner is not two. */
function joinSegments(segments: readonly Segment[]): number[][] {
  const at = new Map<number, number[]>();
  for (const [i, ends] of segments.entries()) {
    for (const end of ends) at.set(end, [...(at.get(end) ?? []), i]);
  }
  const used = new Set<number>();
  const follow = (start: number, first: number): number[] => {
    const line = [start];
    let corner = start;
    let segment: number | undefined = first;
    while (segment !== undefined) {
      used.add(segment);
      const [from, to] = segments[segment] as Segment;
      corner = corner === from ? to : from;
      line.push(corner);
      const here: number[] = at.get(corner) ?? [];
      segment = here.length === 2 ? here.find((s) => !used.has(s)) : undefined;
    }
    return line;
  };
  const lines: number[][] = [];
  const starts = [...at.entries()]
    .filter(([, here]) => here.length !== 2)
    .map(([corner]) => corner);
  // What is left after the lines with ends are closed loops: any corner will do.
  for (const start of [...starts, ...at.keys()]) {
    for (const segment of at.get(start) ?? [])
      if (!used.has(segment)) lines.push(follow(start, segment));
  }
  return lines;
}

/** Drops points in the middle of a straight run. */
function straighten(points: readonly PlotPoint[]): PlotPoint[] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined || after === undefined) return true;
    const sameX = before[0] === point[0] && point[0] === after[0];
    const sameY = before[1] === point[1] && point[1] === after[1];
    return !sameX && !sameY;
  });
}
