/** Schemas of what the workbench shows: every output of a procedure and payload of an event is made of these. */
import { z } from 'zod';
import {
  experimentStates,
  taskStates,
  type CellsResult,
  type PairResult,
  type RunResult,
} from '../domain/results';
import type { Addition } from '../domain/additions';
import type { MetricSpec } from '../domain/metric-registry';
import type { Measurement } from '../domain/measurement';
import { logKinds, type LogEntry } from '../domain/experiment-log';
import { phaseNames, thresholdProblem, type PhaseThresholds } from '../domain/phases';
import type { SpecProblem } from '../domain/check-spec';
import { importedFileSchema } from '../domain/imported-weights';
import { scalarSchema, specSchema } from '../domain/spec';
import { viewNameProblem, type SavedView } from '../domain/saved-view';
import type { TrainingCurve } from '../domain/training-curve';

const nullableNumber = z.number().nullable();
const count = z.number().int().min(0);
const pair = z.tuple([z.number(), z.number()]).readonly();
const axisValues = z.record(z.string(), scalarSchema);

export const thresholdsSchema = z.strictObject({
  flatBy: z.enum(['trainLoss', 'logTrace']),
  trainLoss: z.number(),
  logTrace: z.number(),
  modeConnectivity: z.number(),
  cka: z.number(),
}) satisfies z.ZodType<PhaseThresholds>;

/** Thresholds that a screen gives: each must be able to part cells of some experiment, also those of energies. */
export const newThresholdsSchema = thresholdsSchema.superRefine((thresholds, context) => {
  for (const name of ['trainLoss', 'logTrace', 'modeConnectivity', 'cka'] as const) {
    const message = thresholdProblem(name, thresholds[name], true);
    if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
  }
});

/** A name that a screen gives to a view. */
export const viewNameSchema = z.string().superRefine((name, context) => {
  const message = viewNameProblem(name);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** More than the address of the phase diagram has. */
const mostViewSettings = 60;
/** Settings of a view as its address has them. */
export const viewSettingsSchema = z
  .record(z.string().max(40), z.string().max(4000))
  .refine((settings) => Object.keys(settings).length <= mostViewSettings, {
    error: `must have at most ${mostViewSettings} settings`,
  });

export const savedViewSchema = z.object({
  name: z.string(),
  settings: viewSettingsSchema,
  thresholds: thresholdsSchema,
  savedAt: z.string(),
}) satisfies z.ZodType<SavedView>;

export const experimentStateSchema = z.enum(experimentStates);
export const taskStateSchema = z.enum(taskStates);

export const specProblemSchema = z.object({
  path: z.string(),
  rule: z.string(),
  got: z.string(),
  fix: z.string(),
}) satisfies z.ZodType<SpecProblem>;

export const experimentSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  state: experimentStateSchema,
  /** It is paused because the process that ran it ended before it could say so. */
  interrupted: z.boolean(),
  createdAt: z.string(),
  cells: count,
  runs: z.object({ total: count, done: count, diverged: count, failed: count, running: count }),
  tasks: z.object({ total: count, done: count, failed: count, cancelled: count }),
  /** Name of the file, where its results were imported: it has no runs then. */
  importedFrom: z.string().exactOptional(),
});
export type ExperimentSummary = z.output<typeof experimentSummarySchema>;

/** What a spec would make: shown beside the form before anything runs. */
export const planSummarySchema = z.object({
  cells: count,
  runs: count,
  runsDone: count,
  tasks: count,
  tasksDone: count,
  /** Expected wall time of what is not done. */
  estimatedMs: z.number(),
  /** How sure that is, and where it comes from. */
  estimate: z.object({
    /** Between what the time will lie most likely. */
    lowMs: z.number(),
    highMs: z.number(),
    /** This project's finished tasks on the engine, else `engines --benchmark`, else no measurement of this machine. */
    source: z.enum(['tasks', 'benchmark', 'none']),
    /** Finished tasks that it rests on. */
    tasks: count,
    engine: z.string(),
    workers: count,
    /** Kinds with work to do of which no task was measured. */
    unmeasured: z.array(z.string()),
  }),
  diskBytes: count,
  /** State of each cell in the fixed order: done when all of its runs are. */
  cellsDone: z.array(z.boolean()),
  /** Trainings and each metric: their tasks, and what those that are not done cost. */
  work: z.array(
    z.object({
      /** `train`, or the name of a metric. */
      kind: z.string(),
      tasks: count,
      tasksDone: count,
      /** Evaluations of a gradient, or what costs as much. */
      gradients: z.number(),
      /** The same times the samples of each: what can be added up over kinds. */
      sampleGradients: z.number(),
      estimatedMs: z.number(),
    }),
  ),
});
export type PlanSummary = z.output<typeof planSummarySchema>;

