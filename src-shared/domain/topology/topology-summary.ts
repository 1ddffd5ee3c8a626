/** A landscape's topology in a few numbers. */
import type { SublevelTopology } from './sublevel';

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
  const kinds = new Map(mergeTree.nodes.map((node) => [node.vertex, node]));
  const sizes = new Map(basins.map(({ vertex, size }) => [vertex, size]));
  const vertices = sum(basins.map(({ size }) => size));
  const legs = mergeTree.edges.flatMap(({ child, parent }) => {
    const low = kinds.get(child);
    const high = kinds.get(parent);
    if (low?.kind !== 'minimum' || high?.kind !== 'saddle') return [];
    return [{ gap: high.value - low.value, part: (sizes.get(child) ?? 0) / vertices }];
  });
  const smad = mean(legs.map(({ gap }) => gap));
  const range =
    globalPairs.reduce((most, { death }) => Math.max(most, death), -Infinity) -
    globalPairs.reduce((least, { birth }) => Math.min(least, birth), Infinity);
  return {
    minima: mergeTree.nodes.filter(({ kind }) => kind === 'minimum').length,
    saddles: mergeTree.nodes.filter(({ kind }) => kind === 'saddle').length,
    averagePersistence: mean(persistences),
    totalPersistence: total,
    maxPersistence: persistences.reduce((most, value) => Math.max(most, value), 0),
    smad,
    smadNormalised: range > 0 ? smad / range : 0,
    smadWeighted: mean(legs.map(({ gap, part }) => gap * part)),
  };
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
