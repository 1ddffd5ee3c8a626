/** The form of what measures: `measure.ts` in a metric's folder exports `measure`, of one of the kinds below. */
import type { RunSettings } from '#shared/domain/cells';
import type { Measurement } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from './context';

/** What a measurement has around it. */
export interface MeasureSurroundings {
  readonly context: CellContext;
  /** Settings of the cell. */
  readonly settings: RunSettings;
}

/** A point of a recorded trajectory. */
export interface TrajectoryModel {
  /** Optimiser steps taken before; 0 for the initial weights. */
  readonly step: number;
  /** The same in epochs: 1.5 is the middle of the second. */
  readonly epoch: number;
  /** Reads the file: one point at a time is in memory. */
  readonly weights: () => ModelWeights;
}

/** A run that was trained and did not diverge. */
export interface TrainedModel {
  readonly seed: number;
  /** Those that count: the last ones, or as `training.weights` says. */
  readonly weights: ModelWeights;
  /** Before the first step. Norm statistics are those of a fresh network. */
  readonly initial: () => ModelWeights;
  /** By rising step: the initial weights first, the last of the training at the end. Only where the definition needs a trajectory. */
  readonly trajectory: () => readonly TrajectoryModel[];
}

/** What measuring one subject yields. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  /** Files of weight vectors [P] to keep: by the name of the artifact, the vectors in it by theirs. */
  readonly vectors?: Readonly<Record<string, Readonly<Record<string, Float32Array>>>>;
  /** Optimiser steps taken. */
  readonly steps?: number;
}

/** Measures several runs of a cell, each as it would be alone. @returns one entry a run, in order */
export interface RunMeasure<S> {
  readonly subject: 'run';
  readonly measure: (
    around: MeasureSurroundings,
    runs: readonly TrainedModel[],
    settings: S,
  ) => Promise<readonly Measured[]>;
}

export type ModelPair = readonly [TrainedModel, TrainedModel];

/** Measures several pairs of runs, each as it would be alone. @returns one entry a pair, in order */
export interface PairMeasure<S> {
  readonly subject: 'pair';
  readonly measure: (
    around: MeasureSurroundings,
    pairs: readonly ModelPair[],
    settings: S,
  ) => Promise<readonly Measured[]>;
}

/** A run of a comparison of many; `weights` is null for one that diverged. */
export interface ComparedModel {
  readonly seed: number;
  readonly weights: ModelWeights | null;
}

/** Compares every two of several runs, or those across `split` (see `modelPairs`); a pair with a diverged run is null with a reason. */
export interface AllPairsMeasure<S> {
  readonly subject: 'all-pairs';
  readonly measure: (
    around: MeasureSurroundings,
    models: readonly ComparedModel[],
    options: { readonly settings: S; readonly split?: number },
  ) => Promise<Measured>;
}

/** Measures three runs together; results belong to the first. */
export interface ThreeRunsMeasure<S> {
  readonly subject: 'three-runs';
  readonly measure: (
    around: MeasureSurroundings,
    runs: readonly [TrainedModel, TrainedModel, TrainedModel],
    settings: S,
  ) => Promise<Measured>;
}

export type Measure<S = never> =
  RunMeasure<S> | PairMeasure<S> | AllPairsMeasure<S> | ThreeRunsMeasure<S>;
