/** A landscape's topology in a few numbers. */
import type { MergeTree, MergeTreeNode, SublevelTopology } from './sublevel';

export interface TopologySummary {
  readonly minima: number;
  /** Vertices where components meet; one may close several pairs. */
  readonly saddles: number;
  /** Mean of death - birth over all pairs but the global ones, in the unit of the values; 0 without pairs. */
  readonly averagePersistence: number;
  /** Their sum. */
  readonly totalPersistence: number;
  /** The largest; 0 without pairs. */
  readonly maxPersistence: number;
  /**
   * Saddle-minimum average distance: mean of f(saddle) - f(minimum) over the edges of the merge tree from a minimum up to a
   * saddle, the global minimum's included; 0 without saddles.
   */
  readonly smad: number;
  /** The same divided by the range of the values; 0 where that is 0. */
  readonly smadNormalised: number;
  /** The same with each gap times its minimum's part of all vertices. */
  readonly smadWeighted: number;
}

/**
 * Counts and means of a topology, as metrics.md defines them.
 * @param topology - of `sublevelTopology` or `simplifyTopology`
 * Never throws. Checked in tests/reference/topology.test.ts.
 */
export function summariseTopology({
  pairs,
  globalPairs,
  mergeTree,
  basins,
}: SublevelTopology): TopologySummary {
  const persistences = pairs.map(({ birth, death }) => death - birth);
  const total = sum(persistences);
  const legs = minimumLegs(mergeTree, basins);
  const smad = mean(legs.map(({ gap }) => gap));
  const range =
    globalPairs.reduce((most, { death }) => Math.max(most, death), -Infinity) -
    globalPairs.reduce((least, { birth }) => Math.min(least, birth), Infinity);
  return {
    minima: countOf(mergeTree, 'minimum'),
    saddles: countOf(mergeTree, 'saddle'),
    averagePersistence: mean(persistences),
    totalPersistence: total,
    maxPersistence: persistences.reduce((most, value) => Math.max(most, value), 0),
    smad,
    smadNormalised: range > 0 ? smad / range : 0,
    smadWeighted: mean(legs.map(({ gap, part }) => gap * part)),
  };
}

function countOf({ nodes }: MergeTree, kind: MergeTreeNode['kind']): number {
  let count = 0;
  for (const node of nodes) if (node.kind === kind) count++;
  return count;
}

interface Leg {
  readonly gap: number;
  /** Of all vertices, those in the minimum's basin. */
  readonly part: number;
}

/** The edges of a merge tree from a minimum up to a saddle. */
function minimumLegs({ nodes, edges }: MergeTree, basins: SublevelTopology['basins']): Leg[] {
  const places = nodes.reduce((most, { vertex }) => Math.max(most, vertex), 0) + 1;
  // Tables in place of maps: there may be hundreds of thousands of nodes.
  const nodeAt = new Int32Array(places);
  nodes.forEach(({ vertex }, i) => {
    nodeAt[vertex] = i;
  });
  const sizes = new Int32Array(places);
  let vertices = 0;
  for (const { vertex, size } of basins) {
    sizes[vertex] = size;
    vertices += size;
  }
  const legs: Leg[] = [];
  for (const { child, parent } of edges) {
    const low = nodes[nodeAt[child] as number] as MergeTreeNode;
    const high = nodes[nodeAt[parent] as number] as MergeTreeNode;
    if (low.kind === 'minimum' && high.kind === 'saddle')
      legs.push({ gap: high.value - low.value, part: (sizes[child] as number) / vertices });
  }
  return legs;
}

/** Sum with the rounding errors carried along (Neumaier 1974). */
function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
