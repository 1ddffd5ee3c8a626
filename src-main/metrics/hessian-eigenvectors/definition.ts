/** What `hessian-eigenvectors` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('hessian-eigenvectors'),
  samples: samplesSetting(512),
  count: wholeFrom(2, 20).default(2),
});
export type HessianEigenvectorsSettings = z.output<typeof settings>;

/** A float64 vector for each of at most 200 products; as many vectors as are asked for, and their products. */
const lanczosBytes = 8 * 200;
const vectorBytes = 40;
/** Products that ten and fewer eigenvalues took on the digits, about: more where they lie close together. */
const usualProducts = (count: number) => 28 + 8 * count;

export const definition = defineMetric({
  name: 'hessian-eigenvectors',
  title: 'Hessian eigenvectors',
  group: 'curvature',
  definition:
    'The largest eigenvalues of the Hessian of the mean training loss over a fixed sample set with their eigenvectors, by Lanczos with full reorthogonalisation; the vectors, of length 1, are kept as a file. Residuals are of a last product with the vectors themselves.',
  help: 'The sharpest directions: their eigenvalues, and how much of the gradient lies in them. The vectors are kept.',
  source: 'Lanczos 1950; Gur-Ari, Roberts and Dyer 2018 (gradient in the top subspace)',
  version: 2,
  subject: 'run',
  settings,
  words: {
    samples: samplesWords,
    count: { label: 'Vectors', help: 'How many eigenvectors, from the largest eigenvalue down.' },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'hessianSecondEigenvalue',
      title: 'Second Hessian eigenvalue',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Second largest eigenvalue of the Hessian of the mean training loss over a fixed sample set.',
    },
    {
      name: 'hessianEigenvalueRatio',
      title: 'Ratio of the top two eigenvalues',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Second largest eigenvalue of the Hessian over the largest one.',
    },
    {
      name: 'gradientInTopSubspace',
      title: 'Gradient in the top subspace',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Part of the squared length of the gradient, over the same samples, that lies in the space of the eigenvectors found; none where the gradient is 0.',
    },
  ],
  drawings: [
    {
      kind: 'bars',
      series: 'hessian-eigenvalues',
      title: 'Largest eigenvalues',
      label: { column: 'index', title: 'Eigenvalue' },
      value: { column: 'value', title: 'Value (nats per squared weight)' },
      error: 'residual',
    },
  ],
  cost: ({ samples, count }) => ({ gradients: 2 * (usualProducts(count) + count) + 1, samples }),
  bytesPerWeight: ({ count }) => lanczosBytes + vectorBytes * count,
  diskBytes: ({ count }, { parameters }) => 4 * count * parameters,
  methods: ({ samples, count }) =>
    `The ${count} largest eigenvalues of the Hessian and their eigenvectors by Lanczos with full reorthogonalisation, on ${samples} training samples.`,
  captionSamples: ({ samples }) => `Hessian eigenvectors on ${samples} training samples`,
});
