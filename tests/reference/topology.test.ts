import { describe, expect, it } from 'vitest';
import { gridGraph, gridNeighbourhoods } from '#shared/domain/topology/grid-graph';
import { sampleGraph, type SampleGraph } from '#shared/domain/topology/sample-graph';
import { sublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology } from '#shared/domain/topology/topology-summary';
import { graphOfEdges, type VertexGraph } from '#shared/domain/topology/vertex-graph';
import { readFixture } from './fixtures';
import { exactStatistics } from '../tolerances';

const fixture = readFixture('topology.json');

/** A fixture's result in the words of the workbench; sums apart, which are compared within rounding. */
function expected(result: ReturnType<typeof readFixture>) {
  const { pairs, global_pairs, merge_tree, basin_sizes } = result;
  return {
    pairs: pairs.birth_vertex.data.map((birthVertex: number, i: number) => ({
      birthVertex,
      deathVertex: pairs.death_vertex.data[i],
      birth: pairs.birth.data[i],
      death: pairs.death.data[i],
    })),
    globalPairs: global_pairs.map(
      (pair: { birth_vertex: number; death_vertex: number; birth: number; death: number }) => ({
        birthVertex: pair.birth_vertex,
        deathVertex: pair.death_vertex,
        birth: pair.birth,
        death: pair.death,
      }),
    ),
    mergeTree: merge_tree,
    basins: basin_sizes,
  };
}

function check(
  values: readonly number[],
  graph: VertexGraph,
  result: ReturnType<typeof readFixture>,
) {
  const topology = sublevelTopology(Float64Array.from(values), graph);
  expect(topology).toEqual(expected(result));
  const summary = summariseTopology(topology);
  expect(summary.minima).toBe(result.minima);
  expect(summary.saddles).toBe(result.saddles);
  const spread = Math.max(...values) - Math.min(...values);
  for (const [name, value] of [
    ['averagePersistence', result.average_persistence],
    ['totalPersistence', result.total_persistence],
    ['smad', result.smad],
    ['smadNormalised', result.smad_normalised],
    ['smadWeighted', result.smad_weighted],
  ] as const)
    expect(Math.abs(summary[name] - value), name).toBeLessThanOrEqual(
      exactStatistics * Math.max(1, spread),
    );
  const persistences = topology.pairs.map(({ birth, death }) => death - birth);
  expect(summary.maxPersistence).toBe(Math.max(0, ...persistences));
}

describe('sublevelTopology', () => {
  for (const grid of fixture.grids)
    for (const neighbourhood of gridNeighbourhoods)
      it(`agrees with GUDHI's pairs and the merge tree of ${grid.name}, neighbourhood ${neighbourhood}`, () => {
        const graph = gridGraph(grid.rows, grid.columns, neighbourhood);
        check(grid.values.data, graph, grid.results[neighbourhood]);
      });

  for (const line of fixture.lines)
    it(`agrees on the line ${line.name}`, () => {
      check(line.values.data, gridGraph(1, line.values.data.length, '4'), line.result);
    });

  for (const graph of fixture.point_cloud.graphs)
    it(`agrees on the points with the graph ${graph.name}`, () => {
      const { values, points } = fixture.point_cloud;
      const flat: number[] = graph.edges.data;
      const edges = Array.from(
        { length: flat.length / 2 },
        (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number] as const,
      );
      check(values.data, graphOfEdges(60, edges), graph.result);
      const kind: SampleGraph =
        graph.name === 'gabriel'
          ? { kind: 'gabriel' }
          : { kind: 'knn', k: graph.k, isMutual: graph.name === 'knn_mutual' };
      check(values.data, sampleGraph(Float64Array.from(points.data), 3, kind), graph.result);
    });
});