/** `train`, or the name of a metric. */
export const taskKindSchema = z.string();
export type TaskKind = z.output<typeof taskKindSchema>;

export const failureSchema = z.object({
  taskId: z.string(),
  kind: taskKindSchema,
  cell: count,
  seeds: z.array(z.number()),
  state: taskStateSchema,
  message: z.string(),
  attempts: count,
});

export const progressSchema = z.object({
  experimentId: z.string(),
  state: experimentStateSchema,
  /** Tasks by state. */
  tasks: z.record(taskStateSchema, count),
  /** Runs by the state of their training. */
  runs: z.record(taskStateSchema, count),
  workers: count,
  workersBusy: count,
  elapsedMs: count,
  /** Does not jump: drawn slowly to what is expected. */
  etaMs: nullableNumber,
  /** Training steps per second over all workers, averaged over the last seconds; null when nothing trains. */
  stepsPerSecond: nullableNumber,
  /** How far each training is that runs now. */
  trainings: z.array(
    z.object({
      taskId: z.string(),
      cell: count,
      seed: z.number(),
      steps: count,
      totalSteps: count,
    }),
  ),
  cells: z.array(
    z.object({
      index: count,
      /** State of the training of each seed, in the spec's order. */
      runs: z.array(taskStateSchema),
      measured: count,
      toMeasure: count,
      failed: count,
    }),
  ),
  /** The first of them; `tasks.failed` counts all. */
  failures: z.array(failureSchema),
  /** Trainings that were begun and wait: put down, or left by a process that ended. */
  begun: z.array(z.object({ taskId: z.string(), share: z.number() })),
  /** Trainings and each metric, in the order of the plan. */
  kinds: z.array(
    z.object({
      kind: taskKindSchema,
      total: count,
      done: count,
      failed: count,
      running: count,
      /** What its finished tasks took, in time of one worker. */
      spentMs: z.number(),
      /** Expected wall time of the rest, if nothing else ran. */
      leftMs: z.number(),
    }),
  ),
});
export type Progress = z.output<typeof progressSchema>;

export const logEntrySchema = z.object({
  id: count,
  at: z.string(),
  kind: z.enum(logKinds),
  message: z.string(),
  task: z
    .object({ kind: taskKindSchema, cell: count, seeds: z.array(z.number()).readonly() })
    .nullable(),
}) satisfies z.ZodType<LogEntry>;

export const trainingCurveSchema = z.object({
  taskId: z.string(),
  cell: count,
  seed: z.number(),
  epochs: count,
  columns: z.record(z.string(), z.array(nullableNumber).readonly()),
}) satisfies z.ZodType<TrainingCurve>;

export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), seed: z.number() }),
  z.object({ kind: z.literal('pair'), seeds: pair }),
]);

const factsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.array(z.string()).readonly()]),
);

export const measurementSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('scalar'),
    name: z.string(),
    subject: subjectSchema,
    value: nullableNumber,
    reason: z.string().exactOptional(),
    error: nullableNumber,
    errorOver: z.string().exactOptional(),
    samples: z.string(),
  }),
  z.object({
    kind: z.literal('series'),
    name: z.string(),
    subject: subjectSchema,
    columns: z.record(z.string(), z.array(nullableNumber).readonly()),
    samples: z.string(),
    facts: factsSchema.exactOptional(),
  }),
  z.object({
    kind: z.literal('field'),
    name: z.string(),
    subject: subjectSchema,
    x: z.array(z.number()).readonly(),
    y: z.array(z.number()).readonly(),
    values: z.array(nullableNumber).readonly(),
    samples: z.string(),
    facts: factsSchema.exactOptional(),
  }),
]) satisfies z.ZodType<Measurement>;

const cellMetricSchema = z.object({
  mean: nullableNumber,
  sd: nullableNumber,
  se: nullableNumber,
  n: count.nullable(),
  isImported: z.literal(true).exactOptional(),
  over: z.enum(['seeds', 'pairs']),
  lowerQuartile: nullableNumber,
  median: nullableNumber,
  upperQuartile: nullableNumber,
  missing: z
    .object({ count, of: count, awaited: count, reasons: z.array(z.string()).readonly() })
    .exactOptional(),
});

export const cellsResultSchema = z.object({
  experiment: z.string(),
  axes: z
    .array(
      z.object({
        path: z.string(),
        role: z.enum(['load', 'temperature', 'none']),
        values: z.array(scalarSchema).readonly(),
      }),
    )
    .readonly(),
  scalars: z.array(z.string()).readonly().exactOptional(),
  cells: z
    .array(
      z.object({
        index: count,
        axes: axisValues,
        n: count.nullable(),
        diverged: count,
        metrics: z.record(z.string(), cellMetricSchema),
        chanceLoss: z.number().exactOptional(),
        phase: z.enum(phaseNames),
        phaseReason: z.string(),
      }),
    )
    .readonly(),
}) satisfies z.ZodType<CellsResult>;

