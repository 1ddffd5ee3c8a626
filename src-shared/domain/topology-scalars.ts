/** The numbers that metrics of topology yield, with their words. */
import type { MetricDrawing, MetricScalar, PairSeries } from './metric-definition';
import type { TopologySummary } from './topology/topology-summary';

/** A number of a summary, by its field. */
export const topologyNumbers = [
  'minima',
  'saddles',
  'averagePersistence',
  'totalPersistence',
  'maxPersistence',
  'smad',
] as const satisfies readonly (keyof TopologySummary)[];
export type TopologyNumber = (typeof topologyNumbers)[number];

const words: Readonly<Record<TopologyNumber, Pick<MetricScalar, 'title' | 'unit' | 'definition'>>> =
  {
    minima: {
      title: 'Minima',
      unit: '',
      definition: 'Minima of the loss among the evaluated points, in the stated neighbourhood.',
    },
    saddles: {
      title: 'Saddles',
      unit: '',
      definition: 'Points where basins of the loss meet as the level rises.',
    },
    averagePersistence: {
      title: 'Average persistence',
      unit: 'nats',
      definition:
        'Mean depth of the minima but the deepest: loss where each meets a deeper one minus its own; 0 with one minimum.',
    },
    totalPersistence: {
      title: 'Total persistence',
      unit: 'nats',
      definition: 'Sum of the depths of the minima but the deepest.',
    },
    maxPersistence: {
      title: 'Largest persistence',
      unit: 'nats',
      definition: 'Depth of the deepest minimum but the global one; 0 with one minimum.',
    },
    smad: {
      title: 'Saddle-minimum distance',
      unit: 'nats',
      definition:
        'Mean rise of the loss from a minimum to the saddle where its basin first meets another (SMAD); 0 without saddles.',
    },
  };

/** Name of a number among all metrics: `minima`, or `sampledMinima` with a prefix. */
export function topologyScalarName(number: string, prefix = ''): string {
  return prefix === '' ? number : `${prefix}${number.slice(0, 1).toUpperCase()}${number.slice(1)}`;
}

/**
 * The scalars of a metric of topology.
 * @param what - what the topology is of, for titles: `random planes`
 */
export function topologyScalars(what: string, prefix = ''): MetricScalar[] {
  const scalar = (
    name: string,
    { title, ...about }: (typeof words)[TopologyNumber],
  ): MetricScalar => ({
    name: topologyScalarName(name, prefix),
    title: `${title}, ${what}`,
    scale: 'linear',
    colour: 'sequential-reversed',
    ...about,
  });
  return [
    ...topologyNumbers.map((number) => scalar(number, words[number])),
    scalar('diagramDistance', {
      title: 'Distance of diagrams',
      unit: 'nats',
      definition:
        'Mean bottleneck distance between the persistence diagrams of two of them: how much the topology depends on the draw.',
    }),
  ];
}

/** The series by which the drawings of a metric of topology are linked. */
export function topologyPairs(name: string): PairSeries {
  return { diagram: `${name}-diagram`, tree: `${name}-tree` };
}

/** Persistence diagram, barcode and merge tree, as series of these names. */
export function topologyDrawings(name: string, what: string): MetricDrawing[] {
  const pairs = topologyPairs(name);
  return [
    {
      kind: 'points',
      series: `${name}-diagram`,
      title: `Persistence diagram, ${what}`,
      x: { column: 'birth', title: 'birth: loss at the minimum (nats)' },
      y: { column: 'death', title: 'death: loss at the saddle (nats)' },
      empty: 'There is one minimum, so no pair of a minimum and a saddle.',
      diagonal: true,
      pairs,
    },
    {
      kind: 'barcode',
      series: `${name}-diagram`,
      title: `Barcode, ${what}`,
      value: 'loss (nats)',
      pairs,
    },
    {
      kind: 'tree',
      series: `${name}-tree`,
      title: `Merge tree, ${what}`,
      value: 'loss (nats)',
      scale: 'log',
      pairs,
    },
  ];
}
