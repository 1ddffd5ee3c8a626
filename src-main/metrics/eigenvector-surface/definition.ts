/** What `eigenvector-surface` says of itself. */
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

/** Of Lanczos, until both eigenvectors have settled: seen on networks on the digits, and at most. */
const usualProducts = 40;
const mostProducts = 200;

export const definition = defineMetric({
  name: 'eigenvector-surface',
  title: 'Surface in Hessian directions',
  group: 'slices',
  definition:
    'Loss and error on the plane of the eigenvectors of the two largest Hessian eigenvalues, of length 1, around the trained weights. The Hessian is that of evaluation mode: where batch norm is recomputed at every point the map is of another loss, which curves otherwise along them than the eigenvalues say.',
  help: 'A map of the loss around each model in the two directions in which it curves most.',
  source: 'eigenvectors: Lanczos 1950; surfaces: Yao et al. 2020',
  version: 2,
  subject: 'run',
  settings: z.strictObject({
    name: z.literal('eigenvector-surface'),
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
      series: 'eigenvector-surface-loss',
      title: 'Loss, Hessian directions',
      x: 'first eigenvector',
      y: 'second eigenvector',
      value: 'loss (nats)',
      scale: 'log',
    },
    {
      kind: 'field',
      series: 'eigenvector-surface-error',
      title: 'Error, Hessian directions',
      x: 'first eigenvector',
      y: 'second eigenvector',
      value: 'error, %',
    },
  ],
  cost: ({ points, samples }) => ({ gradients: points ** 2 / 3 + 2 * usualProducts, samples }),
  bytesPerWeight: () => 300 + 8 * mostProducts,
  diskBytes: ({ points }) => 2 * 8 * points ** 2,
  methods: (settings) =>
    `Loss surfaces on ${settings.points} x ${settings.points} points within ${settings.range} along the unit eigenvectors of the two largest Hessian eigenvalues (Lanczos), ${describeSlice(settings)}.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `Surfaces on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});
