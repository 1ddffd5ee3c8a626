/** Where in a region of the grid its name has the most room. */
import type { DiagramAxis } from './diagram-axis';

/** A rectangle in units of the plot: 0 left or bottom, 1 right or top. */
export interface Place {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** A word is about this many times as wide as it is high: what counts is the room for the largest one. */
const aspectOfName = 2;

/**
 * The place for the name of a region: of all rectangles of whole cells inside it, the one that holds the largest name.
 *
 * Definition: largest min(width / 2, height); among equal ones the largest area, then the lowest, then the leftmost.
 * @param cells - positions in the grid, row-major from the bottom row; at least one
 * Never throws. Cost: rows squared times columns of the box around the region.
 */
export function placeOfName(
  { x, y }: { readonly x: DiagramAxis; readonly y: DiagramAxis },
  cells: readonly number[],
): Place {
  const columns = x.positions.length;
  const members = new Set(cells);
  const columnsOf = cells.map((cell) => cell % columns);
  const [first, last] = ends(columnsOf);
  const [lowest, highest] = ends(cells.map((cell) => Math.floor(cell / columns)));
  let best: Place = placeOf({ x, y }, { from: first, to: first, low: lowest, high: lowest });
  let bestRoom = -1;
  let bestArea = -1;
  for (let low = lowest; low <= highest; low++) {
    const open = Array.from({ length: last - first + 1 }, () => true);
    for (let high = low; high <= highest; high++) {
      let from: number | null = null;
      for (let column = first; column <= last + 1; column++) {
        const isOpen =
          column <= last &&
          (open[column - first] as boolean) &&
          members.has(high * columns + column);
        if (column <= last) open[column - first] = isOpen;
        if (isOpen) from ??= column;
        else if (from !== null) {
          const place = placeOf({ x, y }, { from, to: column - 1, low, high });
          from = null;
          const [width, height] = [place.right - place.left, place.top - place.bottom];
          const room = Math.min(width / aspectOfName, height);
          const area = width * height;
          const isBetter =
            room > bestRoom + 1e-12 || (room > bestRoom - 1e-12 && area > bestArea + 1e-12);
          if (isBetter) [best, bestRoom, bestArea] = [place, room, area];
        }
      }
    }
  }
  return best;
}

function placeOf(
  { x, y }: { readonly x: DiagramAxis; readonly y: DiagramAxis },
  at: { readonly from: number; readonly to: number; readonly low: number; readonly high: number },
): Place {
  return {
    left: x.edges[at.from] as number,
    right: x.edges[at.to + 1] as number,
    bottom: y.edges[at.low] as number,
    top: y.edges[at.high + 1] as number,
  };
}

function ends(values: readonly number[]): readonly [number, number] {
  return [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
}
