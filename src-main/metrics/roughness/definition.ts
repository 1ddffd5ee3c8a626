/** What `roughness` says of itself. */
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

const normalisations = {
  range: 'range of the loss',
  length: 'length of the line',
} as const;

export const definition = defineMetric({
  name: 'roughness',
  title: 'Roughness of random lines',
  group: 'slices',
  definition:
    'Loss along random filter-normalised lines through the trained weights: total variation of each over its range (or its length), and the standard deviation of these over the directions divided by their mean.',
  help: 'How differently rough the loss is along random lines through each model.',
  source: 'roughness index: Wu, Jian, Du, Chen and Zhou 2023; directions: Li et al. 2018',
  version: 1,
  subject: 'run',
  settings: z.strictObject({
    name: z.literal('roughness'),
    directions: wholeFrom(2, 1000).default(20),
    points: wholeFrom(3, 10_001).default(101),
    range: rangeSetting,
    normalisation: z.enum(['range', 'length']).default('range'),
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    directions: {
      label: 'Directions',
      help: 'Random lines; the error of the index falls with them.',
    },
    points: { label: 'Points', help: 'Points on each line: finer ones see finer bumps.' },
    range: rangeWords,
    normalisation: {
      label: 'Divided by',
      titles: normalisations,
      help: 'What the total variation of a line is divided by: the range of the loss on it, or its length in weights, as in the paper.',
    },
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'roughnessIndex',
      title: 'Roughness index',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Standard deviation over mean of the total variations of the loss along random lines.',
    },
    {
      name: 'lineVariation',
      title: 'Variation along lines',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Mean over random lines of the total variation of the loss divided by its range (1: monotone, 2: one valley) or by the length of the line.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'random-lines',
      title: 'Loss along random lines',
      x: { column: 'position', title: 'position on the line' },
      y: [
        { column: 'mean', title: 'mean of the lines' },
        { column: 'lowest', title: 'lowest' },
        { column: 'highest', title: 'highest' },
      ],
      yTitle: 'loss (nats)',
      scale: 'log',
    },
    {
      kind: 'bars',
      series: 'line-variations',
      title: 'Total variation of each line',
      label: { column: 'direction', title: 'direction' },
      value: { column: 'variation', title: 'total variation' },
    },
  ],
  cost: ({ directions, points, samples }, { parameters }) => ({
    gradients: (directions * points) / 3,
    samples,
    otherMs: (directions * parameters) / directionWeightsPerMs,
  }),
  bytesPerWeight: () => 300,
  diskBytes: ({ directions, points }) => 8 * points * (directions + 4),
  methods: (settings) =>
    `Roughness index over ${settings.directions} random filter-normalised lines of ${settings.points} points within ${settings.range}, total variation divided by the ${normalisations[settings.normalisation]}, ${describeSlice(settings)}.`,
  captionSamples: ({ samples, normalisation }, isOfProblem) =>
    `Roughness (per ${normalisation === 'range' ? 'range' : 'length'}) on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});

/** Measured on one core: normal numbers of the counter-based generator. */
const directionWeightsPerMs = 15_000;
