/** The part of a spec that says where weights come from which were trained elsewhere: it takes the place of the training. */
import { z } from 'zod';
import { mostSeeds } from './limits';
import { wholeFrom } from './metric-settings';

export const weightLayouts = ['pytorch', 'keras'] as const;
export type WeightLayout = (typeof weightLayouts)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');

/** One file, which is one run. */
export const importedFileSchema = z.strictObject({
  seed: wholeFrom(0, 0xffffffff),
  /** Without its folder. */
  file: z.string().min(1).max(1000),
  sha256,
  sizeBytes: wholeFrom(0, Number.MAX_SAFE_INTEGER),
  format: z.enum(['torch', 'safetensors', 'npz', 'onnx']),
  /** Keys that led to the weights in the file, joined by dots; empty for the whole of it. */
  container: z.string().max(1000),
  /** Types of the numbers in the file; all were made float32. */
  types: z.array(z.string().max(20)).max(20),
  /** For each parameter and statistic of the model the tensor that it was taken from. */
  tensors: z.record(z.string(), z.string()),
  /** SHA-256 of the artifact that holds the weights in this project. */
  weights: sha256,
});

export const importedWeightsSchema = z.strictObject({
  layout: z.enum(weightLayouts).default('pytorch'),
  files: z.array(importedFileSchema).min(1).max(mostSeeds),
});
export type ImportedWeights = z.output<typeof importedWeightsSchema>;
export type ImportedFile = z.output<typeof importedFileSchema>;

/**
 * What stands for the training of weights that were trained elsewhere, in every place that must have one: it is never run, and told
 * nowhere. Batches of two are allowed by every rule.
 */
export const untrained = {
  optimizer: { name: 'sgd', learningRate: 1 },
  training: { epochs: 1, batchSize: 2 },
} as const;
