/** What `monotone-interpolation` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

/** Measured on digits with MLPs 4 to 64 wide: what a task takes beyond its gradients, most of it for making its programs. */
const programsMs = 28;

export const definition = defineMetric({
  name: 'monotone-interpolation',
  title: 'Monotone linear interpolation',
  group: 'paths',
  definition:
    'On the straight line from the initial to the trained weights, at equal steps: the largest rise of the loss between any two points in order, whether it is at most the tolerance, and the Gauss length of the path of all outputs before softmax (sum of the turning angles of the polygon through its points). On the first training samples; statistics of batch norm are recomputed on them at every point.',
  help: 'Whether the loss falls all the way from the initial to the trained weights.',
  source: 'Goodfellow et al. 2015; Lucas et al. 2021',
  version: 2,
  subject: 'run',
  needs: ['initial-weights'],
  settings: z.strictObject({
    name: z.literal('monotone-interpolation'),
    samples: samplesSetting(512),
    points: wholeFrom(3, 10_001).default(51),
    tolerance: z.number().min(0).max(1e6).default(1e-3),
  }),
  words: {
    samples: samplesWords,
    points: { label: 'Points', help: 'Places on the line where loss and outputs are computed.' },
    tolerance: {
      label: 'Tolerance',
      help: 'Rise of the loss up to which a path counts as monotone, in nats.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'interpolationBump',
      title: 'Interpolation bump',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Largest rise of the loss on the straight line from the initial to the trained weights; 0 where it never rises.',
    },
    {
      name: 'interpolationMonotone',
      title: 'Monotone interpolation',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        '1 where the loss rises by no more than the tolerance on the way from the initial to the trained weights, else 0.',
    },
    {
      name: 'interpolationGaussLength',
      title: 'Gauss length of outputs',
      unit: 'radians',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Sum of the turning angles of the path of all outputs before softmax, from the initial to the trained weights: 0 for a straight one.',
      definitionOfProblems:
        'Sum of the turning angles of the path of the solution at the training points, from the initial to the trained weights: 0 for a straight one.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'monotone-interpolation',
      title: 'Loss from initial to trained weights',
      x: { column: 'alpha', title: 'position, from initial to trained' },
      y: [{ column: 'loss', title: 'training loss (nats)' }],
    },
    {
      kind: 'curve',
      series: 'monotone-interpolation',
      title: 'Error from initial to trained weights',
      x: { column: 'alpha', title: 'position, from initial to trained' },
      y: [{ column: 'error', title: 'training error (%)' }],
    },
  ],
  // A forward pass for the loss and one for the outputs.
  cost: ({ samples, points }, { trainSamples, runs }) => ({
    gradients: (2 * points * runs) / 3,
    samples: Math.min(samples, trainSamples),
    otherMs: runs * programsMs,
  }),
  bytesPerWeight: () => 200,
  methods: ({ samples, points, tolerance }, isOfProblem) =>
    `Linear interpolation from the initial to the trained weights at ${points} points on ${samples} training samples: largest rise of the loss (monotone up to ${tolerance}) and Gauss length of the path of ${isOfProblem ? 'the solution' : 'all logits'}, statistics of batch norm recomputed at every point.`,
  captionSamples: ({ samples }) => `linear interpolation on ${samples} training samples`,
});