export const runResultSchema = z.object({
  cell: count,
  axes: axisValues,
  seed: z.number(),
  state: taskStateSchema,
  engine: z.string().nullable(),
  metrics: z.record(z.string(), nullableNumber),
  errors: z.record(z.string(), nullableNumber),
  reasons: z.record(z.string(), z.string()),
  trajectory: z.object({ weights: count, index: z.string() }).exactOptional(),
}) satisfies z.ZodType<RunResult>;

export const pairResultSchema = z.object({
  cell: count,
  axes: axisValues,
  seeds: pair,
  metrics: z.record(z.string(), nullableNumber),
  errors: z.record(z.string(), nullableNumber),
  reasons: z.record(z.string(), z.string()),
}) satisfies z.ZodType<PairResult>;

/** One task of a cell with what it yielded and how it was made. */
export const cellTaskSchema = z.object({
  taskId: z.string(),
  kind: taskKindSchema,
  seeds: z.array(z.number()),
  state: taskStateSchema,
  attempts: count,
  message: z.string().nullable(),
  /** `onnx-cpu float32 on cpu, onnxruntime 1.30.0`; null before it ran. */
  engine: z.string().nullable(),
  durationMs: nullableNumber,
  finishedAt: z.string().nullable(),
  /** Version of what it computes; null where its spec does not tell. */
  definition: nullableNumber,
  measurements: z.array(measurementSchema),
});
export type CellTask = z.output<typeof cellTaskSchema>;

/** One run with everything that made it and that was measured on it. */
export const runViewSchema = z.object({
  cell: count,
  seed: z.number(),
  axes: axisValues,
  /** Its part of the spec, axes put in, as its task's identity has it. */
  settings: z.record(z.string(), z.unknown()),
  /** SHA-256 of the data that it was trained on; null where its task does not tell. */
  dataDigest: z.string().nullable(),
  /** Executor that it was planned for. */
  plannedEngine: z.string(),
  /** The file that the weights came from, where they were trained elsewhere; null for a run that was trained here. */
  imported: importedFileSchema.nullable(),
  /** Optimiser steps taken. */
  steps: nullableNumber,
  /** Whether a state is kept to go on from: a training that has not ended. */
  hasCheckpoint: z.boolean(),
  /** Of this program now. */
  versions: z.record(z.string(), z.string()),
  weights: z.object({ hash: z.string(), sizeBytes: count }).nullable(),
  /** What the file of weights holds. */
  tensors: z.array(z.object({ name: z.string(), shape: z.array(count) })),
  /** Weights recorded along the training. */
  trajectory: z.array(
    z.object({ step: count, epoch: z.number(), trainLoss: nullableNumber, sizeBytes: count }),
  ),
  /** Its training first, then every task that reads it. */
  tasks: z.array(cellTaskSchema),
});
export type RunView = z.output<typeof runViewSchema>;

/** What `engines --benchmark` measured of an executor on this machine. */
export const engineMeasurementSchema = z.object({
  measuredAt: z.string().nullable(),
  stepsPerSecond: z.number(),
  convolutionStepsPerSecond: z.number(),
  productsPerSecond: z.number(),
  /** Largest relative difference from float64; null where a result was not a number. */
  largestError: nullableNumber,
});

const metricSpecSchema = z.looseObject({ name: z.string() }) satisfies z.ZodType<MetricSpec>;

/** What measuring more would cost on this machine; what other experiments have done already is not taken off. */
export const additionWorkSchema = z.object({
  tasks: count,
  /** Evaluations of a gradient, or what costs as much. */
  gradients: z.number(),
  estimatedMs: z.number(),
  diskBytes: count,
});
export type AdditionWork = z.output<typeof additionWorkSchema>;

/** A metric that a cell is not measured with. */
export const metricOfferSchema = z.object({
  /** With the usual settings, or those that it has in other cells. */
  metric: metricSpecSchema,
  /** It was added to other cells: the settings are theirs. */
  isFixed: z.boolean(),
  /** Why it cannot be measured here with these settings; empty where it can. */
  problems: z.array(specProblemSchema),
  here: additionWorkSchema,
  /** In every cell that lacks it, and how many those are. */
  everywhere: additionWorkSchema,
  cells: count,
});
export type MetricOffer = z.output<typeof metricOfferSchema>;

export const additionSchema = z.object({
  metric: metricSpecSchema,
  cells: z.array(count).readonly().nullable(),
  addedAt: z.string(),
}) satisfies z.ZodType<Addition>;

export const experimentViewSchema = z.object({
  summary: experimentSummarySchema,
  spec: specSchema,
  /** Metrics added since it was started. */
  additions: z.array(additionSchema).readonly(),
  thresholds: thresholdsSchema,
});
export type ExperimentView = z.output<typeof experimentViewSchema>;
