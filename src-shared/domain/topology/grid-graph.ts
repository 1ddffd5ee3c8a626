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
  return {
    size: rows * columns,
    mostNeighbours: offsets.length,
    neighbours(vertex, into) {
      const row = Math.floor(vertex / columns);
      const column = vertex - row * columns;
      let count = 0;
      for (const [down, right] of offsets) {
        const r = row + down;
        const c = column + right;
        if (r >= 0 && r < rows && c >= 0 && c < columns) into[count++] = r * columns + c;
      }
      return count;
    },
  };
}
