/**
 * Every call that a screen can make of the workbench: name (`noun.verb`), input and output.
 * Inputs are validated on entry always; outputs in development and tests. No path, SQL or environment crosses.
 */
import { checkpointChoiceSchema, checkpointInspectionSchema } from './checkpoint-views';
import { z } from 'zod';
import { exportFormats, exportLevels } from '../domain/data-export';
import { fileKinds, normalisationKinds } from '../domain/dataset-files';
import { mostMetrics } from '../domain/limits';
import { datasetSchema } from '../domain/dataset-spec';
import { userSettingsSchema } from '../domain/user-settings';
import { figurePageSchema } from '../domain/figure-page';
import { mostFigureFileCharacters } from '../domain/figure-settings';
import { figureSettingsSchema } from './figure-views';
import {
  datasetFactsSchema,
  datasetPreviewSchema,
  importSummarySchema,
  placeSchema,
} from './dataset-views';
import { importedViewSchema, tableChoiceSchema, tableInspectionSchema } from './table-views';
import {
  orderedRunsSchema,
  runGroupsRequestSchema,
  runGroupsSchema,
  runKeysSchema,
  runMarkRequestSchema,
  runPageRequestSchema,
  runPageSchema,
  runTableSchema,
} from './run-views';
import {
  additionWorkSchema,
  cellsResultSchema,
  cellTaskSchema,
  engineMeasurementSchema,
  experimentStateSchema,
  experimentSummarySchema,
  experimentViewSchema,
  logEntrySchema,
  metricOfferSchema,
  pairResultSchema,
  planSummarySchema,
  progressSchema,
  runResultSchema,
  runViewSchema,
  specProblemSchema,
  newThresholdsSchema,
  trainingCurveSchema,
  savedViewSchema,
  viewNameSchema,
  viewSettingsSchema,
} from './views';

const nothing = z.strictObject({});
const experiment = z.strictObject({ experimentId: z.string() });
const run = z.strictObject({
  experimentId: z.string(),
  cell: z.number().int().min(0),
  seed: z.number().int().min(0),
});
const addition = z.strictObject({
  experimentId: z.string(),
  /** Each with its settings as in a spec. */
  metrics: z.array(z.unknown()).min(1).max(mostMetrics),
  /** Null for every cell. */
  cells: z.array(z.number().int().min(0)).min(1).nullable(),
});
const done = z.object({});
const figure = figureSettingsSchema.extend({ experimentId: z.string() });
/** Names of folders and a file, from the folder that imports start from. */
const place = z.array(z.string().min(1).max(255)).max(64);
const importSource = z.strictObject({
  place,
  kind: z.enum(fileKinds).exactOptional(),
  test: place.exactOptional(),
  labels: place.exactOptional(),
  label: z.string().max(200).exactOptional(),
  testFraction: z.number().gt(0).lt(1).exactOptional(),
});

