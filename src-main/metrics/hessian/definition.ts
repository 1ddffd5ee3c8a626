/** What `hessian` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

const settings = z.strictObject({
  name: z.literal('hessian'),
  samples: samplesSetting(512),
  method: z.enum(['lanczos', 'power']).default('lanczos'),
  probes: wholeFrom(10, 10000).default(100),
  traceMethod: z.enum(['hutchinson', 'hutch++']).default('hutchinson'),
  layerTraces: z.boolean().default(false),
});
export type HessianSettings = z.output<typeof settings>;

/** The trace takes ten probes a call; Lanczos keeps a float64 vector for each of its products, at most a hundred. */
const traceBytes = 200;
const lanczosBytes = 8 * 100;
/** Hutch++ keeps a third of its vectors as a basis, and as many probes and products. */
const basisBytes = 8 + 8 + 4;

export const definition = defineMetric({
  name: 'hessian',
  title: 'Hessian',
  group: 'curvature',
  definition:
    'Top and bottom eigenvalue by Lanczos with full reorthogonalisation (Ritz residual at most 0.001 of the value) and trace by Hutchinson (or Hutch++) with Rademacher probes, of the second derivative of the mean cross-entropy over a fixed set of training samples, without weight decay.',
  help: 'Top and bottom eigenvalue and trace of the second derivative of the training loss: how sharp the minimum is.',
  source: 'Yang et al. 2021; Lanczos 1950; Hutchinson 1989; Meyer et al. 2021 (Hutch++)',
  version: 2,
  subject: 'run',
  settings,
  words: {
    samples: samplesWords,
    method: {
      label: 'Method',
      titles: { lanczos: 'Lanczos', power: 'power' },
      help: 'Lanczos finds both ends of the spectrum with a residual; power iteration finds the largest magnitude.',
    },
    probes: {
      label: 'Probes',
      help: 'Most random vectors for the trace; it stops earlier at a standard error of 2%. Hutch++ takes as many products, and all of them.',
    },
    traceMethod: {
      label: 'Trace',
      titles: { hutchinson: 'Hutchinson', 'hutch++': 'Hutch++' },
      help: 'Hutchinson averages random curvatures; Hutch++ computes the largest part of the trace exactly and estimates what is left: better where few eigenvalues are large.',
    },
    layerTraces: {
      label: 'Layers',
      help: 'The trace of each layer too, from the same probes. Hutchinson then needs whole products: twice the work.',
    },
  },
  laterSettings: { traceMethod: 'hutchinson', layerTraces: false },
  readsSamplesInOrder: true,
  isUsual: true,
  scalars: [
    {
      name: 'hessianTopEigenvalue',
      title: 'Top Hessian eigenvalue',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Largest eigenvalue of the Hessian of the mean training loss over a fixed sample set, by Lanczos.',
    },
    {
      name: 'hessianBottomEigenvalue',
      title: 'Bottom Hessian eigenvalue',
      unit: 'nats per squared weight',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Smallest eigenvalue of the same Hessian, from the same Lanczos run.',
    },
    {
      name: 'hessianNegativeRatio',
      title: 'Negative ratio',
      unit: '',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Absolute bottom eigenvalue divided by the absolute top one.',
    },
    {
      name: 'hessianTrace',
      title: 'Hessian trace',
      unit: 'nats per squared weight',
      scale: 'log',
      colour: 'sequential-reversed',
      definition:
        'Trace of the Hessian of the mean training loss over a fixed sample set, Hutchinson estimate; models of one size share the probes, so their errors go together.',
    },
  ],
  drawings: [
    {
      kind: 'bars',
      series: 'hessian-layer-traces',
      title: 'Hessian trace of each layer',
      label: { column: 'layer', title: 'Layer' },
      value: { column: 'trace', title: 'Trace (nats per squared weight)' },
    },
    {
      kind: 'curve',
      series: 'hessian-convergence',
      title: 'Convergence of the top eigenvalue',
      x: { column: 'product', title: 'Hessian-vector products' },
      y: [{ column: 'top', title: 'Top eigenvalue (nats per squared weight)' }],
    },
    {
      kind: 'curve',
      series: 'hessian-trace-convergence',
      title: 'Convergence of the trace',
      x: { column: 'probes', title: 'Probes' },
      y: [
        { column: 'trace', title: 'estimate' },
        { column: 'low', title: 'less one standard error' },
        { column: 'high', title: 'plus one standard error' },
      ],
      band: { low: 'low', high: 'high', title: 'one standard error' },
      yTitle: 'Trace (nats per squared weight)',
    },
  ],
  // A product costs about two gradients; Lanczos and the trace need some 30 and up to `probes` of them.
  cost: ({ samples, probes }) => ({ gradients: 2 * (30 + probes), samples }),
  bytesPerWeight: ({ method, traceMethod, probes }) =>
    traceBytes +
    (method === 'lanczos' ? lanczosBytes : 0) +
    (traceMethod === 'hutch++' ? basisBytes * Math.ceil(probes / 3) : 0),
  methods: ({ method, probes, samples, traceMethod }) =>
    `Hessian ${
      method === 'lanczos'
        ? 'eigenvalues by Lanczos with full reorthogonalisation'
        : 'top eigenvalue by power iteration'
    }, trace by ${
      traceMethod === 'hutch++'
        ? `Hutch++ with ${probes} products`
        : `Hutchinson with at most ${probes} Rademacher probes`
    }, on ${samples} training samples.`,
  captionSamples: ({ samples }) => `Hessian on ${samples} training samples`,
});
