/** What `mode-connectivity` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { describePairs, pairsSetting, pairsWords, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('mode-connectivity'),
  epochs: wholeFrom(1, 100000).default(50),
  pairs: pairsSetting,
  learningRate: z.number().gt(0).max(1e6).default(0.01),
  momentum: z.number().min(0).lt(1).default(0.9),
  batchSize: wholeFrom(1, 10_000_000).default(128),
  weightDecay: z.number().min(0).max(1e6).default(5e-4),
  points: wholeFrom(3, 10001).default(11),
});
export type ModeConnectivitySettings = z.output<typeof settings>;

export const definition = defineMetric({
  name: 'mode-connectivity',
  title: 'Mode connectivity',
  group: 'connectivity',
  definition:
    'A quadratic Bezier curve between two seeds is trained at its bend; the mean error of the ends minus the error at the most deviating point of the curve, in percentage points of the training set: negative is a barrier. Barrier and gain are reported too, and the same for the loss. Each curve is trained once, with draws of its own: the stated error is the resolution along the curve; how much another draw would change it shows in the spread over pairs.',
  help: 'Trains a curve between two seeds and looks for a barrier on it. Decides poorly or well connected. Needs two seeds.',
  source: 'Garipov et al. 2018; statistic of Yang et al. 2021',
  version: 3,
  subject: 'pair',
  settings,
  words: {
    epochs: {
      label: 'Epochs',
      help: 'Passes over the training samples while the curve is trained. The most expensive setting here.',
    },
    pairs: pairsWords,
    learningRate: { label: 'Learning rate', help: 'Step size for the curve’s bend.' },
    momentum: { label: 'Momentum', help: 'Momentum for the curve’s bend.' },
    batchSize: { label: 'Batch size', help: 'Samples per step for the curve’s bend.' },
    weightDecay: {
      label: 'Weight decay',
      help: 'Pull of the points on the curve towards 0.',
    },
    points: {
      label: 'Points',
      help: 'Places on the curve where error and loss are measured.',
    },
  },
  planningSettings: ['pairs'],
  packsUpToMs: Infinity,
  isUsual: true,
  scalars: [
    {
      name: 'modeConnectivity',
      title: 'Mode connectivity',
      unit: 'percentage points',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Mean end error minus the error at the most deviating point of a trained curve between two seeds: negative is a barrier.',
      definitionOfProblems:
        'Mean end error minus the error at the most deviating point of a trained curve between two seeds, the error being the relative L2 error at the training points in percent: negative is a barrier.',
    },
    {
      name: 'curveBarrier',
      title: 'Curve barrier',
      unit: 'percentage points',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Largest training error on the curve minus the mean of its ends.',
    },
    {
      name: 'curveGain',
      title: 'Curve gain',
      unit: 'percentage points',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Mean end error minus the smallest training error on the curve.',
    },
    {
      name: 'curveLossConnectivity',
      title: 'Mode connectivity of the loss',
      unit: 'nats',
      scale: 'linear',
      colour: 'diverging',
      definition: 'As mode connectivity, with the training loss in place of the error.',
    },
    {
      name: 'curveLossBarrier',
      title: 'Curve loss barrier',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Largest training loss on the curve minus the mean of its ends.',
    },
    {
      name: 'curveLossGain',
      title: 'Curve loss gain',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Mean end loss minus the smallest training loss on the curve.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'connecting-curve',
      title: 'Error along the curve',
      x: { column: 't', title: 't' },
      y: [{ column: 'error', title: 'Training error, %' }],
    },
    {
      kind: 'curve',
      series: 'connecting-curve',
      title: 'Loss along the curve',
      x: { column: 't', title: 't' },
      y: [{ column: 'loss', title: 'Training loss, nats' }],
    },
  ],
  cost: ({ epochs, batchSize }, { trainSamples }) => ({
    gradients: epochs * Math.ceil(trainSamples / batchSize),
    samples: batchSize,
  }),
  steps: ({ epochs, batchSize }, { trainSamples }) => epochs * Math.ceil(trainSamples / batchSize),
  bytesPerWeight: () => 350,
  diskBytes: (_, { parameters }) => 4 * parameters,
  methods: ({ epochs, learningRate, momentum, batchSize, weightDecay, points, pairs }) =>
    `Mode connectivity on a quadratic Bezier curve trained for ${epochs} epochs (learning rate ${learningRate}, momentum ${momentum}, batch size ${batchSize}, weight decay ${weightDecay}), training error at ${points} points and around the extreme; pairs: ${describePairs(pairs)}; each curve trained once with draws of its own.`,
  captionSamples: () => 'mode connectivity on all training samples',
});
