/** What metrics of topology make of the losses on several planes or clouds of points: means with spread, a diagram and a tree. */
import type {
  Measurement,
  MeasurementFacts,
  ScalarMeasurement,
  SeriesMeasurement,
  Subject,
} from '#shared/domain/measurement';
import { topologyNumbers, topologyScalarName } from '#shared/domain/topology-scalars';
import { bottleneckDistance } from '#shared/domain/topology/bottleneck-distance';
import { simplifyTopology } from '#shared/domain/topology/simplify-topology';
import { sublevelTopology, type SublevelTopology } from '#shared/domain/topology/sublevel';
import { summariseTopology } from '#shared/domain/topology/topology-summary';
import type { VertexGraph } from '#shared/domain/topology/vertex-graph';

/** A repetition: losses on the vertices of a graph. */
export interface SampledLandscape {
  readonly loss: readonly (number | null)[];
  readonly graph: VertexGraph;
}

export interface TopologyReport {
  /** The metric: names of its series begin with it. */
  readonly name: string;
  /** Of its scalars; empty for none. */
  readonly prefix: string;
  /** What the repetitions are: `random planes`. */
  readonly what: string;
  readonly subject: Subject;
  readonly samples: string;
  /** Part of the range below which pairs are cancelled. */
  readonly threshold: number;
  readonly facts: MeasurementFacts;
}

/** Diagrams of more pairs are not compared. */
const mostPairs = 2000;

/**
 * Means of the numbers of a topology over repetitions with their standard errors, the mean bottleneck distance between two of them, and
 * the diagram, the merge tree and the numbers of each repetition as series. Where a loss is not finite every number is null.
 */
export function topologyMeasurements(
  landscapes: readonly SampledLandscape[],
  report: TopologyReport,
): Measurement[] {
  const bad = landscapes.map(({ loss }) => loss.filter((value) => value === null).length);
  const broken = bad.findIndex((count) => count > 0);
  if (broken >= 0) {
    const reason = `the loss is not finite at ${bad[broken]} of ${landscapes[broken]?.loss.length} points of ${report.what} ${broken + 1}; a smaller range may stay where it is`;
    return [...topologyNumbers, 'diagramDistance'].map((number) =>
      noScalar(report, number, reason),
    );
  }
  const topologies = landscapes.map(({ loss, graph }) =>
    simplifyTopology(
      sublevelTopology(Float64Array.from(loss as number[]), graph),
      report.threshold,
    ),
  );
  const summaries = topologies.map(summariseTopology);
  return [
    ...topologyNumbers.map((number) =>
      meanScalar(
        report,
        number,
        summaries.map((summary) => summary[number]),
      ),
    ),
    distanceScalar(report, topologies),
    diagramSeries(report, topologies[0] as SublevelTopology),
    treeSeries(report, topologies[0] as SublevelTopology),
    series(report, 'numbers', {
      repetition: summaries.map((_, i) => i + 1),
      ...Object.fromEntries(
        topologyNumbers.map((number) => [number, summaries.map((summary) => summary[number])]),
      ),
      smadNormalised: summaries.map(({ smadNormalised }) => smadNormalised),
      smadWeighted: summaries.map(({ smadWeighted }) => smadWeighted),
    }),
  ];
}

function scalarBase({ prefix, subject, samples }: TopologyReport, number: string) {
  return { kind: 'scalar', name: topologyScalarName(number, prefix), subject, samples } as const;
}

function noScalar(report: TopologyReport, number: string, reason: string): ScalarMeasurement {
  return { ...scalarBase(report, number), value: null, reason, error: null };
}

function meanScalar(
  report: TopologyReport,
  number: string,
  values: readonly number[],
): ScalarMeasurement {
  const count = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / count;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return {
    ...scalarBase(report, number),
    value: mean,
    error: count < 2 ? null : Math.sqrt(squares / (count - 1) / count),
    errorOver:
      count < 2
        ? `one of ${report.what}: no spread`
        : `standard error over ${count} ${report.what}`,
  };
}

function distanceScalar(
  report: TopologyReport,
  topologies: readonly SublevelTopology[],
): ScalarMeasurement {
  const number = 'diagramDistance';
  if (topologies.length < 2) return noScalar(report, number, `there is one of ${report.what} only`);
  if (topologies.some(({ pairs }) => pairs.length > mostPairs))
    return noScalar(
      report,
      number,
      `a diagram has more than ${mostPairs} pairs; a threshold leaves fewer`,
    );
  const distances = topologies.flatMap(({ pairs }, i) =>
    topologies.slice(i + 1).map((other) => bottleneckDistance(pairs, other.pairs)),
  );
  return {
    ...scalarBase(report, number),
    value: distances.reduce((total, value) => total + value, 0) / distances.length,
    error: null,
    errorOver: `exact for these ${topologies.length} ${report.what}; distances share them, so there is no standard error`,
  };
}

function series(
  { name, subject, samples, facts }: TopologyReport,
  what: string,
  columns: SeriesMeasurement['columns'],
): SeriesMeasurement {
  return { kind: 'series', name: `${name}-${what}`, subject, samples, columns, facts };
}

function diagramSeries(report: TopologyReport, { pairs }: SublevelTopology): SeriesMeasurement {
  return series(report, 'diagram', {
    birth: pairs.map(({ birth }) => birth),
    death: pairs.map(({ death }) => death),
    birthVertex: pairs.map(({ birthVertex }) => birthVertex),
    deathVertex: pairs.map(({ deathVertex }) => deathVertex),
  });
}

function treeSeries(report: TopologyReport, { mergeTree }: SublevelTopology): SeriesMeasurement {
  const parentOf = new Map(mergeTree.edges.map(({ child, parent }) => [child, parent]));
  return series(report, 'tree', {
    node: mergeTree.nodes.map(({ vertex }) => vertex),
    parent: mergeTree.nodes.map(({ vertex }) => parentOf.get(vertex) ?? -1),
    value: mergeTree.nodes.map(({ value }) => value),
  });
}
