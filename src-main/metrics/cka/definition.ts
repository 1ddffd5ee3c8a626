/** What `cka` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('cka'),
  samples: samplesSetting(640, 2),
  representation: z.enum(['softmax', 'logits']).default('softmax'),
});
export type CkaSettings = z.output<typeof settings>;

/** Measured on two cores: one pair takes 0.7 ms on 640 samples. */
const pairSampleMs = 0.7 / 640;

export const definition = defineMetric({
  name: 'cka',
  title: 'Centred kernel alignment',
  group: 'similarity',
  definition:
    'Linear CKA (biased HSIC) of the outputs of two seeds on the same mixed-up training samples, lambda ~ Beta(16,16), one lambda per batch of 128.',
  help: 'How alike two seeds answer the same samples, 0 to 1. Splits phase IV. Needs two seeds.',
  source: 'Kornblith et al. 2019; mixed-up inputs as in Yang et al. 2021',
  version: 1,
  subject: 'all-pairs',
  settings,
  words: {
    samples: {
      label: 'Samples',
      help: 'Training samples, mixed up in pairs, that both models answer.',
    },
    representation: {
      label: 'Outputs',
      titles: { softmax: 'softmax', logits: 'logits' },
      help: 'Which outputs are compared.',
    },
  },
  readsSamplesInOrder: true,
  fewestSamples: 2,
  isUsual: true,
  scalars: [
    {
      name: 'cka',
      title: 'CKA',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Linear centred kernel alignment of the outputs of two seeds on the same mixed-up training samples.',
      definitionOfProblems:
        'Linear centred kernel alignment of the solutions of two seeds at the same training points.',
    },
  ],
  cost: ({ samples }, { runs, pairs }) => ({
    gradients: runs,
    samples,
    otherMs: pairs * samples * pairSampleMs,
  }),
  bytesPerWeight: (_, runs) => 16 * runs,
  methods: ({ representation, samples }, isOfProblem) =>
    isOfProblem
      ? `Linear CKA (biased HSIC) of the solutions at ${samples} training points.`
      : `Linear CKA (biased HSIC) of ${representation} outputs on ${samples} training samples mixed up with Beta(16, 16) weights.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `CKA on ${samples} ${isOfProblem ? '' : 'mixed-up '}training samples`,
});
