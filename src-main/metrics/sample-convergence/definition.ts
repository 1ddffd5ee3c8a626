/** What `sample-convergence` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('sample-convergence'),
  samples: samplesSetting(512),
  probes: wholeFrom(2, 10000).default(20),
});
export type SampleConvergenceSettings = z.output<typeof settings>;

/** Fewer say nothing of a network. */
const fewest = 16;

/**
 * The stated number and its halves down to 16, rising, and all samples at the end: `512, 1437` gives 16, 32, ..., 512, 1437.
 * Never throws.
 */
export function sampleCounts(stated: number, all: number): number[] {
  const counts = [all];
  for (let count = stated; count >= Math.min(fewest, stated); count = Math.floor(count / 2)) {
    if (count < all) counts.push(count);
    if (count === 1) break;
  }
  return counts.toReversed();
}

/** As for the Hessian: ten probes a call, and a float64 vector for each of at most a hundred products. */
const traceBytes = 200;
const lanczosBytes = 8 * 100;
/** Products until both ends of the spectrum are found, about. */
const usualProducts = 30;

/** Measured on digits with MLPs 4 to 64 wide: what a task takes beyond its gradients, most of it for making its programs. */
const programsMs = 150;

export const definition = defineMetric({
  name: 'sample-convergence',
  title: 'Samples that are enough',
  group: 'curvature',
  definition:
    'Top eigenvalue and trace of the Hessian of the mean training loss over the first n training samples, n doubling up to the stated number and then over all of them: how far an estimate from so many samples is from that over the whole training set.',
  help: 'Whether the Hessian on so many samples stands for that on all training samples.',
  source: 'Lanczos 1950; Hutchinson 1989; Yao et al. 2020 (subsampled Hessians)',
  version: 2,
  subject: 'run',
  settings,
  words: {
    samples: {
      label: 'Samples',
      help: 'The number that is judged: estimates over so many training samples are compared with those over all.',
    },
    probes: {
      label: 'Probes',
      help: 'Random vectors for the trace, the same at every number of samples.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'topEigenvalueSampleError',
      title: 'Top eigenvalue: error of the samples',
      unit: '',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Top Hessian eigenvalue over the stated number of samples less that over all training samples, relative to the latter: 0.1 is 10% too large.',
    },
    {
      name: 'traceSampleError',
      title: 'Trace: error of the samples',
      unit: '',
      scale: 'linear',
      colour: 'diverging',
      definition:
        'Hessian trace over the stated number of samples less that over all training samples, relative to the latter, both from the same probes.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'sample-convergence',
      title: 'Top eigenvalue against the number of samples',
      x: { column: 'samples', title: 'Samples (log)' },
      xScale: 'log',
      y: [{ column: 'topEigenvalue', title: 'Top eigenvalue (nats per squared weight)' }],
    },
    {
      kind: 'curve',
      series: 'sample-convergence',
      title: 'Trace against the number of samples',
      x: { column: 'samples', title: 'Samples (log)' },
      xScale: 'log',
      y: [
        { column: 'trace', title: 'estimate' },
        { column: 'traceLow', title: 'less one standard error' },
        { column: 'traceHigh', title: 'plus one standard error' },
      ],
      band: { low: 'traceLow', high: 'traceHigh', title: 'one standard error' },
      yTitle: 'Trace (nats per squared weight)',
    },
  ],
  cost: ({ samples, probes }, { trainSamples }) => {
    const all = sampleCounts(samples, trainSamples).reduce((sum, count) => sum + count, 0);
    return {
      gradients: (2 * usualProducts + probes) * (all / trainSamples),
      samples: trainSamples,
      otherMs: programsMs,
    };
  },
  bytesPerWeight: () => traceBytes + lanczosBytes,
  methods: ({ samples, probes }) =>
    `Top eigenvalue by Lanczos and trace from ${probes} Rademacher probes of the Hessian over growing numbers of training samples, ${samples} compared with all.`,
  captionSamples: ({ samples }) => `error of the samples: ${samples} against all training samples`,
});
