/** Schemas of the table of runs: what is asked of it, and what it answers. */
import { z } from 'zod';
import { mostNoteLetters, mostRuns, mostTagLetters } from '../domain/limits';
import { taskStates } from '../domain/results';
import { runFieldTypes, runRelations, type RunCondition } from '../domain/run-conditions';
import { scalarSchema } from '../domain/spec';

const count = z.number().int().min(0);
const nullableNumber = z.number().nullable();
const fieldName = z.string().min(1).max(200);

export const runConditionSchema = z.strictObject({
  field: fieldName,
  relation: z.enum(runRelations),
  values: z.array(scalarSchema).max(200).readonly(),
}) satisfies z.ZodType<RunCondition>;

/** Which runs: all of an experiment that meet every condition. */
const chosenRuns = {
  experimentId: z.string(),
  filter: z.array(runConditionSchema).max(40).readonly(),
  /** Runs that were archived: left out, shown among the others, or alone. */
  archived: z.enum(['hidden', 'shown', 'only']),
};
export const runChoiceSchema = z.strictObject(chosenRuns);
export type RunChoice = z.output<typeof runChoiceSchema>;

const sort = z
  .array(z.strictObject({ by: fieldName, descending: z.boolean() }))
  .max(8)
  .readonly();
export type RunSort = z.output<typeof sort>;
const columns = z.array(fieldName).max(300).readonly();

/** In the order of `sort`, then of the plan; values that are missing come last either way. */
export const orderedRunsSchema = z.strictObject({ ...chosenRuns, sort });
export const runPageRequestSchema = z.strictObject({
  ...chosenRuns,
  sort,
  columns,
  offset: count,
  limit: z.number().int().min(1).max(1000),
});
export const runGroupsRequestSchema = z.strictObject({
  ...chosenRuns,
  columns,
  /** A setting, or `state`, `engine`, `seed`, `cell`. */
  by: fieldName,
});

const runKey = z.tuple([count, count]).readonly();
/** Cell and seed of a run. */
export type RunKey = z.output<typeof runKey>;
export const runKeysSchema = z.array(runKey).max(mostRuns);

const tag = z.string().trim().min(1).max(mostTagLetters);
export const runMarkRequestSchema = z.strictObject({
  experimentId: z.string(),
  runs: runKeysSchema.min(1),
  change: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('add-tag'), tag }),
    z.strictObject({ kind: z.literal('remove-tag'), tag }),
    /** An empty note takes the note away. */
    z.strictObject({ kind: z.literal('note'), note: z.string().trim().max(mostNoteLetters) }),
    z.strictObject({ kind: z.literal('archive'), archived: z.boolean() }),
  ]),
});
export type RunMark = z.output<typeof runMarkRequestSchema>['change'];

export const runFieldSchema = z.object({
  /** Path of a setting, name of a scalar or fact. */
  name: z.string(),
  title: z.string(),
  unit: z.string(),
  definition: z.string(),
  /** `pair`: a scalar of pairs, as the mean over the pairs that a run is in. */
  kind: z.enum(['setting', 'fact', 'number', 'pair']),
  type: z.enum(runFieldTypes),
  /** What it can be, where that is a short list: in the order of the table. */
  choices: z.array(scalarSchema).exactOptional(),
  /** A setting that is the same in all runs tells them apart no more. */
  varies: z.boolean(),
});
export type RunField = z.output<typeof runFieldSchema>;

export const runTableSchema = z.object({
  fields: z.array(runFieldSchema),
  tags: z.array(z.object({ tag: z.string(), runs: count })),
  runs: count,
  archived: count,
});
export type RunTable = z.output<typeof runTableSchema>;

export const runRowSchema = z.object({
  cell: count,
  seed: count,
  state: z.enum(taskStates),
  archived: z.boolean(),
  note: z.string(),
  tags: z.array(z.string()),
  /** One for each column asked for; null where there is none. */
  values: z.array(scalarSchema.nullable()),
  /** Estimation error of each number, null where exact or absent. */
  errors: z.array(nullableNumber),
  /** Why numbers are missing, by column. */
  reasons: z.record(z.string(), z.string()),
});
export type RunRow = z.output<typeof runRowSchema>;

export const runPageSchema = z.object({ total: count, rows: z.array(runRowSchema) });

const groupNumberSchema = z.object({
  n: count,
  mean: nullableNumber,
  sd: nullableNumber,
  median: nullableNumber,
  min: nullableNumber,
  max: nullableNumber,
});
export type GroupNumber = z.output<typeof groupNumberSchema>;
export const runGroupSchema = z.object({
  value: scalarSchema.nullable(),
  runs: count,
  /** Of each column that holds numbers. */
  numbers: z.record(z.string(), groupNumberSchema),
});
export type RunGroup = z.output<typeof runGroupSchema>;
export const runGroupsSchema = z.object({ total: count, groups: z.array(runGroupSchema) });
