/** What `model-surface` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords } from '#shared/domain/metric-settings';
import {
  describeSlice,
  marginSetting,
  marginWords,
  sideSetting,
  sideWords,
  statisticsSetting,
  statisticsWords,
} from '#shared/domain/slice-settings';

export const definition = defineMetric({
  name: 'model-surface',
  title: 'Surface through three seeds',
  group: 'slices',
  definition:
    'Loss and error on the plane through the trained weights of the first three seeds of a cell.',
  help: 'A map of the loss on the plane through three seeds. Needs three seeds.',
  source: 'Garipov et al. 2018',
  version: 1,
  subject: 'three-runs',
  settings: z.strictObject({
    name: z.literal('model-surface'),
    points: sideSetting(51),
    margin: marginSetting,
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    points: sideWords,
    margin: marginWords,
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: [],
  drawings: [
    {
      kind: 'field',
      series: 'model-surface-loss',
      title: 'Loss, through three seeds',
      x: 'from the first to the second seed, weights',
      y: 'orthogonal to it, weights',
      value: 'loss (nats)',
      scale: 'log',
      path: 'plane-models',
      pathTitle: 'line: the three seeds in order; orange: the third',
    },
    {
      kind: 'field',
      series: 'model-surface-error',
      title: 'Error, through three seeds',
      x: 'from the first to the second seed, weights',
      y: 'orthogonal to it, weights',
      value: 'error, %',
      path: 'plane-models',
      pathTitle: 'line: the three seeds in order; orange: the third',
    },
  ],
  cost: ({ points, samples }) => ({ gradients: points ** 2 / 3, samples }),
  bytesPerWeight: () => 330,
  diskBytes: ({ points }) => 2 * 8 * points ** 2,
  methods: (settings) =>
    `Loss surfaces on ${settings.points} x ${settings.points} points of the plane through the first three seeds (Garipov et al. 2018), ${describeSlice(settings)}.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `Surfaces on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});
