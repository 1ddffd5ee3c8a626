/** What `spectral-density` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('spectral-density'),
  samples: samplesSetting(512),
  steps: wholeFrom(2, 1000).default(80),
  probes: wholeFrom(1, 1000).default(4),
  sigma: z.number().gt(0).max(1).default(0.01),
});
export type SpectralDensitySettings = z.output<typeof settings>;

/** Of products: what goes into and comes out of a program, and its copies there. */
const productBytes = 40;

export const definition = defineMetric({
  name: 'spectral-density',
  title: 'Spectral density',
  group: 'curvature',
  definition:
    'How the eigenvalues of the Hessian of the mean training loss are spread, by stochastic Lanczos quadrature: nodes are the eigenvalues of the tridiagonal matrix, weights the squared first components of its eigenvectors, averaged over Rademacher vectors. Mean and second moment are trace / P and squared Frobenius norm / P up to the stated error.',
  help: 'The whole spectrum of the Hessian: bulk, outliers and negative part.',
  source: 'Ghorbani, Krishnan and Xiao 2019; Lin, Saad and Yang 2016; Golub and Welsch 1969',
  version: 1,
  subject: 'run',
  settings,
  words: {
    samples: samplesWords,
    steps: {
      label: 'Steps',
      help: 'Lanczos steps for each vector: as many nodes. Moments up to twice as many are exact for that vector; the negative mass wants some 80, since eigenvalues that are 0 are seen off it after 20.',
    },
    probes: {
      label: 'Vectors',
      help: 'Random vectors that the density is averaged over; one gives no error, and that of four is itself rough: twice it covers the truth four times in five, 20 vectors nine times in ten.',
    },
    sigma: {
      label: 'Width',
      help: 'Standard deviation of the Gaussians that the curve is drawn with, as a part of the range of the nodes.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'spectralMean',
      title: 'Spectral mean',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition: 'Mean eigenvalue of the Hessian, trace / P, by stochastic Lanczos quadrature.',
    },
    {
      name: 'spectralSecondMoment',
      title: 'Spectral second moment',
      unit: 'squared nats per fourth power of weights',
      scale: 'log',
      colour: 'sequential-reversed',
      definition: 'Mean squared eigenvalue of the Hessian: its squared Frobenius norm / P.',
    },
    {
      name: 'spectralNegativeMass',
      title: 'Negative mass',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Fraction of eigenvalues that are clearly negative: weight of the nodes further below 0 than a thousandth of the largest magnitude, since what is 0 is seen as a heavy node close to it.',
    },
    {
      name: 'spectralOutlierMass',
      title: 'Outlier mass',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Fraction of eigenvalues above a tenth of the largest node: how few directions carry the curvature.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'spectral-density',
      title: 'Spectral density',
      x: { column: 'eigenvalue', title: 'Eigenvalue (nats per squared weight)' },
      y: [{ column: 'density', title: 'Density' }],
      scale: 'log',
      xMarks: {
        metric: 'hessian-eigenvectors',
        series: 'hessian-eigenvalues',
        column: 'value',
        title: 'largest eigenvalues',
      },
    },
    {
      kind: 'points',
      series: 'spectral-nodes',
      title: 'Nodes and weights',
      x: { column: 'node', title: 'Node (nats per squared weight)' },
      y: { column: 'weight', title: 'Weight' },
    },
  ],
  cost: ({ samples, steps, probes }, { parameters }) => ({
    gradients: 2 * steps * probes,
    samples,
    otherMs: (probes * reorthogonalisations(steps) * parameters) / reorthogonalisedPerMs,
  }),
  bytesPerWeight: ({ steps, probes }) => probes * (8 * steps + productBytes),
  methods: ({ samples, steps, probes }) =>
    `Spectral density of the Hessian by stochastic Lanczos quadrature with ${steps} steps from ${probes === 1 ? 'one Rademacher vector' : `each of ${probes} Rademacher vectors`}, on ${samples} training samples.`,
  captionSamples: ({ samples }) => `spectral density on ${samples} training samples`,
});

/** Vectors that all steps are made orthogonal to, together. */
function reorthogonalisations(steps: number): number {
  return (steps * (steps + 1)) / 2;
}
/** Measured on two cores: a weight of a vector is made orthogonal to a million others in a millisecond, about. */
const reorthogonalisedPerMs = 500_000;
