/** What `weight-norms` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';

/** A weight is read some hundred times, mostly for the spectral norms; measured on two cores. */
const weightsPerMs = 5_000;

export const definition = defineMetric({
  name: 'weight-norms',
  title: 'Weight norms',
  group: 'weights',
  definition:
    'Euclidean norm of all weights and biases and of each layer, spectral norm of each weight matrix (a kernel of convolutions as one row for each filter), Euclidean distance from the initial weights, absolute and relative to their norm, and path norm: the square root of the sum over all paths from an input or a bias to an output of the product of the squared weights on it. It is one forward pass of the squared weights on an input of ones; poolings act as they are. Path norms are of ReLU networks without norm layers and attention.',
  help: 'How large the weights are, and how far they have come from where they began.',
  source: 'Neyshabur et al. 2015 (path norm)',
  version: 1,
  subject: 'run',
  needs: ['initial-weights'],
  settings: z.strictObject({ name: z.literal('weight-norms') }),
  words: {},
  scalars: [
    {
      name: 'weightNorm',
      title: 'Weight norm',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Euclidean norm of all weights and biases.',
    },
    {
      name: 'pathNorm',
      title: 'Path norm',
      unit: '',
      scale: 'log',
      colour: 'sequential',
      definition:
        'Square root of the sum over all paths from inputs and biases to outputs of the product of their squared weights.',
    },
    {
      name: 'initialDistance',
      title: 'Distance from initialisation',
      unit: 'weights',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Euclidean distance of the trained weights from the initial ones.',
    },
    {
      name: 'relativeInitialDistance',
      title: 'Relative distance from initialisation',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Euclidean distance of the trained weights from the initial ones over the norm of the initial ones.',
    },
  ],
  drawings: [
    {
      kind: 'bars',
      series: 'weight-norms-by-layer',
      title: 'Norm by layer',
      label: { column: 'layer', title: 'layer' },
      value: { column: 'norm', title: 'Euclidean norm in weights' },
    },
    {
      kind: 'bars',
      series: 'weight-norms-by-layer',
      title: 'Distance from initialisation by layer',
      label: { column: 'layer', title: 'layer' },
      value: { column: 'initialDistance', title: 'Euclidean distance in weights' },
    },
    {
      kind: 'bars',
      series: 'spectral-norms',
      title: 'Spectral norms',
      label: { column: 'matrix', title: 'matrix' },
      value: { column: 'norm', title: 'largest singular value in weights' },
    },
  ],
  cost: (_, { runs, parameters }) => ({
    gradients: runs,
    samples: 1,
    otherMs: (runs * parameters) / weightsPerMs,
  }),
  bytesPerWeight: () => 40,
  methods: () =>
    'Euclidean norms of the weights, distance from the initial weights, and path norm (Neyshabur et al. 2015).',
  captionSamples: () => null,
});
