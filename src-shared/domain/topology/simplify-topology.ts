/** Persistence simplification: minima too shallow to matter are taken away, with their branches of the merge tree. */
import type { MergeTree, MergeTreeNode, SublevelTopology } from './sublevel';

/**
 * The topology without pairs of a persistence below a threshold.
 *
 * The branch of a cancelled minimum goes with it (its own branches are shallower still), a saddle that joins one branch
 * only is no longer one, and the basin of a cancelled minimum belongs to the minimum that its branch met.
 * @param threshold - part of the range of the values, 0 to 1; 0 keeps everything
 * Source: Edelsbrunner, Letscher and Zomorodian 2002. Never throws.
 */
export function simplifyTopology(topology: SublevelTopology, threshold: number): SublevelTopology {
  const { pairs, globalPairs, mergeTree, basins } = topology;
  const range =
    globalPairs.reduce((most, { death }) => Math.max(most, death), -Infinity) -
    globalPairs.reduce((least, { birth }) => Math.min(least, birth), Infinity);
  const kept = pairs.filter(({ birth, death }) => death - birth >= threshold * range);
  if (kept.length === pairs.length) return topology;
  const isKept = new Set([...kept, ...globalPairs].map(({ birthVertex }) => birthVertex));
  const lowest = lowestMinima(mergeTree);
  return {
    pairs: kept,
    globalPairs,
    mergeTree: pruneTree(mergeTree, (vertex) => isKept.has(lowest.get(vertex) as number)),
    basins: joinBasins(basins, { pairs, isKept, mergeTree, lowest }),
  };
}

/** The lowest minimum under each node, by vertex. */
function lowestMinima({ nodes, edges }: MergeTree): Map<number, number> {
  const lowest = new Map<number, number>();
  const rank = new Map(nodes.map(({ vertex }, i) => [vertex, i]));
  const isLower = (a: number, b: number) => (rank.get(a) as number) < (rank.get(b) as number);
  for (const { vertex, kind } of nodes) if (kind === 'minimum') lowest.set(vertex, vertex);
  // Edges come by parent from low to high: a child's own lowest minimum is known.
  for (const { child, parent } of edges) {
    const under = lowest.get(child) as number;
    const known = lowest.get(parent);
    if (known === undefined || isLower(under, known)) lowest.set(parent, under);
  }
  return lowest;
}

/** @param isKept - whether the branch that ends upwards at a node is kept */
function pruneTree({ nodes, edges }: MergeTree, isKept: (vertex: number) => boolean): MergeTree {
  const children = new Map<number, number[]>();
  const parentOf = new Map<number, number>();
  for (const { child, parent } of edges) {
    if (!isKept(child)) continue;
    children.set(parent, [...(children.get(parent) ?? []), child]);
    parentOf.set(child, parent);
  }
  const kindOf = ({ vertex, kind }: MergeTreeNode): MergeTreeNode['kind'] | null => {
    if (!isKept(vertex)) return null;
    if (kind !== 'saddle' || (children.get(vertex)?.length ?? 0) > 1) return kind;
    return parentOf.has(vertex) ? null : 'root';
  };
  const left = nodes.flatMap((node) => {
    const kind = kindOf(node);
    return kind === null ? [] : [{ ...node, kind }];
  });
  const isThere = new Set(left.map(({ vertex }) => vertex));
  const rank = new Map(nodes.map(({ vertex }, i) => [vertex, i]));
  const byRank = (a: number, b: number) => (rank.get(a) as number) - (rank.get(b) as number);
  return {
    nodes: left,
    edges: left
      .flatMap(({ vertex }) => {
        let parent = parentOf.get(vertex);
        while (parent !== undefined && !isThere.has(parent)) parent = parentOf.get(parent);
        return parent === undefined ? [] : [{ child: vertex, parent }];
      })
      .sort((a, b) => byRank(a.parent, b.parent) || byRank(a.child, b.child)),
  };
}

function joinBasins(
  basins: SublevelTopology['basins'],
  {
    pairs,
    isKept,
    mergeTree,
    lowest,
  }: {
    pairs: SublevelTopology['pairs'];
    isKept: ReadonlySet<number>;
    mergeTree: MergeTree;
    lowest: ReadonlyMap<number, number>;
  },
): SublevelTopology['basins'] {
  // A branch meets the one whose minimum is the lowest under their saddle.
  const met = new Map(
    pairs.map(({ birthVertex, deathVertex }) => [birthVertex, lowest.get(deathVertex) as number]),
  );
  const sizes = new Map<number, number>();
  for (const { vertex, size } of basins) {
    let survivor = vertex;
    while (!isKept.has(survivor)) survivor = met.get(survivor) as number;
    sizes.set(survivor, (sizes.get(survivor) ?? 0) + size);
  }
  return mergeTree.nodes.flatMap(({ vertex }) => {
    const size = sizes.get(vertex);
    return size === undefined ? [] : [{ vertex, size }];
  });
}
