/** What `cka` says of itself. */
import { z } from 'zod';
import { defineMetric } from '#shared/domain/metric-definition';
import { samplesSetting, wholeFrom } from '#shared/domain/metric-settings';

/** Where samples are compared with samples there is a number for every two of them: 16 MB a model. */
const mostKernelSamples = 2000;

const settings = z
  .strictObject({
    name: z.literal('cka'),
    samples: samplesSetting(640, 2),
    representation: z.enum(['softmax', 'logits', 'layer', 'last-layer']).default('softmax'),
    layer: wholeFrom(1, 10_000).default(1),
    hsic: z.enum(['biased', 'debiased']).default('biased'),
    layerByLayer: z.boolean().default(false),
  })
  .superRefine((metric, context) => {
    if (metric.samples > mostKernelSamples && comparesKernels(metric))
      context.addIssue({
        code: 'custom',
        path: ['samples'],
        message: `must be at most ${mostKernelSamples} for hidden layers and for the debiased HSIC`,
      });
  });
export type CkaSettings = z.output<typeof settings>;

/** Whether a comparison needs samples by samples, not features by features. */
function comparesKernels({
  representation,
  hsic,
  layerByLayer,
}: Pick<CkaSettings, 'representation' | 'hsic' | 'layerByLayer'>): boolean {
  return layerByLayer || hsic === 'debiased' || isHidden(representation);
}

/** Whether a representation lies inside of the network. */
export function isHidden(representation: CkaSettings['representation']): boolean {
  return representation === 'layer' || representation === 'last-layer';
}

/** The representation in words: `softmax outputs`, `hidden layer 2`. */
function nameRepresentation({ representation, layer }: CkaSettings, isOfProblem: boolean): string {
  switch (representation) {
    case 'softmax':
    case 'logits':
      return isOfProblem ? 'the solutions' : `${representation} outputs`;
    case 'layer':
      return `hidden layer ${layer}`;
    case 'last-layer':
      return 'the last hidden layer';
    default:
      return representation satisfies never;
  }
}

/** Measured on two cores: a pair of outputs takes 0.7 ms on 640 samples; kernels read a thousand pairs of samples in 4 us. */
const pairSampleMs = 0.7 / 640;
const kernelEntriesPerMs = 230_000;
const mixupBatch = 128;

export const definition = defineMetric({
  name: 'cka',
  title: 'Centred kernel alignment',
  group: 'similarity',
  definition:
    'Linear CKA of the outputs of two seeds, or of a hidden layer, on the same mixed-up training samples, lambda ~ Beta(16,16), one lambda per batch of 128; of a problem, on its training points as they are. Biased HSIC, or debiased. Error: jackknife over the batches.',
  help: 'How alike two seeds answer the same samples, 0 to 1. Splits phase IV. Needs two seeds.',
  source:
    'Kornblith et al. 2019; mixed-up inputs as in Yang et al. 2021; debiased HSIC of Song et al. 2012',
  version: 1,
  subject: 'all-pairs',
  settings,
  words: {
    samples: {
      label: 'Samples',
      help: 'Training samples, mixed up in pairs, that both models answer.',
    },
    representation: {
      label: 'Representation',
      titles: {
        softmax: 'softmax',
        logits: 'logits',
        layer: 'hidden layer',
        'last-layer': 'last hidden layer',
      },
      help: 'What is compared: outputs, or what a hidden layer, block or transformer layer makes of the samples.',
    },
    layer: {
      label: 'Hidden layer',
      help: 'Which one, counted from the input; only where a hidden layer is compared.',
    },
    hsic: {
      label: 'HSIC',
      titles: { biased: 'biased', debiased: 'debiased' },
      help: 'Biased is usual and too large for wide layers on few samples; debiased is near 0 for unlike models, and may be below.',
    },
    layerByLayer: {
      label: 'Layer by layer',
      help: 'Also compares every hidden layer of the first seed with every one of the second.',
    },
  },
  laterSettings: { layer: 1, hsic: 'biased', layerByLayer: false },
  readsSamplesInOrder: true,
  fewestSamples: 2,
  isUsual: true,
  scalars: [
    {
      name: 'cka',
      title: 'CKA',
      unit: '',
      scale: 'linear',
      colour: 'sequential',
      definition:
        'Linear centred kernel alignment of the outputs of two seeds on the same mixed-up training samples.',
      definitionOfProblems:
        'Linear centred kernel alignment of the solutions of two seeds at the same training points.',
    },
  ],
  drawings: [
    {
      kind: 'field',
      series: 'cka-layers',
      title: 'CKA layer by layer',
      x: 'hidden layer of the second seed',
      y: 'hidden layer of the first seed',
      xNames: 'layers',
      yNames: 'layers',
      value: 'CKA',
    },
  ],
  cost: (metric, { runs, pairs }) => ({
    gradients: runs / 3,
    samples: metric.samples,
    otherMs: comparesKernels(metric)
      ? ((pairs + runs) * (1 + metric.samples / mixupBatch) * metric.samples ** 2) /
        kernelEntriesPerMs
      : pairs * metric.samples * pairSampleMs,
  }),
  bytesPerWeight: (_, runs) => 16 * runs,
  methods: (metric, isOfProblem) =>
    `Linear CKA (${metric.hsic} HSIC) of ${nameRepresentation(metric, isOfProblem)} ${
      isOfProblem
        ? `at ${metric.samples} training points`
        : `on ${metric.samples} training samples mixed up with Beta(16, 16) weights`
    }.`,
  captionSamples: ({ samples }, isOfProblem) =>
    `CKA on ${samples} ${isOfProblem ? '' : 'mixed-up '}training samples`,
});
