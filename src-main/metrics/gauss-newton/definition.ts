/** What `gauss-newton` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('gauss-newton'),
  samples: samplesSetting(512),
  probes: wholeFrom(10, 10000).default(100),
});
export type GaussNewtonSettings = z.output<typeof settings>;

/** As for the Hessian: ten probes a call, and a float64 vector for each of at most a hundred products. */
const traceBytes = 200;
const lanczosBytes = 8 * 100;

export const definition = defineMetric({
  name: 'gauss-newton',
  title: 'Gauss-Newton',
  group: 'curvature',
  definition:
    "Top eigenvalue by Lanczos and trace by Hutchinson of G = J'AJ over a fixed set of training samples: J are the derivatives of the outputs before softmax in the weights, A is the Hessian of the mean cross-entropy in the outputs. It is the Hessian without the curvature of the network itself, and has no eigenvalue below 0.",
  help: 'The part of the Hessian that the loss makes, without that of the network: Hessian less Gauss-Newton tells how curved the network is.',
  source: 'Schraudolph 2002; Sagun et al. 2018',
  version: 1,
  subject: 'run',
  settings,
  words: {
    samples: samplesWords,
    probes: {
      label: 'Probes',
      help: 'Most random vectors for the trace; it stops earlier at a standard error of 2%.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'gaussNewtonTopEigenvalue',
      title: 'Top Gauss-Newton eigenvalue',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Largest eigenvalue of the Gauss-Newton matrix of the mean training loss over a fixed sample set, by Lanczos; none for problems.',
    },
    {
      name: 'gaussNewtonTrace',
      title: 'Gauss-Newton trace',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Trace of the same matrix, Hutchinson estimate; models of one size share the probes, so their errors go together; none for problems.',
    },
  ],
  cost: ({ samples, probes }) => ({ gradients: 2 * 20 + probes, samples }),
  bytesPerWeight: () => traceBytes + lanczosBytes,
  methods: ({ samples, probes }) =>
    `Gauss-Newton matrix: top eigenvalue by Lanczos, trace by Hutchinson with at most ${probes} Rademacher probes, on ${samples} training samples.`,
  captionSamples: ({ samples }) => `Gauss-Newton on ${samples} training samples`,
});
