/** What `prediction-similarity` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';

const settings = z.strictObject({
  name: z.literal('prediction-similarity'),
  part: z.enum(['test', 'train']).default('test'),
});
export type PredictionSimilaritySettings = z.output<typeof settings>;

/** Measured on two cores: comparing the ten class probabilities of a sample takes 0.5 us. */
const comparisonsPerMs = 2_000;

export const definition = defineMetric({
  name: 'prediction-similarity',
  title: 'Prediction similarity',
  group: 'similarity',
  definition:
    'How often two seeds predict the same class, and the Jensen-Shannon divergence (natural logarithm, 0 to ln 2) of their class probabilities, means over all test samples, or all training samples of the cell. Error: standard error over the samples.',
  help: 'How often two seeds predict the same class, and how far apart their probabilities are. Needs two seeds.',
  source: 'Lin 1991 for the divergence',
  version: 1,
  subject: 'all-pairs',
  settings,
  words: {
    part: {
      label: 'Samples',
      titles: { test: 'test', train: 'training' },
      help: 'All test samples, or all training samples of the cell.',
    },
  },
  scalars: [
    {
      name: 'predictionAgreement',
      title: 'Prediction agreement',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition: 'Fraction of samples that two seeds put in the same class, right or wrong.',
    },
    {
      name: 'jensenShannon',
      title: 'Jensen-Shannon divergence',
      unit: 'nats',
      scale: 'linear',
      colour: 'sequential-reversed',
      definition:
        'Mean over samples of the Jensen-Shannon divergence of the class probabilities of two seeds: 0 where they are equal, ln 2 where no class is possible for both.',
    },
  ],
  cost: ({ part }, { runs, pairs, testSamples, trainSamples }) => {
    const samples = part === 'test' ? testSamples : trainSamples;
    return { gradients: runs / 3, samples, otherMs: (pairs * samples) / comparisonsPerMs };
  },
  bytesPerWeight: (_, runs) => 16 * runs,
  methods: ({ part }, isOfProblem) =>
    isOfProblem
      ? 'Prediction similarity does not apply to solutions.'
      : `Prediction agreement and Jensen-Shannon divergence (natural logarithm) of softmax outputs on all ${titleOf(part)} samples.`,
  captionSamples: ({ part }, isOfProblem) =>
    isOfProblem ? null : `prediction similarity on all ${titleOf(part)} samples`,
});

function titleOf(part: PredictionSimilaritySettings['part']): string {
  return part === 'test' ? 'test' : 'training';
}
