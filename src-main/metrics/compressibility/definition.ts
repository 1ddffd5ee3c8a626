/** What `compressibility` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';

/** A weight is read four times; measured on two cores. */
const weightsPerMs = 200_000;

export const definition = defineMetric({
  name: 'compressibility',
  title: 'Compressibility',
  group: 'weights',
  definition:
    'Sum of the absolute values of all weights and biases over their Euclidean norm, ||w||_1 / ||w||_2, over all and per layer: sqrt(k) for k equal weights beside zeros, so small values say that few weights hold most of the norm.',
  help: 'How few weights a trained network rests on.',
  source: 'Hoyer 2004',
  version: 1,
  subject: 'run',
  settings: z.strictObject({ name: z.literal('compressibility') }),
  words: {},
  scalars: [
    {
      name: 'compressibility',
      title: 'Compressibility',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Sum of absolute weights over their Euclidean norm: sqrt(k) for k equal weights; small is compressible.',
    },
  ],
  drawings: [
    {
      kind: 'bars',
      series: 'compressibility-by-layer',
      title: 'Compressibility by layer',
      label: { column: 'layer', title: 'layer' },
      value: { column: 'ratio', title: 'sum of absolute weights over Euclidean norm' },
    },
  ],
  cost: (_, { runs, parameters }) => ({
    gradients: 0,
    samples: 0,
    otherMs: (runs * parameters) / weightsPerMs,
  }),
  bytesPerWeight: () => 8,
  methods: () => 'Compressibility as the ratio of the 1-norm and the 2-norm of the weights.',
  captionSamples: () => null,
});
