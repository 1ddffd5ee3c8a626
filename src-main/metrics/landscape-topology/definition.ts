/** What `landscape-topology` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';
import {
  describeSlice,
  rangeSetting,
  rangeWords,
  sideSetting,
  sideWords,
  statisticsSetting,
  statisticsWords,
} from '#shared/domain/slice-settings';
import { topologyDrawings, topologyPairs, topologyScalars } from '#shared/domain/topology-scalars';
import { gridNeighbourhoods } from '#shared/domain/topology/grid-graph';

export const definition = defineMetric({
  name: 'landscape-topology',
  title: 'Topology of random planes',
  group: 'topology',
  definition:
    'Minima, saddles, persistence and merge tree of the loss on a grid of several random filter-normalised planes: sublevel sets in a stated neighbourhood, pairs below a threshold cancelled, mean and standard error over the planes.',
  help: 'How many valleys each model sees around it, and how deep they are, on several random planes.',
  source: 'Edelsbrunner and Harer 2010; landscapes: Horoi et al. 2022, Geniesse et al. 2024',
  version: 1,
  subject: 'run',
  settings: z.strictObject({
    name: z.literal('landscape-topology'),
    planes: wholeFrom(1, 100).default(3),
    points: sideSetting(31),
    range: rangeSetting,
    neighbourhood: z.enum(gridNeighbourhoods).default('freudenthal'),
    threshold: z.number().min(0).max(1).default(0),
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    planes: { label: 'Planes', help: 'Random planes, for the mean and its standard error.' },
    points: sideWords,
    range: rangeWords,
    neighbourhood: {
      label: 'Neighbourhood',
      titles: {
        freudenthal: 'one diagonal (Freudenthal)',
        '4': 'four sides',
        '8': 'sides and corners',
      },
      help: 'Which points of the grid touch: the four at the sides, one diagonal too, or all corners. Counts of minima depend on it.',
    },
    threshold: {
      label: 'Threshold',
      help: 'Minima less deep than this part of the range of the loss do not count.',
    },
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: topologyScalars('random planes'),
  drawings: [
    {
      kind: 'field',
      series: 'topology-plane-loss',
      title: 'Loss, first random plane',
      x: 'first direction',
      y: 'second direction',
      value: 'loss (nats)',
      scale: 'log',
      pairs: topologyPairs('topology'),
    },
    ...topologyDrawings('topology', 'first random plane'),
  ],
  cost: ({ planes, points, samples }) => ({ gradients: (planes * points ** 2) / 3, samples }),
  bytesPerWeight: () => 300,
  diskBytes: ({ points }) => 30 * points ** 2,
  methods: (settings) =>
    `Topology of the loss on ${settings.planes} random filter-normalised planes of ${settings.points} x ${settings.points} points within ${settings.range}, neighbourhood ${settings.neighbourhood}, persistence threshold ${settings.threshold} of the range, ${describeSlice(settings)}.`,
  captionSamples: ({ samples, neighbourhood, threshold }, isOfProblem) =>
    `Topology (neighbourhood ${neighbourhood}, threshold ${threshold}) on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});
