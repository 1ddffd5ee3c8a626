/**
 * What a worker is asked to do and what it answers. A job is a pack of tasks of one kind on one cell (the seeds of a cell
 * train together in one program); every task in it has its own result, identical to what it would be alone.
 */
import type { SampleOrder } from '#shared/domain/datasets';
import type { MetricSpec } from '#shared/domain/metric-registry';
import type { RunSettings } from '#shared/domain/cells';
import type { Measurement } from '#shared/domain/measurement';
import type { ErrorReport } from '#shared/errors';

/** Content hash of a task's canonical spec, lower-case hexadecimal SHA-256. */
export type TaskId = string & { readonly brand: 'TaskId' };
/** SHA-256 of an artifact's bytes, lower-case hexadecimal. */
export type ArtifactHash = string & { readonly brand: 'ArtifactHash' };

/** A trained run that a task reads: its weights are the artifact `weights` of the train task. */
export interface TrainedRun {
  readonly taskId: TaskId;
  readonly seed: number;
  readonly weights: ArtifactHash;
  /** Index of the weights recorded along its training; absent where none were. */
  readonly trajectory?: ArtifactHash;
  /** Set when the run ended with a loss that is not finite: measurements of it are null with this reason. */
  readonly diverged: boolean;
}

export interface TrainTask {
  readonly taskId: TaskId;
  readonly seed: number;
  /** Weights that were trained elsewhere: they are evaluated, and nothing is trained. All tasks of a job have them, or none. */
  readonly imported?: {
    readonly weights: ArtifactHash;
    /** Name and SHA-256 of the file that they came from. */
    readonly file: string;
    readonly sha256: string;
  };
}

/** One result of a metric: what it measures is the job's. */
export interface MeasureTask {
  readonly taskId: TaskId;
  /** One, two or more, as the subject of the metric says; of rising seed. */
  readonly runs: readonly TrainedRun[];
  /** Where the second block of runs begins: only pairs across it; absent for every pair. */
  readonly split?: number;
}

interface JobFrame {
  readonly jobId: string;
  /** Executor that its tasks were planned for. */
  readonly engine: string;
  /** The cell's settings: all tasks of the job share them. */
  readonly settings: RunSettings;
  /** Order in which measurements take training samples. */
  readonly sampleOrder: SampleOrder;
  /** How long it is expected to take on one core. */
  readonly expectedMs: number;
  /** Digest of the data set when the tasks were planned: a worker that finds other data refuses the job. */
  readonly dataDigest: string;
}

export interface TrainJob extends JobFrame {
  readonly kind: 'train';
  /** At least one. */
  readonly tasks: readonly TrainTask[];
}

export interface MeasureJob extends JobFrame {
  readonly kind: 'measure';
  readonly metric: MetricSpec;
  /** At least one. */
  readonly tasks: readonly MeasureTask[];
}

export type Job = TrainJob | MeasureJob;

/** Settings of a worker process, sent once before its first job. */
export interface WorkerSettings {
  /** Executor to open before the first job, `onnx-cpu` for instance; a job that names another opens that one too. */
  readonly engine: string;
  /** Folder that holds the artifacts of the project. */
  readonly artifactsFolder: string;
  /** Folder of the states of unfinished trainings of the project. */
  readonly checkpointsFolder: string;
  /** Folder of the files that ship with the app (data sets). */
  readonly resourcesFolder: string;
  /** Folder of the data sets that the user has registered. */
  readonly registryFolder: string;
  /** Where engines that choose how to write convolutions keep their choices; without it they do not choose. */
  readonly formulations?: { readonly project: string; readonly machine: string };
}

export interface EngineStamp {
  readonly name: string;
  readonly device: string;
  readonly dtype: 'float32' | 'float64';
  readonly version: string;
}

export interface StoredArtifact {
  /**
   * Role in its task: `weights` (initial and final weights of a run), `trajectory` (index of the weights recorded along a training),
   * `trajectory.<step>` (those after so many steps); of a metric as it names them: `curve` is the bend of a connecting curve.
   */
  readonly name: string;
  readonly hash: ArtifactHash;
  readonly sizeBytes: number;
}

export interface TaskResult {
  readonly taskId: TaskId;
  readonly status: 'done' | 'diverged';
  readonly measurements: readonly Measurement[];
  readonly artifacts: readonly StoredArtifact[];
  readonly engine: EngineStamp;
  readonly durationMs: number;
  /** Optimiser steps taken, for the throughput shown; 0 where nothing was trained. */
  readonly steps: number;
}

/** Main process to worker. */
export type WorkerRequest =
  | { readonly kind: 'configure'; readonly settings: WorkerSettings }
  /** Jobs run one after another in the order they come; one may wait while another runs. */
  | { readonly kind: 'job'; readonly job: Job }
  /** Give a job back that has not started; answered by `withdrawn`, or not at all when it runs or has run. */
  | { readonly kind: 'withdraw'; readonly jobId: string }
  /** Put a running job down where it can be taken up again; answered by `withdrawn`, or by its results where it ends before. */
  | { readonly kind: 'pause'; readonly jobId: string };

/** Worker to main process. */
export type WorkerReport =
  /** The engine is open. */
  | { readonly kind: 'ready' }
  /** The engine of the settings cannot be opened on this machine: no job will run. */
  | { readonly kind: 'unavailable'; readonly error: ErrorReport }
  | { readonly kind: 'withdrawn'; readonly jobId: string }
  /** Something to say to the user that is no result: one line. */
  | { readonly kind: 'note'; readonly message: string }
  | {
      readonly kind: 'epochs';
      readonly taskId: TaskId;
      /** Epochs that the training will have. */
      readonly epochs: number;
      /** Optimiser steps that the task has taken so far, those of them that it had when it was taken up, and those it will have. */
      readonly steps: number;
      readonly stepsBefore: number;
      readonly totalSteps: number;
      /** Trainings that take their steps together. */
      readonly packed: number;
      /** Epochs that ended since the last report: none while one goes on. */
      readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
    }
  | { readonly kind: 'task-done'; readonly jobId: string; readonly result: TaskResult }
  | {
      readonly kind: 'task-failed';
      readonly jobId: string;
      readonly taskId: TaskId;
      readonly error: ErrorReport;
    }
  | { readonly kind: 'job-done'; readonly jobId: string };
