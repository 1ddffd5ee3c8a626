/** What `weight-distance` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';

/** Measured on two cores: comparing two vectors reads a million weights in 4 ms. */
const comparedPerMs = 250_000;

export const definition = defineMetric({
  name: 'weight-distance',
  title: 'Weight distance',
  group: 'similarity',
  definition:
    'Euclidean distance between all trainable parameters of two seeds: as it is, divided by the norm of the first seed, and by the mean of both norms; and the cosine of the angle between them.',
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
    {
      name: 'relativeWeightDistance',
      title: 'Relative weight distance',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Euclidean distance between the weights of two seeds over the norm of the weights of the first one, the smaller seed.',
    },
    {
      name: 'meanRelativeWeightDistance',
      title: 'Weight distance over mean norm',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Euclidean distance between the weights of two seeds over the mean of both norms: 0 for equal ones, 2 for opposite ones.',
    },
    {
      name: 'weightCosine',
      title: 'Weight cosine',
      unit: '',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Cosine of the angle between the weights of two seeds: 1 where they point the same way, 0 where they are orthogonal.',
    },
  ],
  cost: (_, { pairs, parameters }) => ({
    gradients: 0,
    samples: 0,
    otherMs: (pairs * parameters) / comparedPerMs,
  }),
  bytesPerWeight: (_, runs) => 16 * runs,
  methods: () =>
    'Weight distance as the Euclidean norm between the weights of two seeds; relative to the norm of the first and to the mean norm; cosine of their angle.',
  captionSamples: () => null,
});
