/** What the rules need to know of a data set; the samples themselves live in the main process. */
import { z } from 'zod';
import { generatedSpecOf, isGeneratorName, type DatasetSpec } from './dataset-spec';
import { generatedFacts, listedGenerators } from './generated-datasets';

/**
 * One sample: a row of features, an image (channels last in the row), a sequence of one-hot tokens, or a point of a problem with what
 * belongs to it.
 */
export const sampleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('features') }),
  z.object({
    kind: z.literal('image'),
    height: z.number(),
    width: z.number(),
    channels: z.number(),
  }),
  z.object({ kind: z.literal('tokens'), length: z.number(), vocabulary: z.number() }),
  z.object({ kind: z.literal('points'), coordinates: z.number() }),
]);
export type SampleKind = Readonly<z.output<typeof sampleSchema>>;

/** What a sample is, in words: `images 8 x 8 x 1`. */
export function describeSample(sample: SampleKind, inputs: number): string {
  switch (sample.kind) {
    case 'features':
      return `${inputs} features`;
    case 'image':
      return `images ${sample.height} × ${sample.width} × ${sample.channels}`;
    case 'tokens':
      return `sequences of ${sample.length} tokens out of ${sample.vocabulary}`;
    case 'points':
      return sample.coordinates === 1 ? 'points on a line' : 'points in a plane';
    default:
      return sample satisfies never;
  }
}

export interface DatasetFacts {
  readonly name: string;
  readonly title: string;
  readonly trainCount: number;
  readonly testCount: number;
  /** Numbers of one sample. */
  readonly inputs: number;
  readonly sample: SampleKind;
  /** Outputs of a network: 1, the solution, for a problem. */
  readonly classes: number;
  readonly attribution: string;
}

/** What a network tells of a sample, in words: `10 classes`. */
export function describeOutputs({
  sample,
  classes,
}: Pick<DatasetFacts, 'sample' | 'classes'>): string {
  return sample.kind === 'points' ? 'a solution to find' : `${classes} classes`;
}

/** The data sets that ship with the app: the digits, and the generated ones with their default settings. */
export const builtInDatasets: readonly DatasetFacts[] = [
  {
    name: 'digits',
    title: 'Digits, 8x8',
    trainCount: 1437,
    testCount: 360,
    inputs: 64,
    sample: { kind: 'image', height: 8, width: 8, channels: 1 },
    classes: 10,
    attribution: 'Alpaydin and Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0',
  },
  ...listedGenerators,
];

/**
 * The facts of the data set that a spec's settings name: those of a generated one follow from its settings.
 *
 * @param datasets - the data sets that exist, built in and registered
 * @returns undefined for a name that does not exist and for settings that are not valid. Never throws.
 */
export function factsOf(
  settings: DatasetSpec,
  datasets: readonly DatasetFacts[] = builtInDatasets,
): DatasetFacts | undefined {
  if (!isGeneratorName(settings.name)) return datasets.find((d) => d.name === settings.name);
  const spec = generatedSpecOf(settings);
  return spec ? generatedFacts(spec) : undefined;
}

/** Whether a data set has this name. */
export function isKnownDataset(
  { name }: Pick<DatasetSpec, 'name'>,
  datasets: readonly DatasetFacts[],
): boolean {
  return isGeneratorName(name) || datasets.some((d) => d.name === name);
}

/** Training samples left after taking a fraction: rounded, at least one. */
export function fractionCount(trainCount: number, fraction: number): number {
  return Math.max(1, Math.round(trainCount * fraction));
}

/**
 * The order in which measurements take training samples: `file` is the data set's own; `shuffled` that of the data
 * fractions, so that cells with different fractions are measured on the same samples.
 */
export type SampleOrder = 'file' | 'shuffled';
