/** What `linear-barrier` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { describePairs, pairsSetting, pairsWords, wholeFrom } from '#shared/domain/metric-settings';

/** Multiplications and additions of inner products in a millisecond, and sweeps that alignment usually takes. */
const productsPerMs = 700_000;
const usualSweeps = 6;

export const definition = defineMetric({
  name: 'linear-barrier',
  title: 'Linear barrier',
  group: 'connectivity',
  definition:
    'On the straight line between two seeds: the largest training loss, and error in percentage points, minus the straight line between those of the ends; 0 or more. Before and after permutation alignment: the hidden units of the second seed are put in the order nearest to the first by weight matching (coordinate descent, one exact linear assignment for each group of units that must change places together; transformers: whole heads, feed-forward units and the residual stream). Statistics of batch norm are recomputed at every point. The stated error is the resolution of the points.',
  help: 'Barrier on the straight line between two seeds, before and after their hidden units are matched. Needs two seeds.',
  source: 'Frankle et al. 2020; weight matching of Ainsworth et al. 2023',
  version: 2,
  subject: 'pair',
  settings: z.strictObject({
    name: z.literal('linear-barrier'),
    pairs: pairsSetting,
    points: wholeFrom(3, 10_001).default(25),
    order: z.enum(['fixed', 'random']).default('fixed'),
  }),
  words: {
    pairs: pairsWords,
    points: { label: 'Points', help: 'Places on the line where loss and error are measured.' },
    order: {
      label: 'Order of sweeps',
      titles: { fixed: 'from inputs to outputs', random: 'random' },
      help: 'Order in which the layers are matched. Another order may end in another alignment.',
    },
  },
  planningSettings: ['pairs'],
  scalars: [
    {
      name: 'linearBarrier',
      title: 'Linear barrier',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Largest training loss on the straight line between two seeds minus the line between the losses of its ends.',
    },
    {
      name: 'linearErrorBarrier',
      title: 'Linear error barrier',
      unit: 'percentage points',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'As the linear barrier, with the training error in place of the loss.',
    },
    {
      name: 'alignedBarrier',
      title: 'Aligned barrier',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Linear barrier after the hidden units of the second seed were matched to the first.',
    },
    {
      name: 'alignedErrorBarrier',
      title: 'Aligned error barrier',
      unit: 'percentage points',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'As the aligned barrier, with the training error in place of the loss.',
    },
    {
      name: 'alignedDistance',
      title: 'Aligned distance',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Euclidean distance between the weights of two seeds after matching.',
    },
    {
      name: 'alignedDistanceRatio',
      title: 'Aligned over plain distance',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Distance of two seeds after matching over that before: 1 where it found nothing.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'linear-barrier',
      title: 'Loss on the line between two seeds',
      x: { column: 'alpha', title: 'position, from one seed to the other' },
      y: [
        { column: 'loss', title: 'as they are' },
        { column: 'alignedLoss', title: 'after permutation alignment' },
      ],
      yTitle: 'training loss (nats)',
    },
    {
      kind: 'curve',
      series: 'linear-barrier',
      title: 'Error on the line between two seeds',
      x: { column: 'alpha', title: 'position, from one seed to the other' },
      y: [
        { column: 'error', title: 'as they are' },
        { column: 'alignedError', title: 'after permutation alignment' },
      ],
      yTitle: 'training error (%)',
    },
  ],
  // Two paths, forward passes only; matching takes n inner products for each weight and each of its axes, n units a layer, which is
  // about sqrt(P)/3.
  cost: ({ points }, { pairs, parameters, trainSamples }) => ({
    gradients: (2 * points * pairs) / 3,
    samples: trainSamples,
    otherMs: (pairs * usualSweeps * 2 * parameters * (Math.sqrt(parameters) / 3)) / productsPerMs,
  }),
  bytesPerWeight: () => 200,
  methods: ({ points, order, pairs }) =>
    `Linear barriers of training loss and error at ${points} points between two seeds, before and after permutation alignment by weight matching (${order === 'fixed' ? 'layers in order' : 'layers in random order'}), statistics of batch norm recomputed; pairs: ${describePairs(pairs)}.`,
  captionSamples: () => 'linear barriers on all training samples',
});
