/**
 * The data part of a spec: what every data set has, and one schema per generated data set with its parameters.
 * Data sets that are files (built in or registered) have the common part only.
 */
import { z } from 'zod';
import { problemSchemas } from './problem-spec';
import { openKinds } from './salvage';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
/** Seeds key the random streams: unsigned 32-bit. */
const seed = whole(0, 0xffffffff);
const share = z.number().min(0).max(1);
const count = whole(1, 10_000_000);

/** What can be done with the samples of every data set. */
const common = {
  fraction: z.number().gt(0).max(1).default(1),
  labelNoise: share.default(0),
  /** Standard deviation of what is added to the training inputs, in their units after normalisation. */
  pixelNoise: z.number().min(0).max(1000).default(0),
  noiseSeed: seed.default(12345),
};

/** A data set that is a file: built in or registered under this name. */
const namedSchema = z.strictObject({ name: z.string().min(1), ...common });

/** Every generated data set's schema, by its name; problems are among them. */
export const generatorSchemas = {
  'two-spirals': z.strictObject({
    name: z.literal('two-spirals'),
    ...common,
    trainCount: count.default(1000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    turns: z.number().gt(0).max(20).default(1.75),
    noise: z.number().min(0).max(10).default(0.03),
  }),
  'gaussian-mixture': z.strictObject({
    name: z.literal('gaussian-mixture'),
    ...common,
    trainCount: count.default(2000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    classCount: whole(2, 1000).default(10),
    dimensions: whole(1, 10000).default(20),
    separation: z.number().min(0).max(1000).default(3),
  }),
  'teacher-student': z.strictObject({
    name: z.literal('teacher-student'),
    ...common,
    trainCount: count.default(2000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    classCount: whole(2, 1000).default(2),
    dimensions: whole(1, 10000).default(20),
    teacherWidth: whole(1, 4096).default(8),
    teacherDepth: whole(1, 16).default(1),
  }),
  'modular-addition': z.strictObject({
    name: z.literal('modular-addition'),
    ...common,
    dataSeed: seed.default(0),
    modulus: whole(2, 1000).default(31),
    trainShare: z.number().gt(0).lt(1).default(0.5),
  }),
  parity: z.strictObject({
    name: z.literal('parity'),
    ...common,
    trainCount: count.default(2000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    bits: whole(1, 1000).default(20),
    relevantBits: whole(1, 1000).default(3),
  }),
  'token-copying': z.strictObject({
    name: z.literal('token-copying'),
    ...common,
    trainCount: count.default(2000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    length: whole(3, 1024).default(12),
    vocabulary: whole(2, 1024).default(12),
  }),
  'glyph-digits': z.strictObject({
    name: z.literal('glyph-digits'),
    ...common,
    trainCount: count.default(5000),
    testCount: count.default(1000),
    dataSeed: seed.default(0),
    rotation: z.number().min(0).max(180).default(12),
    shear: z.number().min(0).max(1).default(0.25),
    scale: z.number().min(0).max(0.5).default(0.15),
    shift: z.number().min(0).max(14).default(2),
    thickness: z.number().gt(0).max(10).default(2.4),
    wobble: z.number().min(0).max(0.5).default(0.04),
    noise: z.number().min(0).max(10).default(0.05),
  }),
  ...problemSchemas,
} as const;

export type GeneratorName = keyof typeof generatorSchemas;
export const generatorNames = Object.keys(generatorSchemas) as [GeneratorName, ...GeneratorName[]];

export type NamedDatasetSpec = z.output<typeof namedSchema>;
export type GeneratedDatasetSpec = z.output<(typeof generatorSchemas)[GeneratorName]>;
export type GeneratedDatasetSpecOf<N extends GeneratorName> = Extract<
  GeneratedDatasetSpec,
  { name: N }
>;
export type DatasetSpec = NamedDatasetSpec | GeneratedDatasetSpec;
/** As a user writes it: defaults may be left out. */
type DatasetSpecInput =
  z.input<typeof namedSchema> | z.input<(typeof generatorSchemas)[GeneratorName]>;

export function isGeneratorName(name: unknown): name is GeneratorName {
  return typeof name === 'string' && Object.hasOwn(generatorSchemas, name);
}

/** The schema that a data section with this name has. */
function datasetSchemaOf(
  name: unknown,
): typeof namedSchema | (typeof generatorSchemas)[GeneratorName] {
  return isGeneratorName(name) ? generatorSchemas[name] : namedSchema;
}

/** The name in a data section; undefined where there is none. */
function datasetNameIn(section: unknown): unknown {
  return typeof section === 'object' && section !== null
    ? (section as { readonly name?: unknown }).name
    : undefined;
}

/** The data section: the schema of the generated data set that it names, else that of a file. Issues keep their places. */
export const datasetSchema = z
  .custom<DatasetSpecInput>(() => true)
  .transform((section, context): DatasetSpec => {
    const result = datasetSchemaOf(datasetNameIn(section)).safeParse(section);
    if (result.success) return result.data;
    context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });

openKinds.set(datasetSchema, { key: 'name', names: generatorNames, schemaOf: datasetSchemaOf });

/**
 * A generated data set's settings with the defaults of those left out: an axis of data sets puts in names alone.
 * @returns null for a data set that is a file, and for settings that are not valid
 */
export function generatedSpecOf(spec: DatasetSpec): GeneratedDatasetSpec | null {
  if (!isGeneratorName(spec.name)) return null;
  return generatorSchemas[spec.name].safeParse(spec).data ?? null;
}

/** The default settings of a generated data set. */
export function defaultGeneratedSpec(name: GeneratorName): GeneratedDatasetSpec {
  return generatorSchemas[name].parse({ name });
}
