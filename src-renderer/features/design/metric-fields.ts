/** The settings of each metric in the form. */
import type { MetricName } from '#shared/domain/spec';
import type { FieldEntry } from './fields';

export interface MetricField {
  readonly key: string;
  readonly label: string;
  readonly entry: Extract<FieldEntry, { kind: 'number' | 'whole' | 'choice' }>;
  readonly fallback: number | string;
  readonly help: string;
}

export interface MetricForm {
  readonly name: MetricName;
  readonly title: string;
  readonly help: string;
  readonly fields: readonly MetricField[];
}

export const metricForms: readonly MetricForm[] = [
  {
    name: 'hessian',
    title: 'Hessian',
    help: 'Top and bottom eigenvalue and trace of the second derivative of the training loss: how sharp the minimum is.',
    fields: [
      {
        key: 'samples',
        label: 'Samples',
        entry: { kind: 'whole', least: 1 },
        fallback: 512,
        help: 'Training samples that the loss is averaged over, the same for every cell.',
      },
      {
        key: 'method',
        label: 'Method',
        entry: {
          kind: 'choice',
          choices: [
            { value: 'lanczos', title: 'Lanczos' },
            { value: 'power', title: 'power iteration' },
          ],
        },
        fallback: 'lanczos',
        help: 'Lanczos finds both ends of the spectrum with a residual; power iteration finds the largest magnitude.',
      },
      {
        key: 'probes',
        label: 'Probes',
        entry: { kind: 'whole', least: 2 },
        fallback: 100,
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
        entry: { kind: 'whole', least: 2 },
        fallback: 640,
        help: 'Training samples, mixed up in pairs, that both models answer.',
      },
      {
        key: 'representation',
        label: 'Outputs',
        entry: {
          kind: 'choice',
          choices: [
            { value: 'softmax', title: 'softmax' },
            { value: 'logits', title: 'logits' },
          ],
        },
        fallback: 'softmax',
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
        entry: { kind: 'whole', least: 1 },
        fallback: 50,
        help: 'Passes over the training samples while the curve is trained. The most expensive setting here.',
      },
      {
        key: 'pairs',
        label: 'Pairs',
        entry: {
          kind: 'choice',
          choices: [
            { value: 'ring', title: 'ring over seeds' },
            { value: 'first', title: 'first two seeds' },
          ],
        },
        fallback: 'ring',
        help: 'Which seeds are joined. A ring gives a spread; the first two are cheaper.',
      },
      {
        key: 'learningRate',
        label: 'Learning rate',
        entry: { kind: 'number', least: 0 },
        fallback: 0.01,
        help: 'Step size for the curve’s bend.',
      },
      {
        key: 'momentum',
        label: 'Momentum',
        entry: { kind: 'number', least: 0, most: 1 },
        fallback: 0.9,
        help: 'Momentum for the curve’s bend.',
      },
      {
        key: 'batchSize',
        label: 'Batch size',
        entry: { kind: 'whole', least: 1 },
        fallback: 128,
        help: 'Samples per step for the curve’s bend.',
      },
      {
        key: 'weightDecay',
        label: 'Weight decay',
        entry: { kind: 'number', least: 0 },
        fallback: 0.0005,
        help: 'Pull of the points on the curve towards 0.',
      },
      {
        key: 'points',
        label: 'Points',
        entry: { kind: 'whole', least: 3 },
        fallback: 11,
        help: 'Places on the curve where error and loss are measured.',
      },
    ],
  },
];
