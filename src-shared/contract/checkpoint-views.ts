/** Schemas of the import of weights that were trained elsewhere. */
import { z } from 'zod';
import { weightLayouts } from '../domain/imported-weights';

const count = z.number().int().min(0);
const shape = z.array(count);
const named = z.object({ name: z.string(), shape });
const problem = z.object({
  path: z.string(),
  rule: z.string(),
  got: z.string(),
  fix: z.string(),
});

/** What is said of the files. */
export const checkpointChoiceSchema = z.strictObject({
  /** As in a spec; it may still be wrong. Null: not said yet. */
  model: z.unknown(),
  dataset: z.string().max(200),
  layout: z.enum(weightLayouts),
  /** Keys that lead to the weights; null: those that fit. */
  container: z.string().max(1000).nullable(),
  /** Parameter to tensor, over every rule. */
  map: z.record(z.string().max(1000), z.string().max(1000)),
});
export type CheckpointChoice = z.output<typeof checkpointChoiceSchema>;

/** How a file fits the model. */
export const checkpointFitSchema = z.object({
  file: z.string(),
  sizeBytes: count,
  sha256: z.string(),
  format: z.string(),
  /** Every set of weights in it. */
  containers: z.array(z.string()),
  /** The one that is taken, with all its tensors. */
  container: z.string(),
  tensors: z.array(named.extend({ type: z.string() })),
  prefix: z.string(),
  /** Every parameter and statistic of the model; without a tensor where none fits. */
  parameters: z.array(
    named.extend({
      tensor: z.string().nullable(),
      rule: z.enum(['map', 'name', 'spelling', 'shape', 'order']).nullable(),
      /** The shape of a tensor that does not fit. */
      got: shape.nullable(),
    }),
  ),
  unused: z.array(z.string()),
});
export type CheckpointFitView = z.output<typeof checkpointFitSchema>;

export const checkpointInspectionSchema = z.object({
  files: z.array(checkpointFitSchema),
  /** A model that the shapes of the first file suggest for the data set; null where they suggest none. */
  proposal: z.unknown().nullable(),
  /** What stands against the import; empty where it can be made. */
  problems: z.array(problem),
});
export type CheckpointInspection = z.output<typeof checkpointInspectionSchema>;
