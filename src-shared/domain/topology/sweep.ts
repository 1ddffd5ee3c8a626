/** The sweep from low to high that finds where components of the sublevel sets begin and meet. */
import type { VertexGraph } from './vertex-graph';

/** Everything that a sweep finds, as vertices; "by" and "in the order of" mean low to high. */
export interface Sweep {
  /** Of each pair the minimum and the saddle, by saddle, then minimum. */
  readonly births: Int32Array;
  readonly deaths: Int32Array;
  /** Place of each vertex in the order of values. */
  readonly rank: (vertex: number) => number;
  /** By place in the order: 0 for most vertices, else one of `nodeKinds`. */
  readonly kinds: Uint8Array;
  /** From each node of the merge tree to the one above it, by parent, then child; those of `root` nodes last. */
  readonly children: Int32Array;
  readonly parents: Int32Array;
  /** Of each connected component its lowest and its highest vertex, by the lowest. */
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  /** The minima in order, and the vertices of the basin of each. */
  readonly minima: Int32Array;
  readonly basinSizes: Int32Array;
}

export const nodeKinds = { minimum: 1, saddle: 2, root: 3 } as const;

/**
 * Sweeps over the vertices of a graph from low to high.
 * @param order - vertices by value, [n]
 * Cost: nearly linear: one walk over the neighbours of every vertex, unions with halved paths (Tarjan and van Leeuwen 1984).
 */
export function sweep(order: Uint32Array, graph: VertexGraph): Sweep {
  const count = order.length;
  // Four numbers a vertex, side by side because they are read together: towards the minimum that names its component (-1: not entered
  // yet), its place in the order, the minimum that it flows down to, and, for a minimum, the size of its basin.
  const state = new Int32Array(4 * count);
  for (let r = 0; r < count; r++) {
    const vertex = order[r] as number;
    state[4 * vertex] = -1;
    state[4 * vertex + 1] = r;
  }
  const rank = (vertex: number) => state[4 * vertex + 1] as number;
  const near = new Int32Array(graph.mostNeighbours);
  const met = new Int32Array(graph.mostNeighbours);
  /** By minimum: the newest node of the component's tree, and its newest vertex. */
  const top = new Int32Array(count);
  const newest = new Int32Array(count);
  const kinds = new Uint8Array(count);
  const [births, deaths] = [new VertexList(), new VertexList()];
  const [children, parents] = [new VertexList(), new VertexList()];
  const minima = new VertexList();
  for (let r = 0; r < count; r++) {
    const vertex = order[r] as number;
    const neighbours = graph.neighbours(vertex, near);
    let steepest = vertex;
    let least = r;
    let components = 0;
    for (let i = 0; i < neighbours; i++) {
      const other = near[i] as number;
      if (state[4 * other] === -1) continue;
      const place = state[4 * other + 1] as number;
      if (place < least) {
        least = place;
        steepest = other;
      }
      const component = find(state, other);
      let known = 0;
      while (known < components && met[known] !== component) known++;
      if (known === components) met[components++] = component;
    }
    const minimum = components === 0 ? vertex : (state[4 * steepest + 2] as number);
    state[4 * vertex + 2] = minimum;
    state[4 * minimum + 3] = (state[4 * minimum + 3] as number) + 1;
    if (components === 0) {
      state[4 * vertex] = vertex;
      top[vertex] = vertex;
      newest[vertex] = vertex;
      kinds[r] = nodeKinds.minimum;
      minima.push(vertex);
      continue;
    }
    if (components > 1) sortFirst(met, components, state);
    const elder = met[0] as number;
    state[4 * vertex] = elder;
    newest[elder] = vertex;
    if (components === 1) continue;
    kinds[r] = nodeKinds.saddle;
    for (let i = 1; i < components; i++) {
      const component = met[i] as number;
      state[4 * component] = elder;
      births.push(component);
      deaths.push(vertex);
    }
    for (let i = 0; i < components; i++) met[i] = top[met[i] as number] as number;
    sortFirst(met, components, state);
    for (let i = 0; i < components; i++) {
      children.push(met[i] as number);
      parents.push(vertex);
    }
    top[elder] = vertex;
  }
  const [lowest, highest] = [new VertexList(), new VertexList()];
  for (const minimum of minima.all()) {
    if (state[4 * minimum] !== minimum) continue;
    const end = newest[minimum] as number;
    lowest.push(minimum);
    highest.push(end);
    if (end === top[minimum]) continue;
    kinds[rank(end)] = nodeKinds.root;
    children.push(top[minimum] as number);
    parents.push(end);
  }
  return {
    births: births.all(),
    deaths: deaths.all(),
    rank,
    kinds,
    children: children.all(),
    parents: parents.all(),
    lowest: lowest.all(),
    highest: highest.all(),
    minima: minima.all(),
    basinSizes: minima.all().map((minimum) => state[4 * minimum + 3] as number),
  };
}

/** The component of a vertex that has entered, with the way there halved. */
function find(state: Int32Array, vertex: number): number {
  let at = vertex;
  for (;;) {
    const up = state[4 * at] as number;
    if (up === at) return at;
    const above = state[4 * up] as number;
    state[4 * at] = above;
    at = above;
  }
}

/** Sorts the first few vertices by their place in the order, by insertion. */
function sortFirst(vertices: Int32Array, count: number, state: Int32Array): void {
  for (let i = 1; i < count; i++) {
    const vertex = vertices[i] as number;
    const place = state[4 * vertex + 1] as number;
    let j = i;
    for (; j > 0 && (state[4 * (vertices[j - 1] as number) + 1] as number) > place; j--)
      vertices[j] = vertices[j - 1] as number;
    vertices[j] = vertex;
  }
}

/** A list of vertices that grows. */
class VertexList {
  #entries = new Int32Array(64);
  #count = 0;

  push(vertex: number): void {
    if (this.#count === this.#entries.length) {
      const larger = new Int32Array(2 * this.#count);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    this.#entries[this.#count++] = vertex;
  }

  all(): Int32Array {
    return this.#entries.subarray(0, this.#count);
  }
}
