/** What `loss-change-allocation` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

/** Measured on digits with MLPs 4 to 64 wide: what a task takes beyond its gradients, most of it for making its programs. */
const programsMs = 70;

export const definition = defineMetric({
  name: 'loss-change-allocation',
  title: 'Loss change allocation',
  group: 'paths',
  definition:
    'LCA of parameter i over a step from theta to theta + d: d_i times the integral of the gradient g_i along the straight line, by the composite Simpson rule, whose 2 intervals are halved until the sum over all parameters meets the change of the loss within 0.001 max(1, |change|), or there are as many as the setting allows. Negative: the parameter lowered the loss. Steps go between the recorded weights of a training; running averages of batch norm move with the weights and have a share of their own. On training and on test samples, summed per layer and per epoch, without weight decay.',
  help: 'Which layers lowered the loss, and when. Needs weights recorded along the training.',
  source: 'Lan et al. 2019',
  version: 1,
  subject: 'run',
  needs: ['trajectory'],
  settings: z.strictObject({
    name: z.literal('loss-change-allocation'),
    samples: samplesSetting(512),
    mostSplits: wholeFrom(2, 256).default(32),
  }),
  words: {
    samples: {
      ...samplesWords,
      help: 'Training samples, and as many test samples, that the losses are averaged over; the same for every cell.',
    },
    mostSplits: {
      label: 'Most intervals',
      help: 'Of the Simpson rule on one step; what it still misses then is reported.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'lcaTotalTrain',
      title: 'Allocated training loss',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Sum of the loss changes allocated to all parameters on training samples.',
    },
    {
      name: 'lcaTotalTest',
      title: 'Allocated test loss',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Sum of the loss changes allocated to all parameters on test samples.',
    },
    {
      name: 'lcaHelpingFraction',
      title: 'Parameters that helped',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Fraction of parameters that lowered the training loss over the whole training, among those whose allocation is not 0.',
    },
    {
      name: 'lcaHelpingStepFraction',
      title: 'Parameters that help in a step',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Fraction of parameters that lower the training loss between two recorded weights, among those whose allocation is not 0; mean over the steps.',
    },
    {
      name: 'lcaLargestIntegrationError',
      title: 'Largest error of integration',
      unit: 'nats',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Largest difference of the change of the loss and the sum of the allocation, over steps, training and test samples.',
    },
  ],
  drawings: [
    {
      kind: 'field',
      series: 'loss-change-by-layer-and-epoch',
      title: 'Loss change by layer and epoch',
      x: 'epoch',
      y: 'layer',
      yNames: 'names',
      value: 'change of the training loss in nats',
      colour: 'diverging',
    },
    {
      kind: 'bars',
      series: 'loss-change-by-layer',
      title: 'Loss change by layer',
      label: { column: 'layer', title: 'layer' },
      value: { column: 'train', title: 'change of the training loss in nats' },
    },
    {
      kind: 'curve',
      series: 'loss-change-by-step',
      title: 'Loss change by step',
      x: { column: 'epoch', title: 'epoch' },
      y: [
        { column: 'train', title: 'training loss' },
        { column: 'test', title: 'test loss' },
      ],
      yTitle: 'change of the loss in nats',
    },
    {
      kind: 'curve',
      series: 'loss-change-by-step',
      title: 'Parameters that help',
      x: { column: 'epoch', title: 'epoch' },
      y: [{ column: 'helpingFraction', title: 'fraction of parameters' }],
    },
  ],
  // Seldom more than four intervals: three new gradients a step and its end, on both sets.
  cost: ({ samples }, { runs, trajectoryPoints }) => ({
    gradients: runs * 2 * 4 * trajectoryPoints,
    samples,
    otherMs: runs * programsMs,
  }),
  bytesPerWeight: () => 250,
  methods: ({ samples }) =>
    `Loss change allocation between recorded weights by the composite Simpson rule on ${samples} training samples and as many test samples (Lan et al. 2019).`,
  captionSamples: ({ samples }) => `loss change allocation on ${samples} training samples`,
});
