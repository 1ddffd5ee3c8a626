/** What `trajectory-surface` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';
import {
  describeSlice,
  marginSetting,
  marginWords,
  sideSetting,
  sideWords,
  statisticsSetting,
  statisticsWords,
} from '#shared/domain/slice-settings';

/** Measured on one core: terms of inner products of differences. */
const productsPerMs = 500_000;

export const definition = defineMetric({
  name: 'trajectory-surface',
  title: 'Surface of the training',
  group: 'slices',
  definition:
    'Loss and error on the plane of the first two principal components of the weights recorded along the training, through its end, with the training projected on it.',
  help: 'A map of the loss on the plane that each training moved in most, with its way. Trainings record their weights for it.',
  source: 'Li et al. 2018',
  version: 2,
  subject: 'run',
  needs: ['trajectory'],
  settings: z.strictObject({
    name: z.literal('trajectory-surface'),
    points: sideSetting(51),
    margin: marginSetting,
    path: wholeFrom(3, 1000).default(50),
    samples: samplesSetting(512),
    statistics: statisticsSetting,
  }),
  words: {
    points: sideWords,
    margin: marginWords,
    path: {
      label: 'Trajectory points',
      help: 'Recorded weights that are read at most, evenly spread over the training.',
    },
    samples: samplesWords,
    statistics: statisticsWords,
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'trajectoryPlanePart',
      title: 'Training in its plane',
      unit: '%',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Part of the squared distances of the recorded weights from the end of the training that the first two principal components explain.',
    },
  ],
  drawings: [
    {
      kind: 'field',
      series: 'trajectory-surface-loss',
      title: 'Loss, plane of the training',
      x: 'first component, weights',
      y: 'second component, weights',
      value: 'loss (nats)',
      scale: 'log',
      path: 'projected-trajectory',
      pathTitle: 'line: the recorded weights of the training; orange: its end',
    },
    {
      kind: 'field',
      series: 'trajectory-surface-error',
      title: 'Error, plane of the training',
      x: 'first component, weights',
      y: 'second component, weights',
      value: 'error, %',
      path: 'projected-trajectory',
      pathTitle: 'line: the recorded weights of the training; orange: its end',
    },
  ],
  cost: ({ points, samples, path }, { parameters, trajectoryPoints }) => ({
    gradients: points ** 2 / 3,
    samples,
    otherMs: (Math.min(path, trajectoryPoints) ** 2 * parameters) / productsPerMs,
  }),
  bytesPerWeight: ({ path }) => 300 + 4 * path,
  diskBytes: ({ points }) => 2 * 8 * points ** 2,
  methods: (settings) =>
    `Loss surfaces on ${settings.points} x ${settings.points} points of the plane of the first two principal components of the training (differences to its end, not centred), ${describeSlice(settings)}.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `Surfaces on ${samples} ${isOfProblem ? 'points' : 'training samples'}`,
});
