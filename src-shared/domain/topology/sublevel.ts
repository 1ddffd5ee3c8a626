/** Sublevel-set persistence of dimension 0 and the merge tree, in one sweep from low to high. */
import { ShapeError } from '../../errors';
import { sweep, type Sweep } from './sweep';
import { lowToHigh } from './value-order';
import type { VertexGraph } from './vertex-graph';

/** A component of the sublevel sets: born at a minimum, dead where it meets one that was born before. */
export interface PersistencePair {
  readonly birthVertex: number;
  readonly deathVertex: number;
  readonly birth: number;
  readonly death: number;
}

export interface MergeTreeNode {
  readonly vertex: number;
  readonly value: number;
  /** `root`: the highest vertex of a connected component, where that is neither a saddle nor a lone minimum. */
  readonly kind: 'minimum' | 'saddle' | 'root';
}

export interface MergeTree {
  /** Low to high. */
  readonly nodes: readonly MergeTreeNode[];
  /** From each node to the one above it, by vertex; sorted by parent, then child, low to high. */
  readonly edges: readonly { readonly child: number; readonly parent: number }[];
}

export interface SublevelTopology {
  /** Without the global pairs; sorted by death, then birth, low to high. */
  readonly pairs: readonly PersistencePair[];
  /** Of each connected component of the graph, its minimum and its highest vertex; the lowest component first. */
  readonly globalPairs: readonly PersistencePair[];
  readonly mergeTree: MergeTree;
  /** Vertices that flow down to each minimum when each goes to its lowest neighbour; in the order of the minima. */
  readonly basins: readonly { readonly vertex: number; readonly size: number }[];
}

/**
 * Persistence pairs, merge tree and basins of a function on the vertices of a graph.
 *
 * Vertices enter from low to high, ties by index; where components meet, the one with the earlier minimum survives (elder
 * rule, same order) and each other one makes a pair; pairs of no persistence (ties) are included.
 * @param values - one per vertex, finite
 * @throws ShapeError when there are more or fewer values than vertices, none, or one that is not finite
 * Cost: one radix sort and nearly linear time; ten million vertices at most fit in memory.
 * Source: Edelsbrunner and Harer 2010, VII.1; checked in tests/reference/topology.test.ts
 */
export function sublevelTopology(values: Float64Array, graph: VertexGraph): SublevelTopology {
  requireValues(values, graph);
  const order = lowToHigh(values);
  const swept = sweep(order, graph);
  const { births, deaths, lowest, highest, minima, basinSizes } = swept;
  const pairs = (from: Int32Array, to: Int32Array): PersistencePair[] =>
    listOf(from, (birthVertex, i) => {
      const deathVertex = to[i] as number;
      const [birth, death] = [values[birthVertex] as number, values[deathVertex] as number];
      return { birthVertex, deathVertex, birth, death };
    });
  return {
    pairs: pairs(births, deaths),
    globalPairs: pairs(lowest, highest),
    mergeTree: { nodes: nodesOf(swept, order, values), edges: edgesOf(swept) },
    basins: listOf(minima, (vertex, i) => ({ vertex, size: basinSizes[i] as number })),
  };
}

/** One entry for each vertex of a list. */
function listOf<T>(vertices: Int32Array, entry: (vertex: number, index: number) => T): T[] {
  const list = new Array<T>(vertices.length);
  for (let i = 0; i < vertices.length; i++) list[i] = entry(vertices[i] as number, i);
  return list;
}

const kindNames = [null, 'minimum', 'saddle', 'root'] as const;

function nodesOf({ kinds }: Sweep, order: Uint32Array, values: Float64Array): MergeTreeNode[] {
  const nodes: MergeTreeNode[] = [];
  for (let rank = 0; rank < kinds.length; rank++) {
    const kind = kindNames[kinds[rank] as number];
    const vertex = order[rank] as number;
    if (kind) nodes.push({ vertex, value: values[vertex] as number, kind });
  }
  return nodes;
}

/** By parent, then child: roots of a graph in several parts lie between its saddles. */
function edgesOf({ children, parents, lowest, rank }: Sweep): MergeTree['edges'] {
  const edges = listOf(children, (child, i) => ({ child, parent: parents[i] as number }));
  return lowest.length === 1 ? edges : edges.sort((a, b) => rank(a.parent) - rank(b.parent));
}

function requireValues(values: Float64Array, graph: VertexGraph): void {
  if (values.length !== graph.size || values.length === 0)
    throw new ShapeError(
      `topology: there must be one value per vertex and at least one, got ${values.length} values and ${graph.size} vertices`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new ShapeError(
      `topology: every value must be finite, got ${String(values[bad])} at vertex ${bad}; cut the region to where the function is finite`,
    );
}
