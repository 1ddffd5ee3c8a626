/** Which vertices touch: what connects the sublevel sets of a sampled function. */

/** An undirected graph over vertices 0 to size - 1. */
export interface VertexGraph {
  readonly size: number;
  /** No vertex has more neighbours. */
  readonly mostNeighbours: number;
  /**
   * Writes the neighbours of a vertex to the front of `into`, in no stated order, and returns how many there are.
   * @param into - room for `mostNeighbours`
   */
  neighbours(vertex: number, into: Int32Array): number;
}

/** A graph from edges, each given once or in both directions. */
export function graphOfEdges(
  size: number,
  edges: readonly (readonly [number, number])[],
): VertexGraph {
  const lists = Array.from({ length: size }, () => new Set<number>());
  for (const [a, b] of edges) {
    lists[a]?.add(b);
    lists[b]?.add(a);
  }
  return {
    size,
    mostNeighbours: lists.reduce((most, list) => Math.max(most, list.size), 0),
    neighbours(vertex, into) {
      let count = 0;
      for (const other of lists[vertex] ?? []) into[count++] = other;
      return count;
    },
  };
}
