/**
 * The experiment spec: its schema, defaults and types. The UI designer, the CLI and the planner all use this one schema.
 * Rules between fields are in `check-spec.ts`.
 */
import { z } from 'zod';
import { mostAxes, mostAxisValues, mostMetrics, mostSeeds, mostTrajectoryPoints } from './limits';
import { datasetSchema } from './dataset-spec';
import { importedWeightsSchema } from './imported-weights';
import type { MetricSettingsSchema } from './metric-definition';
import { metricDefinitions, type MetricSpec } from './metric-registry';
import { wholeFrom } from './metric-settings';
import { modelSchema } from './model-spec';
import { optimizerSchema } from './optimizer-spec';

/** Seeds key the random streams: unsigned 32-bit. */
const seed = wholeFrom(0, 0xffffffff);

const patience = wholeFrom(1, 100000);
export const stopSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('none') }),
  z.strictObject({ name: z.literal('zero-training-error') }),
  z.strictObject({ name: z.literal('train-loss'), below: z.number().min(-1e6).max(1e6) }),
  z.strictObject({
    name: z.literal('loss-plateau'),
    patience: patience.default(5),
    tolerance: z.number().min(0).lt(1).default(1e-3),
  }),
  z.strictObject({ name: z.literal('early-stop'), patience: patience.default(5) }),
]);

/** When a training's state is written, to go on from it after an interruption: it changes no number. */
export const checkpointsSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('automatic') }),
  z.strictObject({ name: z.literal('epochs'), every: wholeFrom(1, 100000).default(1) }),
  z.strictObject({ name: z.literal('off') }),
]);

/** Weights along the training that are kept. */
export const trajectorySchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('off') }),
  z.strictObject({ name: z.literal('epochs'), every: wholeFrom(1, 100000).default(1) }),
  z.strictObject({ name: z.literal('steps'), every: wholeFrom(1, 1_000_000_000).default(100) }),
  z.strictObject({
    name: z.literal('list'),
    epochs: z.array(wholeFrom(0, 100000)).min(1).max(mostTrajectoryPoints).default([1]),
  }),
]);

export const trainingSchema = z.strictObject({
  epochs: wholeFrom(1, 100000),
  batchSize: wholeFrom(1, 10_000_000),
  dropLast: z.boolean().default(true),
  compressibility: z.number().min(0).max(1e6).default(0),
  stop: stopSchema.default({ name: 'none' }),
  weights: z.enum(['final', 'best-train-loss', 'early-stop']).default('final'),
  checkpoints: checkpointsSchema.default({ name: 'automatic' }),
  trajectory: trajectorySchema.default({ name: 'off' }),
});

export const scalarSchema = z.union([z.number(), z.string(), z.boolean()]);
export const axisSchema = z.strictObject({
  path: z.string().min(1),
  role: z.enum(['load', 'temperature', 'none']),
  values: z.array(scalarSchema).min(1).max(mostAxisValues),
});

/** One schema a metric, told apart by its name. */
export const metricSchema = z.discriminatedUnion(
  'name',
  metricDefinitions.map(({ settings }) => settings) as [MetricSettingsSchema],
) as unknown as z.ZodType<MetricSpec, MetricSpec>;

export const specSchema = z.strictObject({
  specVersion: z.literal(1),
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/,
      'must be 1 to 100 letters, digits, spaces, dots, dashes or underscores',
    ),
  dataset: datasetSchema,
  model: modelSchema,
  optimizer: optimizerSchema,
  training: trainingSchema,
  axes: z.array(axisSchema).max(mostAxes),
  seeds: z.array(seed).min(1).max(mostSeeds),
  metrics: z.array(metricSchema).max(mostMetrics).default([]),
  /** Weights that were trained elsewhere, in place of a training: `optimizer` and `training` are then left out. */
  imported: importedWeightsSchema.optional(),
});

/** A complete, checked experiment spec (defaults filled in). */
export type ExperimentSpec = z.output<typeof specSchema>;
/** A spec as a user writes it (defaults may be left out). */
export type ExperimentSpecInput = z.input<typeof specSchema>;
export type Axis = z.output<typeof axisSchema>;
export type AxisRole = Axis['role'];
export type Scalar = z.output<typeof scalarSchema>;
export type TrainingSpec = z.output<typeof trainingSchema>;
