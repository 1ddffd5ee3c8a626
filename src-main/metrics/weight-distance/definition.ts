/** What `weight-distance` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';

/** Measured on two cores: a distance reads a million weights in 2 ms. */
const distancesPerMs = 500_000;

export const definition = defineMetric({
  name: 'weight-distance',
  title: 'Weight distance',
  group: 'similarity',
  definition: 'Euclidean distance between all trainable parameters of two seeds.',
  help: 'Euclidean distance between the weights of two seeds. Needs two seeds.',
  source: 'Yang et al. 2021',
  version: 1,
  subject: 'all-pairs',
  settings: z.strictObject({ name: z.literal('weight-distance') }),
  words: {},
  isUsual: true,
  scalars: [
    {
      name: 'weightDistance',
      title: 'Weight distance',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Euclidean distance between the weights of two seeds.',
    },
  ],
  cost: (_, { pairs, parameters }) => ({
    gradients: 0,
    samples: 0,
    otherMs: (pairs * parameters) / distancesPerMs,
  }),
  bytesPerWeight: (_, runs) => 16 * runs,
  methods: () => 'Weight distance as the Euclidean norm between the weights of two seeds.',
  captionSamples: () => null,
});
