/** How far two persistence diagrams are apart. */
import { ShapeError } from '../../errors';

export interface DiagramPoint {
  readonly birth: number;
  readonly death: number;
}

/** Candidate distances grow with the product of the diagrams' sizes. */
const mostPoints = 2000;

/**
 * The bottleneck distance of two persistence diagrams.
 *
 * Definition: the least r for which a matching exists in which matched points differ by at most r in birth and in death, and
 * each point left over has a persistence of at most 2r (it is matched with the diagonal). Exact: r is one of the finitely
 * many distances between points and to the diagonal, found by bisection.
 * @param first - pairs without the global one, death >= birth
 * @returns in the unit of the values; 0 for diagrams that differ in points of no persistence only
 * @throws ShapeError when a diagram has more than 2,000 points
 * Source: Efrat, Itai and Katz 2001; one matching per side suffices by Mendelsohn and Dulmage 1958.
 */
export function bottleneckDistance(
  first: readonly DiagramPoint[],
  second: readonly DiagramPoint[],
): number {
  const [a, b] = [first, second].map((points) =>
    points.filter(({ birth, death }) => death > birth),
  );
  if (!a || !b) return 0;
  if (Math.max(a.length, b.length) > mostPoints)
    throw new ShapeError(
      `bottleneck distance: diagrams must have at most ${mostPoints} points, got ${a.length} and ${b.length}; simplify them by a persistence threshold`,
    );
  const across = a.map((p) => Float64Array.from(b, (q) => apart(p, q)));
  const back = b.map((_, j) => Float64Array.from(across, (row) => row[j] as number));
  const toDiagonal = [a, b].map((points) => points.map(({ birth, death }) => (death - birth) / 2));
  const candidates = Float64Array.from([
    0,
    ...toDiagonal.flat(),
    ...across.flatMap((row) => [...row]),
  ]).sort();
  const suffices = (r: number) =>
    coversFar(across, toDiagonal[0] as number[], r) &&
    coversFar(back, toDiagonal[1] as number[], r);
  let low = 0;
  let high = candidates.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(candidates[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return candidates[low] as number;
}

function apart(p: DiagramPoint, q: DiagramPoint): number {
  return Math.max(Math.abs(p.birth - q.birth), Math.abs(p.death - q.death));
}

/** Whether every point farther than r from the diagonal can have a partner of its own within r. */
function coversFar(
  distances: readonly Float64Array[],
  toDiagonal: readonly number[],
  r: number,
): boolean {
  const partnerOf = new Map<number, number>();
  for (const [point, distance] of toDiagonal.entries())
    if (distance > r && !augment(distances, { point, r, partnerOf })) return false;
  return true;
}

/** Finds a partner along an alternating path, breadth first; the matching grows by one (Berge 1957). */
function augment(
  distances: readonly Float64Array[],
  { point, r, partnerOf }: { point: number; r: number; partnerOf: Map<number, number> },
): boolean {
  /** From a partner to the point that reached it. */
  const reachedFrom = new Map<number, number>();
  const queue = [point];
  for (const from of queue) {
    const row = distances[from] as Float64Array;
    for (let partner = 0; partner < row.length; partner++) {
      if ((row[partner] as number) > r || reachedFrom.has(partner)) continue;
      reachedFrom.set(partner, from);
      const holder = partnerOf.get(partner);
      if (holder !== undefined) {
        queue.push(holder);
        continue;
      }
      takePath(partner, { point, reachedFrom, partnerOf });
      return true;
    }
  }
  return false;
}

/** Gives each point on the path the partner through which the next one was reached. */
function takePath(
  end: number,
  {
    point,
    reachedFrom,
    partnerOf,
  }: { point: number; reachedFrom: Map<number, number>; partnerOf: Map<number, number> },
): void {
  const held = new Map([...partnerOf].map(([partner, holder]) => [holder, partner]));
  let partner = end;
  for (;;) {
    const from = reachedFrom.get(partner) as number;
    const before = held.get(from);
    partnerOf.set(partner, from);
    if (from === point) return;
    partner = before as number;
  }
}
