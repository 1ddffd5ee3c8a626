/** Grids as graphs: which points of a grid touch is declared, since the minima depend on it. */
import type { VertexGraph } from './vertex-graph';

export const gridNeighbourhoods = ['freudenthal', '4', '8'] as const;
export type GridNeighbourhood = (typeof gridNeighbourhoods)[number];

const sides = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
] as const;
const antidiagonal = [
  [1, -1],
  [-1, 1],
] as const;
const diagonal = [
  [1, 1],
  [-1, -1],
] as const;

/**
 * Offsets (row, column) from a grid point to its neighbours: `4` the sides, `8` the corners too, `freudenthal` the sides and
 * the two corners of the anti-diagonal, the triangulation of Freudenthal 1942 that the Topology ToolKit uses.
 */
export const gridOffsets: Readonly<
  Record<GridNeighbourhood, readonly (readonly [number, number])[]>
> = {
  freudenthal: [...sides, ...antidiagonal],
  '4': sides,
  '8': [...sides, ...antidiagonal, ...diagonal],
};

/** The graph of a grid's points; vertex = row * columns + column. */
export function gridGraph(
  rows: number,
  columns: number,
  neighbourhood: GridNeighbourhood,
): VertexGraph {
  const offsets = gridOffsets[neighbourhood];
  const count = offsets.length;
  const down = Int32Array.from(offsets, ([rowOffset]) => rowOffset);
  const right = Int32Array.from(offsets, ([, columnOffset]) => columnOffset);
  const steps = Int32Array.from(offsets, ([d, r]) => d * columns + r);
  return {
    size: rows * columns,
    mostNeighbours: count,
    neighbours(vertex, into) {
      const row = Math.floor(vertex / columns);
      const column = vertex - row * columns;
      const isInside = row > 0 && row < rows - 1 && column > 0 && column < columns - 1;
      if (isInside) {
        for (let i = 0; i < count; i++) into[i] = vertex + (steps[i] as number);
        return count;
      }
      let there = 0;
      for (let i = 0; i < count; i++) {
        const r = row + (down[i] as number);
        const c = column + (right[i] as number);
        if (r >= 0 && r < rows && c >= 0 && c < columns) into[there++] = r * columns + c;
      }
      return there;
    },
  };
}
