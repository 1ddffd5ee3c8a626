/** Schemas of what the workbench shows of data sets. */
import { z } from 'zod';
import type { SamplePreview } from '../domain/dataset-files';
import { sampleSchema, type DatasetFacts } from '../domain/datasets';

const count = z.number().int().min(0);
const counts = z.array(count).readonly();
const classNames = z.array(z.string()).readonly().nullable();

export const datasetFactsSchema = z.object({
  name: z.string(),
  title: z.string(),
  trainCount: count,
  testCount: count,
  inputs: count,
  sample: sampleSchema,
  classes: count,
  attribution: z.string(),
}) satisfies z.ZodType<DatasetFacts>;

const samplePreviewSchema = z.object({
  label: count,
  values: z.array(z.number()).readonly(),
}) satisfies z.ZodType<SamplePreview>;

export const datasetPreviewSchema = z.object({
  facts: datasetFactsSchema,
  digest: z.string(),
  classNames,
  registered: z
    .object({
      kind: z.string(),
      normalisation: z.string(),
      sources: z.array(z.object({ file: z.string(), sha256: z.string() })).readonly(),
    })
    .nullable(),
  trainCounts: counts.nullable(),
  testCounts: counts.nullable(),
  samples: z.array(samplePreviewSchema).readonly(),
});

export const placeSchema = z.object({
  /** Name of the folder that imports start from. */
  root: z.string(),
  entries: z
    .array(z.object({ name: z.string(), kind: z.enum(['folder', 'file']), sizeBytes: count }))
    .readonly(),
  /** There are more entries than listed. */
  isCut: z.boolean(),
});

/** What an import would make. */
export const importSummarySchema = z.object({
  kind: z.string(),
  inputs: count,
  sample: sampleSchema,
  classes: count,
  classNames,
  trainCounts: counts,
  testCounts: counts,
  samples: z.array(samplePreviewSchema).readonly(),
});
