/** What `random-surface` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords } from '#shared/domain/metric-settings';
import {
  describeSlice,
  rangeSetting,
  rangeWords,
  sideSetting,
  sideWords,
  statisticsSetting,
  statisticsWords,
} from '#shared/domain/slice-settings';

export const definition = defineMetric({
  name: 'random-surface',
  title: 'Surface in random directions',
  group: 'slices',
  definition:
    'Loss and error on the plane of two random directions around the trained weights, each filter of a direction as long as that of the weights.',
  help: 'A map of the loss around each model in two random filter-normalised directions, the same draw for all.',
  source: 'Li et al. 2018',
  version: 1,
  subject: 'run',
  settings: z.strictObject({
    name: z.literal('random-surface'),
    points: sideSetting(51),
    range: rangeSetting,
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    points: sideWords,
    range: rangeWords,
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: [],
  drawings: [
    {
      kind: 'field',
      series: 'random-surface-loss',
      title: 'Loss, random directions',
      x: 'first direction',
      y: 'second direction',
      value: 'loss (nats)',
      scale: 'log',
    },
    {
      kind: 'field',
      series: 'random-surface-error',
      title: 'Error, random directions',
      x: 'first direction',
      y: 'second direction',
      value: 'error, %',
    },
  ],
  cost: ({ points, samples }) => ({ gradients: points ** 2 / 3, samples }),
  bytesPerWeight: () => 300,
  diskBytes: ({ points }) => 2 * 8 * points ** 2,
  methods: (settings) =>
    `Loss surfaces on ${settings.points} x ${settings.points} points within ${settings.range} of two random filter-normalised directions (Li et al. 2018), ${describeSlice(settings)}.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `Surfaces on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});
