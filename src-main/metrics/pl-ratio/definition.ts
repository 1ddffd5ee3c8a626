/** What `pl-ratio` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords } from '#shared/domain/metric-settings';

export const definition = defineMetric({
  name: 'pl-ratio',
  title: 'PL* ratio',
  group: 'paths',
  definition:
    'Squared norm of the gradient over twice the loss, ||grad L||^2 / (2 L), at the weights that count and at those recorded along the training: where it stays above a constant (the PL* condition), gradient descent converges to zero loss at a geometric rate (none for losses that are energies). L is the mean loss over training samples in evaluation mode, without weight decay.',
  help: 'How steep the loss is for its height, at the end and along the training. Needs weights recorded along the training.',
  source: 'Polyak 1963; Liu, Zhu and Belkin 2022',
  version: 1,
  subject: 'run',
  needs: ['trajectory'],
  settings: z.strictObject({ name: z.literal('pl-ratio'), samples: samplesSetting(512) }),
  words: { samples: samplesWords },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'plRatio',
      title: 'PL* ratio',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential',
      definition: 'Squared norm of the gradient over twice the training loss, at the end.',
    },
    {
      name: 'plLeastRatio',
      title: 'Least PL* ratio',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential',
      definition:
        'Least ratio of squared gradient norm and twice the loss at the weights recorded along the training.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'pl-ratio',
      title: 'PL* ratio along the training',
      x: { column: 'epoch', title: 'epoch' },
      y: [{ column: 'ratio', title: 'PL* ratio in nats per squared weight' }],
      scale: 'log',
    },
  ],
  cost: ({ samples }, { runs, trajectoryPoints }) => ({
    gradients: runs * (1 + trajectoryPoints),
    samples,
  }),
  bytesPerWeight: () => 100,
  methods: ({ samples }) =>
    `PL* ratio as the squared norm of the gradient over twice the loss on ${samples} training samples.`,
  captionSamples: ({ samples }) => `PL* ratio on ${samples} training samples`,
});
