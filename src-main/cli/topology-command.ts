/** `phasescape topology`: minima, saddles, persistence and merge tree of a grid of numbers. */
import { gridGraph, type GridNeighbourhood } from '#shared/domain/topology/grid-graph';
import { simplifyTopology } from '#shared/domain/topology/simplify-topology';
import { sublevelTopology, type SublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology, type TopologySummary } from '#shared/domain/topology/topology-summary';
import { readLandscapeFile } from '../workbench/landscape-file';
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
  const { assumptions, values, x, y } = readLandscapeFile(file);
  const [rows, columns] = [y.length, x.length];
  const all = sublevelTopology(values, gridGraph(rows, columns, neighbourhood));
  const topology = simplifyTopology(all, threshold);
  const summary = summariseTopology(topology);
  const { pairs, globalPairs, mergeTree, basins } = topology;
  const head = { neighbourhood, threshold, rows, columns };
  // A grid is connected: it has one global pair.
  const [globalPair] = globalPairs;
  await print(
    json === true
      ? JSON.stringify({ ...head, assumptions, ...summary, pairs, globalPair, mergeTree, basins })
      : describe({ ...head, assumptions }, topology, summary),
  );
  return exitCodes.done;
}

/** The numbers of a summary in words; values are in the unit of the grid. */
const summaryWords: Readonly<Record<keyof TopologySummary, string>> = {
  minima: 'minima',
  saddles: 'saddles',
  averagePersistence: 'average persistence, without the global pair',
  totalPersistence: 'total persistence, without the global pair',
  maxPersistence: 'largest persistence, without the global pair',
  smad: 'saddle-minimum average distance (SMAD)',
  smadNormalised: 'SMAD as a part of the range',
  smadWeighted: "SMAD weighted by the minima's parts of the vertices",
};

function describe(
  {
    assumptions,
    neighbourhood,
    threshold,
    rows,
    columns,
  }: Omit<TopologyOptions, 'json'> & GridSize,
  { pairs, globalPairs, mergeTree }: SublevelTopology,
  summary: TopologySummary,
): string {
  const parentOf = new Map(mergeTree.edges.map(({ child, parent }) => [child, parent]));
  return [
    `grid: ${rows} rows, ${columns} columns; vertex = row * ${columns} + column, both from 0`,
    ...assumptions.map((words) => `taken to be so: ${words}`),
    `neighbourhood: ${neighbourhood}`,
    `persistence threshold: ${threshold} of the range`,
    ...Object.entries(summaryWords).map(
      ([name, words]) => `${words}: ${digits(summary[name as keyof TopologySummary])}`,
    ),
    '',
    'persistence pairs, by death; the last is the global pair',
    ...tableLines([
      ['birth vertex', 'death vertex', 'birth', 'death', 'persistence'],
      ...[...pairs, ...globalPairs].map(({ birthVertex, deathVertex, birth, death }) => [
        String(birthVertex),
        String(deathVertex),
        ...[birth, death, death - birth].map(digits),
      ]),
    ]),
    '',
    'merge tree',
    ...tableLines([
      ['vertex', 'kind', 'value', 'parent'],
      ...mergeTree.nodes.map(({ vertex, kind, value }) => [
        String(vertex),
        kind,
        digits(value),
        String(parentOf.get(vertex) ?? '-'),
      ]),
    ]),
  ].join('\n');
}

interface GridSize {
  readonly rows: number;
  readonly columns: number;
  readonly assumptions: readonly string[];
}

/** Six significant digits; `--json` has all. */
function digits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Columns under each other, to the right. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) => row.map((text, i) => text.padStart(widths[i] ?? 0)).join('  '));
}
