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
  curve: z.enum(['bezier', 'polygon']).default('bezier'),
  bends: wholeFrom(1, 9).default(1),
  start: z.enum(['midpoint', 'random']).default('midpoint'),
});
export type ModeConnectivitySettings = z.output<typeof settings>;

/** Points on the curve around the extremes of error and loss. */
const refined = 16;

/** Incomplete batches are dropped. */
function stepsOf(
  { epochs, batchSize }: Pick<ModeConnectivitySettings, 'epochs' | 'batchSize'>,
  trainSamples: number,
): number {
  return epochs * Math.floor(trainSamples / batchSize);
}

function describeCurve({
  curve,
  bends,
  start,
}: Pick<ModeConnectivitySettings, 'curve' | 'bends' | 'start'>): string {
  const kinds = {
    bezier: bends === 1 ? 'quadratic Bezier curve' : `Bezier curve with ${bends} bends`,
    polygon: `polygonal chain with ${bends} ${bends === 1 ? 'bend' : 'bends'}`,
  };
  return start === 'midpoint' ? kinds[curve] : `${kinds[curve]} from freshly initialised bends`;
}

/** The straight line between the same seeds, where it was measured. */
function straightLine(plain: string, aligned: string) {
  return {
    metric: 'linear-barrier',
    series: 'linear-barrier',
    x: 'alpha',
    y: [
      { column: plain, title: 'straight line' },
      { column: aligned, title: 'straight line after matching' },
    ],
    title: 'Straight line',
  };
}

export const definition = defineMetric({
  name: 'mode-connectivity',
  title: 'Mode connectivity',
  group: 'connectivity',
  definition:
    'A Bezier curve between two seeds, quadratic with the usual one bend, or a polygonal chain, is trained at its bends; the mean error of the ends minus the error at the most deviating point of the curve, in percentage points of the training set: negative is a barrier. Barrier and gain are reported too, and the same for the loss; its arc length, and means of error and loss over that length. Each curve is trained once, with draws of its own: the stated error is the resolution along the curve; how much another draw would change it shows in the spread over pairs.',
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
      help: 'Places on the curve where error and loss are measured, besides those around the extremes and at the corners of a chain.',
    },
    curve: {
      label: 'Curve',
      titles: { bezier: 'Bezier', polygon: 'polygonal chain' },
      help: 'A smooth curve that the bends pull, or straight legs from bend to bend.',
    },
    bends: { label: 'Bends', help: 'Trained points between the two seeds.' },
    start: {
      label: 'Start of the bends',
      titles: { midpoint: 'on the line', random: 'fresh networks' },
      help: 'Where training finds the bends: at equal steps on the straight line, or at initial weights of their own.',
    },
  },
  planningSettings: ['pairs'],
  laterSettings: { curve: 'bezier', bends: 1, start: 'midpoint' },
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
    {
      name: 'curveLength',
      title: 'Curve length',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Arc length of the trained curve between two seeds.',
    },
    {
      name: 'curveLengthRatio',
      title: 'Curve length over distance',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Arc length of the trained curve over the straight distance of its ends: 1 at least.',
    },
    {
      name: 'curveMeanError',
      title: 'Mean error on the curve',
      unit: '%',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Mean of the training error over the length of the curve.',
    },
    {
      name: 'curveMeanLoss',
      title: 'Mean loss on the curve',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Mean of the training loss over the length of the curve.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'connecting-curve',
      title: 'Error along the connecting curve',
      x: { column: 't', title: 't, from one seed to the other' },
      y: [{ column: 'error', title: 'training error (%)' }],
      marksExtremes: true,
      ofTrainingShare: true,
      overlay: straightLine('error', 'alignedError'),
    },
    {
      kind: 'curve',
      series: 'connecting-curve',
      title: 'Loss along the connecting curve',
      x: { column: 't', title: 't, from one seed to the other' },
      y: [{ column: 'loss', title: 'training loss (nats)' }],
      marksExtremes: true,
      overlay: straightLine('loss', 'alignedLoss'),
    },
  ],
  // Training, and forward passes over all samples at the points on the curve.
  cost: (settings, { trainSamples, pairs }) => ({
    gradients:
      pairs *
      (stepsOf(settings, trainSamples) +
        ((settings.points + refined) * trainSamples) / (3 * settings.batchSize)),
    samples: settings.batchSize,
  }),
  steps: (settings, { trainSamples }) => stepsOf(settings, trainSamples),
  bytesPerWeight: ({ bends }) => 350 + 50 * (bends - 1),
  diskBytes: ({ bends }, { parameters }) => 4 * parameters * bends,
  methods: ({ epochs, learningRate, momentum, batchSize, weightDecay, points, pairs, ...form }) =>
    `Mode connectivity on a ${describeCurve(form)} trained for ${epochs} epochs (learning rate ${learningRate}, momentum ${momentum}, batch size ${batchSize}, weight decay ${weightDecay}), training error at ${points} points${form.curve === 'polygon' ? ', at the bends' : ''} and around the extreme; pairs: ${describePairs(pairs)}; each curve trained once with draws of its own.`,
  captionSamples: () => 'mode connectivity on all training samples',
});
