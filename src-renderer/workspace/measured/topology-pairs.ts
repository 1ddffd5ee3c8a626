/** The persistence pairs of one landscape, as the linked drawings of topology show them. Pure. */
import type { PairSeries } from '#shared/domain/metric-definition';
import { formatNumber } from '../../charts/number-format';
import { seriesIn, type DrawnSubject } from './drawn-subjects';

/** A minimum with the saddle where its basin meets a deeper one. */
export interface TopologyPair {
  /** Vertex of the minimum: minima are distinct, so it names the pair in every drawing. */
  readonly id: number;
  readonly birth: number;
  /** Null for the lowest minimum, whose basin meets no deeper one. */
  readonly death: number | null;
  /** Vertex of the saddle. */
  readonly deathVertex: number | null;
}

/**
 * The lowest minimum, then the pairs by falling persistence, of equal ones the lower vertex first. Empty where the subject has no such
 * series. Never throws.
 */
export function topologyPairsOf(
  subject: DrawnSubject | undefined,
  { diagram, tree }: PairSeries,
): readonly TopologyPair[] {
  if (!subject) return [];
  const columns = seriesIn(subject, diagram)?.columns ?? {};
  const at = (column: string, row: number) => columns[column]?.[row] ?? null;
  const pairs = (columns['birthVertex'] ?? []).flatMap((id, row): TopologyPair[] => {
    const [birth, death] = [at('birth', row), at('death', row)];
    return id === null || birth === null || death === null
      ? []
      : [{ id, birth, death, deathVertex: at('deathVertex', row) }];
  });
  const persistence = (pair: TopologyPair) => (pair.death ?? Infinity) - pair.birth;
  pairs.sort((a, b) => persistence(b) - persistence(a) || a.id - b.id);
  return [...lowestMinimum(subject, tree), ...pairs];
}

/** The node of the merge tree with the least value. */
function lowestMinimum(subject: DrawnSubject, tree: string): readonly TopologyPair[] {
  const { node = [], value = [] } = seriesIn(subject, tree)?.columns ?? {};
  let lowest: TopologyPair | null = null;
  for (const [row, birth] of value.entries()) {
    const id = node[row] ?? null;
    if (birth === null || id === null || (lowest && lowest.birth <= birth)) continue;
    lowest = { id, birth, death: null, deathVertex: null };
  }
  return lowest ? [lowest] : [];
}

/** `Pair 2 of 7: born at 0.52, dies at 0.91, persistence 0.39`. Never throws. */
export function pairText(pairs: readonly TopologyPair[], focused: number | null): string {
  const position = pairs.findIndex(({ id }) => id === focused);
  const pair = pairs[position];
  if (!pair) return '';
  const born = `born at ${formatNumber(pair.birth, 4)}`;
  if (pair.death === null) return `Lowest minimum: ${born}, never dies`;
  const hasLowest = pairs[0]?.death === null;
  const place = hasLowest ? position : position + 1;
  const count = hasLowest ? pairs.length - 1 : pairs.length;
  return `Pair ${place} of ${count}: ${born}, dies at ${formatNumber(pair.death, 4)}, persistence ${formatNumber(pair.death - pair.birth, 3)}`;
}

/** The pair that an arrow key leads to: round in their order; the first where none is focused. Null where there is none. */
export function nextPair(
  pairs: readonly TopologyPair[],
  focused: number | null,
  by: 1 | -1,
): number | null {
  if (pairs.length === 0) return null;
  const position = pairs.findIndex(({ id }) => id === focused);
  const next = position < 0 ? (by > 0 ? 0 : pairs.length - 1) : position + by;
  return pairs[(next + pairs.length) % pairs.length]?.id ?? null;
}
