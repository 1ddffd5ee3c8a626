/** What `sharpness` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, samplesWords, wholeFrom } from '#shared/domain/metric-settings';

const radius = (usual: number) => z.number().gt(0).max(1e6).default(usual);

const settings = z.strictObject({
  name: z.literal('sharpness'),
  samples: samplesSetting(512),
  norm: z.enum(['2', 'infinity']).default('2'),
  radius: radius(0.05),
  adaptiveRadius: radius(0.5),
  steps: wholeFrom(1, 1000).default(20),
  deviation: radius(0.01),
  adaptiveDeviation: radius(0.1),
  draws: wholeFrom(2, 10000).default(50),
});
export type SharpnessSettings = z.output<typeof settings>;

/** Two searches with a gradient, a point, a direction and scales each, and what goes through programs. */
const searchBytes = 300;

const lowerBound =
  'the largest rise that the search found, so a lower bound of the maximum over the ball';

/** Measured on digits with MLPs 4 to 64 wide: what a task takes beyond its gradients, most of it for making its programs. */
const programsMs = 50;

export const definition = defineMetric({
  name: 'sharpness',
  title: 'Sharpness',
  group: 'curvature',
  definition:
    'Rise of the mean training loss over a fixed sample set when the weights are moved: the largest one within ||d||_p <= radius (SAM) and within ||d / |w|||_p <= adaptive radius (adaptive, which does not change when the layers of a ReLU network are rescaled), by projected gradient ascent; and the mean one under Gaussian perturbations of a standard deviation for all weights, and of one relative to each weight, over pairs d and -d.',
  help: 'How much the loss rises near the minimum: at worst and on average, for all weights alike and relative to each.',
  source: 'Foret et al. 2021 (SAM); Kwon et al. 2021 (adaptive); Jiang et al. 2020 (average)',
  version: 2,
  subject: 'run',
  settings,
  words: {
    samples: samplesWords,
    norm: {
      label: 'Norm',
      titles: { '2': '2-norm', infinity: 'largest weight' },
      help: 'What the radius bounds: the length of the whole perturbation, or that of each weight; the latter wants much smaller radii.',
    },
    radius: { label: 'Radius', help: 'Of the ball around the weights.' },
    adaptiveRadius: {
      label: 'Adaptive radius',
      help: 'Of the ball in which each weight counts by its own size.',
    },
    steps: { label: 'Steps', help: 'Gradients of the search for the largest rise.' },
    deviation: {
      label: 'Deviation',
      help: 'Standard deviation of the Gaussian perturbations of each weight.',
    },
    adaptiveDeviation: {
      label: 'Relative deviation',
      help: 'Standard deviation relative to each weight.',
    },
    draws: {
      label: 'Draws',
      help: 'Random perturbations for the mean rise; each is taken forth and back.',
    },
  },
  readsSamplesInOrder: true,
  scalars: [
    {
      name: 'samSharpness',
      title: 'SAM sharpness',
      unit: 'nats',
      scale: 'log',
      colour: 'sequential-reversed',
      definition: `Largest rise of the training loss within a ball around the weights: ${lowerBound}.`,
    },
    {
      name: 'adaptiveSharpness',
      title: 'Adaptive sharpness',
      unit: 'nats',
      scale: 'log',
      colour: 'sequential-reversed',
      definition: `Largest rise of the training loss when each weight is moved relative to its size: ${lowerBound}.`,
    },
    {
      name: 'averageSharpness',
      title: 'Average sharpness',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition: 'Mean rise of the training loss under Gaussian perturbations of the weights.',
    },
    {
      name: 'adaptiveAverageSharpness',
      title: 'Adaptive average sharpness',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Mean rise of the training loss under Gaussian perturbations relative to each weight.',
    },
  ],
  drawings: [
    {
      kind: 'curve',
      series: 'sharpness-ascent',
      title: 'Search for the largest rise',
      x: { column: 'gradient', title: 'gradients computed' },
      y: [
        { column: 'sam', title: 'within the ball (SAM)' },
        { column: 'adaptive', title: 'relative to each weight (adaptive)' },
      ],
      yTitle: 'rise of the loss (nats)',
    },
  ],
  // Two searches, and both kinds of draws forth and back: an evaluation is a third of a gradient.
  cost: ({ samples, steps, draws }) => ({
    gradients: 2 * (steps + 2) + (2 * (2 * draws + 1)) / 3,
    samples,
    otherMs: programsMs,
  }),
  bytesPerWeight: () => searchBytes,
  methods: ({ samples, norm, radius: rho, adaptiveRadius, steps, draws, ...settings }) =>
    `Sharpness as the largest rise of the loss within ${norm === '2' ? '2-norm' : 'infinity-norm'} balls of radius ${rho} (SAM) and ${adaptiveRadius} relative to each weight (adaptive) by ${steps} steps of projected gradient ascent, and as its mean rise under ${draws} Gaussian perturbations of standard deviation ${settings.deviation} and ${settings.adaptiveDeviation} relative to each weight, forth and back, on ${samples} training samples.`,
  captionSamples: ({ samples }) => `sharpness on ${samples} training samples`,
});
