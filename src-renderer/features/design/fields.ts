/** The form's fields: which setting of the spec each edits, how it is entered and what it means. */
import type { AxisRole } from '#shared/domain/spec';
import { generatorFields } from './dataset-fields';

export type FieldEntry =
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'whole'; readonly least?: number }
  | { readonly kind: 'choice'; readonly choices: readonly { value: string; title: string }[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'dataset' }
  | { readonly kind: 'schedule' };

export interface Field {
  readonly path: string;
  readonly label: string;
  readonly entry: FieldEntry;
  readonly help: string;
  /** Role proposed when the field becomes an axis. */
  readonly role: AxisRole;
  /** Values proposed when it becomes an axis. */
  readonly axisValues?: readonly (number | string | boolean)[];
  /** Only shown for these data sets. */
  readonly datasets?: readonly string[];
  /** Only shown for this schedule. */
  readonly schedule?: string;
}

export interface FieldSection {
  readonly title: string;
  readonly fields: readonly Field[];
}

const choice = (pairs: readonly (readonly [string, string])[]): FieldEntry => ({
  kind: 'choice',
  choices: pairs.map(([value, title]) => ({ value, title })),
});

export const fieldSections: readonly FieldSection[] = [
  {
    title: 'Data',
    fields: [
      {
        path: 'dataset.name',
        label: 'Data set',
        entry: { kind: 'dataset' },
        help: 'The samples that every model is trained and tested on.',
        role: 'none',
      },
      ...generatorFields,
      {
        path: 'dataset.fraction',
        label: 'Fraction',
        entry: { kind: 'number', least: 0, most: 1 },
        help: 'Share of the training samples that is used, above 0 and at most 1: the first ones after a fixed shuffle.',
        role: 'load',
        axisValues: [0.1, 0.25, 0.5, 1],
      },
      {
        path: 'dataset.labelNoise',
        label: 'Label noise',
        entry: { kind: 'number', least: 0, most: 1 },
        help: 'Probability, 0 to 1, that a training label is replaced by a random class. All seeds share the same noisy labels.',
        role: 'load',
        axisValues: [0, 0.1, 0.2, 0.4],
      },
      {
        path: 'dataset.pixelNoise',
        label: 'Pixel noise',
        entry: { kind: 'number', least: 0 },
        help: 'Standard deviation of normal noise that is added to the training inputs, in their units; test inputs keep theirs.',
        role: 'load',
        axisValues: [0, 0.1, 0.2, 0.4],
      },
      {
        path: 'dataset.noiseSeed',
        label: 'Noise seed',
        entry: { kind: 'whole', least: 0 },
        help: 'Seed of the shuffle and of the noise in labels and inputs.',
        role: 'none',
      },
    ],
  },
  {
    title: 'Model',
    fields: [
      {
        path: 'model.family',
        label: 'Family',
        entry: choice([['mlp', 'MLP']]),
        help: 'Multilayer perceptron: inputs, hidden layers of equal width, one output per class.',
        role: 'none',
      },
      {
        path: 'model.width',
        label: 'Width',
        entry: { kind: 'whole', least: 1 },
        help: 'Units in each hidden layer. The usual load: more width, more parameters for the same data.',
        role: 'load',
        axisValues: [4, 8, 16, 32, 64],
      },
      {
        path: 'model.depth',
        label: 'Depth',
        entry: { kind: 'whole', least: 1 },
        help: 'Number of hidden layers.',
        role: 'load',
        axisValues: [1, 2, 3, 4],
      },
      {
        path: 'model.activation',
        label: 'Activation',
        entry: choice([
          ['relu', 'ReLU'],
          ['tanh', 'tanh'],
        ]),
        help: 'The nonlinearity after each hidden layer.',
        role: 'none',
        axisValues: ['relu', 'tanh'],
      },
      {
        path: 'model.initialisation',
        label: 'Initialisation',
        entry: choice([
          ['fan-in-uniform', 'fan-in uniform'],
          ['he', 'He'],
          ['xavier', 'Xavier'],
        ]),
        help: 'How the weights start. Fan-in uniform, ±1/√fan-in, is what PyTorch’s layers do, so that results compare.',
        role: 'none',
        axisValues: ['fan-in-uniform', 'he', 'xavier'],
      },
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      {
        path: 'optimizer.name',
        label: 'Method',
        entry: choice([['sgd', 'SGD']]),
        help: 'Stochastic gradient descent with PyTorch’s rules for momentum and weight decay.',
        role: 'none',
      },
      {
        path: 'optimizer.learningRate',
        label: 'Learning rate',
        entry: { kind: 'number', least: 0 },
        help: 'Step size. A larger one is hotter: more noise from step to step.',
        role: 'temperature',
        axisValues: [0.0125, 0.025, 0.05, 0.1, 0.2],
      },
      {
        path: 'optimizer.momentum',
        label: 'Momentum',
        entry: { kind: 'number', least: 0, most: 1 },
        help: 'Share of the last step that is kept, at least 0 and below 1.',
        role: 'temperature',
        axisValues: [0, 0.5, 0.9],
      },
      {
        path: 'optimizer.nesterov',
        label: 'Nesterov',
        entry: { kind: 'switch' },
        help: 'Looks ahead along the momentum before the gradient is taken. Needs momentum above 0.',
        role: 'none',
        axisValues: [false, true],
      },
      {
        path: 'optimizer.weightDecay',
        label: 'Weight decay',
        entry: { kind: 'number', least: 0 },
        help: 'Pull of every weight towards 0, added to the gradient. The reported losses leave it out.',
        role: 'temperature',
        axisValues: [0, 0.0001, 0.0005, 0.001],
      },
      {
        path: 'optimizer.schedule',
        label: 'Schedule',
        entry: { kind: 'schedule' },
        help: 'How the learning rate changes over the epochs.',
        role: 'none',
      },
      {
        path: 'optimizer.schedule.every',
        label: 'Every',
        entry: { kind: 'whole', least: 1 },
        help: 'Epochs between two steps of the learning rate.',
        role: 'none',
        schedule: 'step',
      },
      {
        path: 'optimizer.schedule.factor',
        label: 'Factor',
        entry: { kind: 'number', least: 0, most: 1 },
        help: 'What the learning rate is multiplied with at each step.',
        role: 'none',
        schedule: 'step',
      },
      {
        path: 'optimizer.schedule.finalFactor',
        label: 'Final factor',
        entry: { kind: 'number', least: 0, most: 1 },
        help: 'Share of the learning rate that is left at the end.',
        role: 'none',
        schedule: 'cosine linear',
      },
    ],
  },
  {
    title: 'Training',
    fields: [
      {
        path: 'training.epochs',
        label: 'Epochs',
        entry: { kind: 'whole', least: 1 },
        help: 'Passes over the training samples.',
        role: 'none',
        axisValues: [5, 10, 20, 40],
      },
      {
        path: 'training.batchSize',
        label: 'Batch size',
        entry: { kind: 'whole', least: 1 },
        help: 'Samples per step. The usual temperature: a small batch is hot and is drawn at the top.',
        role: 'temperature',
        axisValues: [8, 16, 32, 64, 128],
      },
      {
        path: 'training.dropLast',
        label: 'Drop last',
        entry: { kind: 'switch' },
        help: 'Leaves out the last, incomplete batch of each epoch.',
        role: 'none',
        axisValues: [false, true],
      },
    ],
  },
];

export const allFields: readonly Field[] = fieldSections.flatMap((section) => section.fields);

/** The field of a path; undefined for a setting that the form does not show. */
export function findField(path: string): Field | undefined {
  return allFields.find((field) => field.path === path);
}

/** Whether a field can become an axis: a single value that is not the kind of something. */
export function canBecomeAxis(field: Field): boolean {
  return field.axisValues !== undefined;
}
