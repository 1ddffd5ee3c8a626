/** The form's fields of the generated data sets: each is shown for the data sets that have its setting. */
import {
  defaultGeneratedSpec,
  generatorNames,
  isGeneratorName,
  type GeneratorName,
} from '#shared/domain/dataset-spec';
import type { Draft } from './draft';
import type { Field } from './fields';

/** The data sets that have a setting. */
function having(setting: string): readonly GeneratorName[] {
  return generatorNames.filter((name) => setting in defaultGeneratedSpec(name));
}

type Described = Omit<Field, 'path' | 'datasets'> & { readonly setting: string };

const described: readonly Described[] = [
  {
    setting: 'trainCount',
    label: 'Training samples',
    entry: { kind: 'whole', least: 1 },
    help: 'How many are generated to train on. The first ones are the same whatever the number.',
    role: 'load',
    axisValues: [250, 500, 1000, 2000],
  },
  {
    setting: 'testCount',
    label: 'Test samples',
    entry: { kind: 'whole', least: 1 },
    help: 'How many are generated to test on.',
    role: 'none',
  },
  {
    setting: 'modulus',
    label: 'Modulus',
    entry: { kind: 'whole', least: 2 },
    help: 'The p of (a + b) mod p: every pair of numbers below it is a sample, so there are p² of them.',
    role: 'load',
    axisValues: [13, 23, 31, 47],
  },
  {
    setting: 'trainShare',
    label: 'Training share',
    entry: { kind: 'number', least: 0, most: 1 },
    help: 'Share of all pairs that trains, above 0 and below 1; the rest tests.',
    role: 'load',
    axisValues: [0.3, 0.4, 0.5, 0.6, 0.7],
  },
  {
    setting: 'classCount',
    label: 'Classes',
    entry: { kind: 'whole', least: 2 },
    help: 'Number of classes.',
    role: 'load',
    axisValues: [2, 5, 10, 20],
  },
  {
    setting: 'dimensions',
    label: 'Dimensions',
    entry: { kind: 'whole', least: 1 },
    help: 'Numbers of one sample.',
    role: 'load',
    axisValues: [5, 10, 20, 50, 100],
  },
  {
    setting: 'separation',
    label: 'Separation',
    entry: { kind: 'number', least: 0 },
    help: 'Distance of each class’s centre from the middle, in standard deviations of its cloud.',
    role: 'load',
    axisValues: [1, 2, 3, 5],
  },
  {
    setting: 'teacherWidth',
    label: 'Teacher width',
    entry: { kind: 'whole', least: 1 },
    help: 'Units in each hidden layer of the random network that labels the samples.',
    role: 'load',
    axisValues: [2, 4, 8, 16],
  },
  {
    setting: 'teacherDepth',
    label: 'Teacher depth',
    entry: { kind: 'whole', least: 1 },
    help: 'Hidden layers of the random network that labels the samples.',
    role: 'load',
    axisValues: [1, 2, 3],
  },
  {
    setting: 'bits',
    label: 'Bits',
    entry: { kind: 'whole', least: 1 },
    help: 'Bits of one sample, as +1 and −1.',
    role: 'load',
    axisValues: [10, 20, 40],
  },
  {
    setting: 'relevantBits',
    label: 'Relevant bits',
    entry: { kind: 'whole', least: 1 },
    help: 'How many of the bits decide the label: their parity.',
    role: 'load',
    axisValues: [1, 2, 3, 4],
  },
  {
    setting: 'length',
    label: 'Length',
    entry: { kind: 'whole', least: 3 },
    help: 'Tokens of one sequence.',
    role: 'load',
    axisValues: [6, 12, 24],
  },
  {
    setting: 'vocabulary',
    label: 'Vocabulary',
    entry: { kind: 'whole', least: 2 },
    help: 'Number of different tokens, and of classes.',
    role: 'load',
    axisValues: [6, 12, 24],
  },
  {
    setting: 'turns',
    label: 'Turns',
    entry: { kind: 'number', least: 0 },
    help: 'Turns of each spiral: more are harder.',
    role: 'load',
    axisValues: [1, 1.5, 2, 3],
  },
  {
    setting: 'rotation',
    label: 'Rotation',
    entry: { kind: 'number', least: 0 },
    help: 'Digits are turned by up to so many degrees to either side.',
    role: 'load',
    axisValues: [0, 15, 30, 60],
  },
  {
    setting: 'shear',
    label: 'Shear',
    entry: { kind: 'number', least: 0, most: 1 },
    help: 'Digits lean by up to this share of their height to either side.',
    role: 'load',
    axisValues: [0, 0.25, 0.5],
  },
  {
    setting: 'scale',
    label: 'Scale',
    entry: { kind: 'number', least: 0, most: 0.5 },
    help: 'Digits are larger or smaller by up to this share, in each direction apart.',
    role: 'load',
    axisValues: [0, 0.15, 0.3],
  },
  {
    setting: 'shift',
    label: 'Shift',
    entry: { kind: 'number', least: 0 },
    help: 'Digits are moved by up to so many pixels in each direction.',
    role: 'load',
    axisValues: [0, 2, 4],
  },
  {
    setting: 'thickness',
    label: 'Thickness',
    entry: { kind: 'number', least: 0 },
    help: 'Width of the pen in pixels, more or less by up to a quarter.',
    role: 'load',
    axisValues: [1, 2, 3],
  },
  {
    setting: 'wobble',
    label: 'Wobble',
    entry: { kind: 'number', least: 0, most: 0.5 },
    help: 'How far the points of a digit move at random, as a share of its height.',
    role: 'load',
    axisValues: [0, 0.04, 0.08],
  },
  {
    setting: 'noise',
    label: 'Noise in samples',
    entry: { kind: 'number', least: 0 },
    help: 'Standard deviation of what is added to the numbers of every sample, test samples too.',
    role: 'load',
    axisValues: [0, 0.05, 0.1, 0.2],
  },
  {
    setting: 'dataSeed',
    label: 'Data seed',
    entry: { kind: 'whole', least: 0 },
    help: 'Seed of the generator: another seed makes other samples of the same kind.',
    role: 'none',
    axisValues: [0, 1, 2],
  },
];

/** The settings of all generated data sets. */
export const generatorFields: readonly Field[] = described.map(({ setting, ...field }) => ({
  ...field,
  path: `dataset.${setting}`,
  datasets: having(setting),
}));

/** What every data set has. */
const common = ['fraction', 'labelNoise', 'pixelNoise', 'noiseSeed'];

/** The data part for another data set: what all have is kept, its own settings are the defaults. */
export function datasetSection(name: string, before: unknown): Draft {
  const kept = Object.entries(typeof before === 'object' && before !== null ? before : {});
  return {
    ...(isGeneratorName(name) ? defaultGeneratedSpec(name) : {}),
    ...Object.fromEntries(kept.filter(([key]) => common.includes(key))),
    name,
  };
}
