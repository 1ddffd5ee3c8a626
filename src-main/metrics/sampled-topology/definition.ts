/** What `sampled-topology` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';
import {
  describeSlice,
  rangeSetting,
  rangeWords,
  statisticsSetting,
  statisticsWords,
} from '#shared/domain/slice-settings';
import { topologyDrawings, topologyScalars } from '#shared/domain/topology-scalars';

/** Measured on one core: distances between points and their order; corners looked at for the Gabriel graph. */
const distancesPerMs = 8_000;
const cornersPerMs = 400_000;

export const definition = defineMetric({
  name: 'sampled-topology',
  title: 'Topology of sampled points',
  group: 'topology',
  definition:
    'Minima, saddles, persistence and merge tree of the loss at the trained weights and at points drawn uniformly in several random filter-normalised directions at once, joined by a neighbour graph; mean and standard error over draws.',
  help: 'The same as on planes, in up to five directions at once: points joined to their neighbours in place of a grid.',
  source: 'Edelsbrunner and Harer 2010; Gabriel and Sokal 1969; landscapes: Geniesse et al. 2024',
  version: 1,
  subject: 'run',
  settings: z.strictObject({
    name: z.literal('sampled-topology'),
    dimensions: wholeFrom(2, 5).default(3),
    points: wholeFrom(10, 2000).default(500),
    draws: wholeFrom(1, 100).default(3),
    range: rangeSetting,
    graph: z.enum(['knn', 'mutual-knn', 'gabriel']).default('knn'),
    neighbours: wholeFrom(1, 100).default(8),
    threshold: z.number().min(0).max(1).default(0),
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    dimensions: {
      label: 'Directions',
      help: 'Random directions that span the space of the points.',
    },
    points: { label: 'Points', help: 'Points of each draw, the trained weights besides.' },
    draws: { label: 'Draws', help: 'Draws of directions and points, for the mean and its error.' },
    range: rangeWords,
    graph: {
      label: 'Neighbours',
      titles: {
        knn: 'nearest of either',
        'mutual-knn': 'nearest of both',
        gabriel: 'Gabriel graph',
      },
      help: 'Which points touch: one is among the nearest of the other, both are (of four for each direction), or no third lies between.',
    },
    neighbours: {
      label: 'Nearest',
      help: 'How many nearest points count, where one of the two suffices.',
    },
    threshold: {
      label: 'Threshold',
      help: 'Minima less deep than this part of the range of the loss do not count.',
    },
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: topologyScalars('sampled points', 'sampled'),
  drawings: topologyDrawings('sampled-topology', 'first draw'),
  cost: ({ points, draws, samples, graph }) => ({
    gradients: (draws * (points + 1)) / 3,
    samples,
    otherMs:
      draws *
      (points ** 2 / distancesPerMs + (graph === 'gabriel' ? points ** 3 / cornersPerMs / 6 : 0)),
  }),
  bytesPerWeight: ({ dimensions }) => 270 + 8 * dimensions,
  diskBytes: ({ points }) => 30 * points,
  methods: (settings) =>
    `Topology of the loss at ${settings.points} points drawn uniformly within ${settings.range} of ${settings.dimensions} random filter-normalised directions, ${settings.draws} draws, ${graphWords(settings)}, persistence threshold ${settings.threshold} of the range, ${describeSlice(settings)}.`,
  captionSamples: ({ samples, threshold, ...settings }, isOfProblem) =>
    `Sampled topology (${graphWords(settings)}, threshold ${threshold}) on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});

function graphWords({
  graph,
  neighbours,
  dimensions,
}: {
  readonly graph: 'knn' | 'mutual-knn' | 'gabriel';
  readonly neighbours: number;
  readonly dimensions: number;
}): string {
  if (graph === 'gabriel') return 'Gabriel graph';
  return graph === 'knn'
    ? `${neighbours} nearest neighbours`
    : `mutual ${4 * dimensions} nearest neighbours`;
}