export const procedures = {
  /** What this workbench is: for the status bar and the about box. */
  'workbench.describe': {
    input: nothing,
    output: z.object({
      version: z.string(),
      project: z.string(),
      readOnly: z.boolean(),
      engine: z.string(),
      workers: z.number(),
      diskBytes: z.number(),
    }),
  },
  /** The user's settings in force, what is wrong with their file, and the cores of the workbench's machine. */
  'settings.read': {
    input: nothing,
    output: z.object({
      settings: userSettingsSchema,
      problem: z.string().nullable(),
      cores: z.number(),
    }),
  },
  /** Stores all settings; engine and workers count from the next start of the workbench on. */
  'settings.write': { input: z.strictObject({ settings: userSettingsSchema }), output: done },
  /** Where things lie and how large they are. The paths are for reading: no procedure takes one. */
  'settings.places': {
    input: nothing,
    output: z.array(
      z.object({
        title: z.string(),
        path: z.string(),
        meaning: z.string(),
        sizeBytes: z.number().nullable(),
      }),
    ),
  },
  /** The specs that ship with the app. */
  'sample.list': {
    input: nothing,
    output: z.array(
      z.object({ name: z.string(), title: z.string(), description: z.string(), spec: z.unknown() }),
    ),
  },
  /** Sweeps to begin a design with: each a valid spec, and in a sentence what it shows. */
  'preset.list': {
    input: nothing,
    output: z.array(
      z.object({ name: z.string(), title: z.string(), description: z.string(), spec: z.unknown() }),
    ),
  },
  'dataset.list': { input: nothing, output: z.array(datasetFactsSchema) },
  /** A look at one data set with these settings. */
  'dataset.preview': {
    input: z.strictObject({ dataset: datasetSchema }),
    output: datasetPreviewSchema,
  },
  /** What lies in a folder below the one that imports start from. */
  'dataset.browse': { input: z.strictObject({ place }), output: placeSchema },
  /** What an import of these files would make; keeps nothing. */
  'dataset.inspect': { input: importSource, output: importSummarySchema },
  /** Reads the files and registers them under a name. Refuses a name that has other samples. */
  'dataset.register': {
    input: z.strictObject({
      ...importSource.shape,
      name: z.string(),
      title: z.string().max(100).exactOptional(),
      normalisation: z.enum(normalisationKinds).exactOptional(),
    }),
    output: z.object({ name: z.string() }),
  },
  /** Takes a data set out of the registry; results on it stay. */
  'dataset.remove': { input: z.strictObject({ name: z.string() }), output: done },
  /** A look at a table of results, and what an import of the chosen columns would make; keeps nothing. */
  'table.inspect': {
    input: z.strictObject({ place, choice: tableChoiceSchema.nullable() }),
    output: tableInspectionSchema,
  },
  /** Makes an experiment of a table. Refuses a name that belongs to other results. */
  'table.import': {
    input: z.strictObject({ place, name: z.string(), choice: tableChoiceSchema }),
    output: z.object({ experimentId: z.string() }),
  },
  /** How files of weights fit a model; keeps nothing. */
  'checkpoint.inspect': {
    input: z.strictObject({ places: z.array(place).max(1000), choice: checkpointChoiceSchema }),
    output: checkpointInspectionSchema,
  },
  /** Makes an experiment of files of weights, a run each, and evaluates them. Refuses a name that belongs to another spec. */
  'checkpoint.import': {
    input: z.strictObject({
      places: z.array(place).min(1).max(1000),
      name: z.string(),
      choice: checkpointChoiceSchema,
    }),
    output: z.object({ experimentId: z.string() }),
  },
  'engine.list': {
    input: nothing,
    output: z.array(
      z.object({
        name: z.string(),
        available: z.boolean(),
        device: z.string(),
        dtype: z.string(),
        detail: z.string(),
        /** `auto` stands for it. */
        isAutomatic: z.boolean(),
        measured: engineMeasurementSchema.nullable(),
      }),
    ),
  },
  /** Every problem of a spec, or what it would make. Writes nothing. */
  'spec.check': {
    input: z.strictObject({ spec: z.unknown() }),
    output: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), plan: planSummarySchema }),
      z.object({ ok: z.literal(false), problems: z.array(specProblemSchema) }),
    ]),
  },
  'experiment.list': { input: nothing, output: z.array(experimentSummarySchema) },
  /** Stores a checked spec as a draft. Refuses an invalid spec and a name in use by another spec. */
  'experiment.create': {
    input: z.strictObject({ spec: z.unknown() }),
    output: z.object({ experimentId: z.string() }),
  },
  /** Gives a draft another spec, which may have another name. Refuses what `experiment.create` refuses, and what has been started. */
  'experiment.edit': {
    input: z.strictObject({ experimentId: z.string(), spec: z.unknown() }),
    output: done,
  },
  /** An experiment with its spec, or an imported one with where it came from. */
  'experiment.get': {
    input: experiment,
    output: z.union([experimentViewSchema, importedViewSchema]),
  },
  /** Removes an experiment that is not running; results that other experiments share stay. */
  'experiment.delete': { input: experiment, output: done },
  'experiment.start': { input: experiment, output: done },
  /** Start nothing new; trainings that run are put down at a checkpoint, measurements that run end. `resume` goes on from there. */
  'experiment.pause': { input: experiment, output: done },
  /** Finish what runs, then pause. */
  'experiment.stop': { input: experiment, output: done },
  /** Kill what runs now. */
  'experiment.cancel': { input: experiment, output: done },
  'experiment.resume': { input: experiment, output: done },
  /** Failed tasks, or those of them that are named, become ready again and the experiment runs. */
  'experiment.retry': {
    input: z.strictObject({
      experimentId: z.string(),
      taskIds: z.array(z.string()).min(1).exactOptional(),
    }),
    output: done,
  },
  /** What happened to it and when, the oldest first. */
  'experiment.log': { input: experiment, output: z.array(logEntrySchema) },
  /** Adds metrics to a started experiment, beside its spec, and measures them: in the cells named, or in all. */
  'experiment.measure': {
    input: addition,
    output: z.object({ state: experimentStateSchema }),
  },
  /** Every problem of such an addition, or what it would cost. Writes nothing. */
  'experiment.checkMeasure': {
    input: addition,
    output: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), work: additionWorkSchema }),
      z.object({ ok: z.literal(false), problems: z.array(specProblemSchema) }),
    ]),
  },
  'experiment.progress': { input: experiment, output: progressSchema },
  /** What trains now, so far, and in full what was trained last: at most `most`, the newest last; `run.epochs` adds to it. */
  'experiment.trainings': {
    input: z.strictObject({ experimentId: z.string(), most: z.number().int().min(1).max(48) }),
    output: z.array(trainingCurveSchema).readonly(),
  },
  /** Every cell or those named, with the statistics of every scalar or of those named. */
  'experiment.cells': {
    input: z.strictObject({
      experimentId: z.string(),
      cells: z.array(z.number().int().min(0)).exactOptional(),
      scalars: z.array(z.string()).exactOptional(),
    }),
    output: cellsResultSchema,
  },
  'experiment.runs': { input: experiment, output: z.array(runResultSchema) },
  'experiment.pairs': { input: experiment, output: z.array(pairResultSchema) },
  'experiment.setThresholds': {
    input: z.strictObject({ experimentId: z.string(), thresholds: newThresholdsSchema }),
    output: done,
  },
  /** The saved views of an experiment, by name. */
  'view.list': { input: experiment, output: z.array(savedViewSchema) },
  /** Keeps how the phase diagram looks, with the thresholds, under a name; one of the same name is replaced. */
  'view.save': {
    input: z.strictObject({
      experimentId: z.string(),
      name: viewNameSchema,
      settings: viewSettingsSchema,
      thresholds: newThresholdsSchema,
    }),
    output: done,
  },
  'view.delete': {
    input: z.strictObject({ experimentId: z.string(), name: z.string() }),
    output: done,
  },
  'cell.get': {
    input: z.strictObject({ experimentId: z.string(), cell: z.number().int().min(0) }),
    output: z.object({
      index: z.number(),
      axes: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
      seeds: z.array(z.number()),
      /** Training samples of its models; null where the data set exists no longer. */
      trainSamples: z.number().nullable(),
      tasks: z.array(cellTaskSchema),
    }),
  },
  /** Which fields the runs of an experiment have, which tags, and how many runs there are. */
  'runs.describe': { input: experiment, output: runTableSchema },
  /** Rows of the table of runs: filtered, in order, from `offset` on, with the number of all that meet the filter. */
  'runs.page': { input: runPageRequestSchema, output: runPageSchema },
  /** Cell and seed of every run that meets the filter, in order. */
  'runs.keys': { input: orderedRunsSchema, output: runKeysSchema },
  /** The runs that meet the filter by the values of one field, with statistics of the columns. */
  'runs.groups': { input: runGroupsRequestSchema, output: runGroupsSchema },
  /** Tags, notes and the archive: what a user says of runs, kept with them in every experiment. Changes no number. */
  'runs.mark': { input: runMarkRequestSchema, output: done },
  /** One trained model: everything measured on it, and how it was made. */
  'run.get': { input: run, output: runViewSchema },
  /** Its weights as a file: the initial and the final ones as stored, or those recorded after a step. */
  'run.weights': {
    input: z.strictObject({
      ...run.shape,
      /** Null for the file with the initial and the final weights. */
      step: z.number().int().min(0).nullable(),
      format: z.enum(['safetensors', 'npz']),
    }),
    output: z.object({ name: z.string(), base64: z.string() }),
  },
  /** Every metric that the cell is not measured with, and what it would cost. */
  'cell.offers': {
    input: z.strictObject({ experimentId: z.string(), cell: z.number().int().min(0) }),
    output: z.array(metricOfferSchema),
  },
  /** Writes results as a table for a screen to fetch: a row for each cell, run, pair or point of a series. The last ones made are kept. */
  'data.export': {
    input: z.strictObject({
      experimentId: z.string(),
      level: z.enum(exportLevels),
      format: z.enum(exportFormats),
    }),
    output: z.object({
      exportId: z.string(),
      rowCount: z.number(),
      files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
    }),
  },
  /** A piece of such a file; an empty one at its end. */
  'data.read': {
    input: z.strictObject({
      exportId: z.string(),
      name: z.string(),
      offset: z.number().int().min(0),
    }),
    output: z.object({ base64: z.string() }),
  },
  /** Writes experiments with their results and files as one archive for a screen to fetch by `data.read`. */
  'project.export': {
    input: z.strictObject({ experimentIds: z.array(z.string()).min(1) }),
    output: z.object({
      exportId: z.string(),
      files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
    }),
  },
  /** Takes in the experiments of an archive: all of it or nothing. Names that are taken here are told. */
  'project.import': {
    input: z.strictObject({ place }),
    output: z.object({
      experiments: z.array(z.object({ archived: z.string(), name: z.string(), id: z.string() })),
    }),
  },
  /** A figure of an experiment, its data and provenance, as texts to save. */
  'figure.render': {
    input: figure,
    output: z.object({
      svg: z.string(),
      csv: z.string(),
      provenance: z.string(),
      methods: z.string(),
      /** The size of its smallest text, and words that have no room. */
      notes: z.array(z.string()).readonly(),
    }),
  },
  /** The experiment and settings that the `.json` beside a figure holds, where it is of this experiment. */
  'figure.open': {
    input: z.strictObject({
      experimentId: z.string(),
      file: z.string().max(mostFigureFileCharacters),
    }),
    output: z.object({ settings: figureSettingsSchema }),
  },
  /** The whole experiment as one HTML file. */
  'report.render': {
    input: z.strictObject({
      experimentId: z.string(),
      page: figurePageSchema.exactOptional(),
      thresholds: newThresholdsSchema.exactOptional(),
    }),
    output: z.object({ html: z.string() }),
  },
  /** Which figures an experiment has numbers for, each with the name of its files. */
  'figure.every': {
    input: z.strictObject({ experimentId: z.string() }),
    output: z.array(z.object({ name: z.string(), settings: figureSettingsSchema })).readonly(),
  },
  /** The same figure as a file that is no text. */
  'figure.paint': {
    input: figure.extend({ format: z.enum(['pdf', 'png']) }),
    output: z.object({ base64: z.string() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type ProcedureName = keyof typeof procedures;
/** What a caller passes (defaults may be left out). */
export type ProcedureInput<N extends ProcedureName> = z.input<(typeof procedures)[N]['input']>;
export type ProcedureOutput<N extends ProcedureName> = z.output<(typeof procedures)[N]['output']>;
/** One handler per procedure: what the workbench offers every door. */
export type ProcedureHandlers = {
  readonly [N in ProcedureName]: (
    input: z.output<(typeof procedures)[N]['input']>,
  ) => Promise<ProcedureOutput<N>>;
};
