/** Schemas of what the workbench shows of tables that are imported. */
import { z } from 'zod';
import type { CountChoice, TableChoice, TableSource } from '../domain/imported/imported-table';
import { experimentSummarySchema, specProblemSchema, thresholdsSchema } from './views';

const count = z.number().int().min(0);
const conversion = z.strictObject({ kind: z.enum(['divide', 'multiply']), by: z.number() });
const countChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), n: z.number() }),
  z.strictObject({ kind: z.literal('column'), column: z.string() }),
]) satisfies z.ZodType<CountChoice>;

export const tableChoiceSchema = z.strictObject({
  load: z.string(),
  temperature: z.string(),
  metrics: z
    .array(
      z.strictObject({
        name: z.string(),
        column: z.string(),
        conversion: conversion.exactOptional(),
        sdColumn: z.string().exactOptional(),
        sdConversion: conversion.exactOptional(),
        n: countChoice.exactOptional(),
      }),
    )
    .readonly(),
  n: countChoice.exactOptional(),
}) satisfies z.ZodType<TableChoice>;

export const tableSourceSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  sizeBytes: count,
  rows: count,
  importedAt: z.string(),
  choice: tableChoiceSchema,
}) satisfies z.ZodType<TableSource>;

/** A look at a table, and what an import of it with a choice of columns would make. */
export const tableInspectionSchema = z.object({
  file: z.string(),
  sizeBytes: count,
  rowCount: count,
  columns: z.array(z.string()).readonly(),
  /** The first rows, as they are written. */
  rows: z.array(z.array(z.string()).readonly()).readonly(),
  /** What the names of the columns say. */
  suggestion: tableChoiceSchema,
  /** Null where nothing was chosen yet. */
  check: z
    .discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), cells: count, loads: count, temperatures: count }),
      z.object({ ok: z.literal(false), problems: z.array(specProblemSchema).readonly() }),
    ])
    .nullable(),
});

/** An experiment that was imported: where its numbers come from, in the place of a spec. */
export const importedViewSchema = z.object({
  summary: experimentSummarySchema,
  table: tableSourceSchema,
  thresholds: thresholdsSchema,
});
export type ImportedView = z.output<typeof importedViewSchema>;
