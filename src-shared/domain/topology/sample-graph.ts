/** Neighbour graphs of scattered points, for functions sampled in more than two dimensions. */
import { graphOfEdges, type VertexGraph } from './vertex-graph';

export type SampleGraph =
  /** An edge where either point is among the other's `k` nearest; `isMutual`: where both are. */
  | { readonly kind: 'knn'; readonly k: number; readonly isMutual: boolean }
  /** An edge where no third point lies strictly inside the sphere whose diameter it is (Gabriel and Sokal 1969). */
  | { readonly kind: 'gabriel' };

/**
 * The neighbour graph of points.
 *
 * Distances are Euclidean; among equally near points the lower index is the nearer one.
 * @param points - coordinates of one point after another, [count * dimensions], finite
 * Cost: count^2 distances; the Gabriel graph count^3 at worst.
 * Checked in tests/reference/topology.test.ts.
 */
export function sampleGraph(
  points: Float64Array,
  dimensions: number,
  graph: SampleGraph,
): VertexGraph {
  const count = points.length / dimensions;
  const distances = squaredDistances(points, dimensions, count);
  const edges =
    graph.kind === 'gabriel'
      ? gabrielEdges(distances, count)
      : nearestEdges(distances, count, graph);
  return graphOfEdges(count, edges);
}

function squaredDistances(points: Float64Array, dimensions: number, count: number): Float64Array {
  const distances = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++)
        sum +=
          ((points[a * dimensions + d] as number) - (points[b * dimensions + d] as number)) ** 2;
      distances[a * count + b] = sum;
      distances[b * count + a] = sum;
    }
  return distances;
}

function nearestEdges(
  distances: Float64Array,
  count: number,
  { k, isMutual }: { k: number; isMutual: boolean },
): [number, number][] {
  const isNear = new Uint8Array(count * count);
  for (let a = 0; a < count; a++) {
    const row = distances.subarray(a * count, (a + 1) * count);
    const nearest = Array.from(row.keys())
      .filter((b) => b !== a)
      .sort((b, c) => (row[b] as number) - (row[c] as number) || b - c)
      .slice(0, k);
    for (const b of nearest) isNear[a * count + b] = 1;
  }
  const edges: [number, number][] = [];
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      const there = isNear[a * count + b] === 1;
      const back = isNear[b * count + a] === 1;
      if (isMutual ? there && back : there || back) edges.push([a, b]);
    }
  return edges;
}

function gabrielEdges(distances: Float64Array, count: number): [number, number][] {
  const edges: [number, number][] = [];
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      const length = distances[a * count + b] as number;
      let isFree = true;
      for (let c = 0; isFree && c < count; c++) {
        if (c === a || c === b) continue;
        // By the theorem of Thales: strictly inside the sphere where the angle at c is obtuse.
        isFree =
          (distances[a * count + c] as number) + (distances[b * count + c] as number) >= length;
      }
      if (isFree) edges.push([a, b]);
    }
  return edges;
}
