/** What `tangent-kernel` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords } from '#shared/domain/metric-settings';

/** Outputs of a network where their number is not known: classes of most data sets. */
const usualOutputs = 10;
/** Gradients that are kept for products with each other, and those of one call. */
const gradientsBytes = 600e6;
/** Products of float64 a millisecond, measured on two cores. */
const productsPerMs = 1_500_000;

export const definition = defineMetric({
  name: 'tangent-kernel',
  title: 'Tangent kernel',
  group: 'curvature',
  definition:
    'Spectrum of the tangent kernel at the trained weights: the matrix of inner products of the gradients of all outputs (before softmax) at all samples. Effective rank is the exponential of the entropy of the eigenvalues as parts of their sum. The least eigenvalue is none where rounding hides it: with fewer parameters than outputs, or at most 4e-12 of the largest (float32 engines; the gradients are exact to 2e-6 of the largest, the kernel to the square of that).',
  help: 'How well conditioned the linearised network is: the least eigenvalue bounds the PL* ratio of the square loss from below.',
  source: 'Jacot et al. 2018; Liu, Zhu and Belkin 2022; effective rank of Roy and Vetterli 2007',
  version: 1,
  subject: 'run',
  settings: z.strictObject({ name: z.literal('tangent-kernel'), samples: samplesSetting(64) }),
  words: {
    samples: {
      ...samplesWords,
      help: 'Training samples, the same for every cell. The kernel has a row for each output of each: the time grows with their square and more.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'tangentKernelTop',
      title: 'Top of the tangent kernel',
      unit: 'squared outputs per squared weight',
      scale: 'log',
      colour: 'sequential',
      definition: 'Largest eigenvalue of the tangent kernel.',
    },
    {
      name: 'tangentKernelBottom',
      title: 'Bottom of the tangent kernel',
      unit: 'squared outputs per squared weight',
      scale: 'log',
      colour: 'sequential',
      definition: 'Smallest eigenvalue of the tangent kernel; none where rounding hides it.',
    },
    {
      name: 'tangentKernelCondition',
      title: 'Condition of the tangent kernel',
      unit: '',
      scale: 'log',
      colour: 'sequential-reversed',
      definition: 'Largest over smallest eigenvalue of the tangent kernel.',
    },
    {
      name: 'tangentKernelEffectiveRank',
      title: 'Effective rank of the tangent kernel',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Exponential of the entropy of the eigenvalues of the tangent kernel as parts of their sum: k for k equal ones.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'tangent-kernel',
      title: 'Spectrum of the tangent kernel',
      x: { column: 'rank', title: 'rank' },
      y: [{ column: 'eigenvalue', title: 'eigenvalue in squared outputs per squared weight' }],
      scale: 'log',
    },
  ],
  cost: ({ samples }, { runs, parameters }) => {
    const size = samples * usualOutputs;
    const products = (size ** 2 * parameters) / 2 + (2 / 3) * size ** 3;
    return {
      gradients: runs * usualOutputs,
      samples,
      otherMs: (runs * products) / productsPerMs,
    };
  },
  bytesPerWeight: () => 100,
  bytesOfSamples: ({ samples }, outputs) => gradientsBytes + 8 * (samples * outputs) ** 2,
  methods: ({ samples }) =>
    `Spectrum of the tangent kernel (Jacot et al. 2018) of all outputs at ${samples} training samples.`,
  captionSamples: ({ samples }) => `tangent kernel on ${samples} training samples`,
});
