/** `phasescape topology`: minima, saddles, persistence and merge tree of a grid of numbers. */
import { gridGraph, type GridNeighbourhood } from '#shared/domain/topology/grid-graph';
import { simplifyTopology } from '#shared/domain/topology/simplify-topology';
import { sublevelTopology, type SublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology, type TopologySummary } from '#shared/domain/topology/topology-summary';
import { readGridFile } from './grid-file';
import { exitCodes, print, type ExitCode } from './outcome';

export interface TopologyOptions {
  readonly neighbourhood: GridNeighbourhood;
  /** Part of the range below which pairs are cancelled. */
  readonly threshold: number;
  readonly json?: boolean;
}

/** Prints the topology of the grid in a file; vertex = row * columns + column. */
export async function topologyCommand(
  file: string,
  { neighbourhood, threshold, json }: TopologyOptions,
): Promise<ExitCode> {
  const { rows, columns, values } = readGridFile(file);
  const all = sublevelTopology(values, gridGraph(rows, columns, neighbourhood));
  const topology = simplifyTopology(all, threshold);
  const summary = summariseTopology(topology);
  const { pairs, globalPairs, mergeTree, basins } = topology;
  const head = { neighbourhood, threshold, rows, columns };
  // A grid is connected: it has one global pair.
  const [globalPair] = globalPairs;
  await print(
    json === true
      ? JSON.stringify({ ...head, ...summary, pairs, globalPair, mergeTree, basins })
      : describe(head, topology, summary),
  );
  return exitCodes.done;
}

function describe(
  head: Readonly<Record<string, string | number>>,
  { pairs, globalPairs, mergeTree }: SublevelTopology,
  summary: TopologySummary,
): string {
  const lines = (entries: object) =>
    Object.entries(entries).map(([name, value]) => `${name}: ${String(value)}`);
  const parentOf = new Map(mergeTree.edges.map(({ child, parent }) => [child, parent]));
  return [
    ...lines(head),
    ...lines(summary),
    '',
    'birth vertex  death vertex  birth  death  persistence (the last is the global pair)',
    ...[...pairs, ...globalPairs].map(({ birthVertex, deathVertex, birth, death }) =>
      [birthVertex, deathVertex, birth, death, death - birth].join('  '),
    ),
    '',
    'merge tree: vertex  kind  value  parent',
    ...mergeTree.nodes.map(({ vertex, kind, value }) =>
      [vertex, kind, value, parentOf.get(vertex) ?? '-'].join('  '),
    ),
  ].join('\n');
}
