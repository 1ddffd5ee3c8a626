/** The settings of each metric in the form. */
import { findMetricSetting } from '#shared/domain/settings';
import type { MetricName } from '#shared/domain/spec';
import { entryOf, rangeText, type FieldEntry } from './fields';

interface MetricFieldText {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  /** Choices as people write them. */
  readonly titles?: Readonly<Record<string, string>>;
}

export interface MetricField extends MetricFieldText {
  readonly entry: FieldEntry;
  readonly fallback: unknown;
}

interface MetricFormText {
  readonly name: MetricName;
  readonly title: string;
  readonly help: string;
  readonly fields: readonly MetricFieldText[];
}

const metricTexts: readonly MetricFormText[] = [
  {
    name: 'hessian',
    title: 'Hessian',
    help: 'Top and bottom eigenvalue and trace of the second derivative of the training loss: how sharp the minimum is.',
    fields: [
      {
        key: 'samples',
        label: 'Samples',
        help: 'Training samples that the loss is averaged over, the same for every cell.',
      },
      {
        key: 'method',
        label: 'Method',
        titles: { lanczos: 'Lanczos', power: 'power' },
        help: 'Lanczos finds both ends of the spectrum with a residual; power iteration finds the largest magnitude.',
      },
      {
        key: 'probes',
        label: 'Probes',
        help: 'Most random vectors for the trace; it stops earlier at a standard error of 2%.',
      },
    ],
  },
  {
    name: 'cka',
    title: 'CKA',
    help: 'How alike two seeds answer the same samples, 0 to 1. Splits phase IV. Needs two seeds.',
    fields: [
      {
        key: 'samples',
        label: 'Samples',
        help: 'Training samples, mixed up in pairs, that both models answer.',
      },
      {
        key: 'representation',
        label: 'Outputs',
        titles: { softmax: 'softmax', logits: 'logits' },
        help: 'Which outputs are compared.',
      },
    ],
  },
  {
    name: 'weight-distance',
    title: 'Weight distance',
    help: 'Euclidean distance between the weights of two seeds. Needs two seeds.',
    fields: [],
  },
  {
    name: 'mode-connectivity',
    title: 'Mode connectivity',
    help: 'Trains a curve between two seeds and looks for a barrier on it. Decides poorly or well connected. Needs two seeds.',
    fields: [
      {
        key: 'epochs',
        label: 'Epochs',
        help: 'Passes over the training samples while the curve is trained. The most expensive setting here.',
      },
      {
        key: 'pairs',
        label: 'Pairs',
        titles: { ring: 'ring', first: 'first two' },
        help: 'Which seeds are joined: each with the next in a ring, which gives a spread, or the first two only, which is cheaper.',
      },
      {
        key: 'learningRate',
        label: 'Learning rate',
        help: 'Step size for the curve’s bend.',
      },
      {
        key: 'momentum',
        label: 'Momentum',
        help: 'Momentum for the curve’s bend.',
      },
      {
        key: 'batchSize',
        label: 'Batch size',
        help: 'Samples per step for the curve’s bend.',
      },
      {
        key: 'weightDecay',
        label: 'Weight decay',
        help: 'Pull of the points on the curve towards 0.',
      },
      {
        key: 'points',
        label: 'Points',
        help: 'Places on the curve where error and loss are measured.',
      },
    ],
  },
];

export interface MetricForm extends MetricFormText {
  readonly fields: readonly MetricField[];
}

/** Every metric with its settings: limits and defaults are the schema's. */
export const metricForms: readonly MetricForm[] = metricTexts.map((form) => ({
  ...form,
  fields: form.fields.flatMap((text) => {
    const setting = findMetricSetting(form.name, text.key);
    if (setting === null) return [];
    const { rule, fallback } = setting;
    const help = `${text.help}\n${rangeText(rule, fallback)}`.trimEnd();
    return [{ ...text, help, entry: entryOf(rule, text.titles ?? {}), fallback }];
  }),
}));
