/** What `sgd-walk` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

/** Measured on digits with MLPs 4 to 64 wide: what a task takes beyond its gradients, most of it for making its programs. */
const programsMs = 40;

export const definition = defineMetric({
  name: 'sgd-walk',
  title: 'A walk with SGD',
  group: 'paths',
  definition:
    'Between the weights recorded along a training: cosine of the angle of successive gradients and of successive updates, loss on the straight line from each to the next, distance from the first. Negative cosines of updates say that the training bounces between the walls of a valley, positive ones that it goes along its floor. Gradients and losses are means over training samples in evaluation mode, without weight decay; running averages of batch norm move with the weights.',
  help: 'Whether a training bounces between walls or goes along a floor, and whether it crosses barriers. Needs weights recorded along the training.',
  source: 'Xing et al. 2018',
  version: 2,
  subject: 'run',
  needs: ['trajectory'],
  settings: z.strictObject({
    name: z.literal('sgd-walk'),
    samples: samplesSetting(512),
    points: wholeFrom(1, 99).default(4),
  }),
  words: {
    samples: samplesWords,
    points: {
      label: 'Points',
      help: 'Between two recorded weights, at equal distances, where the loss is looked at.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'walkGradientCosine',
      title: 'Cosine of gradients',
      unit: '',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Cosine of the angle of the gradients at successive recorded weights, mean over the pairs.',
    },
    {
      name: 'walkUpdateCosine',
      title: 'Cosine of updates',
      unit: '',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Cosine of the angle of successive steps between recorded weights, mean over the pairs.',
    },
    {
      name: 'walkSegmentBarrier',
      title: 'Barrier on a step',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Most that the loss between two recorded weights lies above the straight line of the losses at both, at least 0; mean over the steps.',
    },
    {
      name: 'walkDistance',
      title: 'Distance from the start',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Euclidean distance of the last recorded weights from the first.',
    },
    {
      name: 'walkLength',
      title: 'Length of the walk',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Sum of the Euclidean lengths of the steps between recorded weights.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'sgd-walk',
      title: 'Angles of a walk with SGD',
      x: { column: 'epoch', title: 'epoch' },
      y: [
        { column: 'gradientCosine', title: 'of gradients' },
        { column: 'updateCosine', title: 'of updates' },
      ],
      yTitle: 'cosine of successive ones',
    },
    {
      kind: 'curve',
      series: 'sgd-walk-loss',
      title: 'Loss on the steps',
      x: { column: 'epoch', title: 'epoch' },
      y: [{ column: 'loss', title: 'training loss in nats' }],
    },
    {
      kind: 'curve',
      series: 'sgd-walk',
      title: 'Distance from the start',
      x: { column: 'epoch', title: 'epoch' },
      y: [{ column: 'distance', title: 'distance in weights' }],
    },
  ],
  cost: ({ samples, points }, { runs, trajectoryPoints }) => ({
    gradients: runs * trajectoryPoints * (1 + (points + 1) / 3),
    samples,
    otherMs: runs * programsMs,
  }),
  bytesPerWeight: ({ points }) => 130 + 16 * points,
  methods: ({ samples, points }) =>
    `A walk with SGD (Xing et al. 2018) over the recorded weights, on ${samples} training samples, with ${points} points between each two.`,
  captionSamples: ({ samples }) => `walk with SGD on ${samples} training samples`,
});
