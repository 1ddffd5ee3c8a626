/** What the surroundings of a training take part in. */
import type { ModelWeights } from '../context';
import type { EpochRow, RunState, TrainingPlace } from './run-state';

/** What there is to tell between two calls of the engine. */
export interface TrainingNews {
  /** Optimiser steps taken so far, and those of the whole training. */
  readonly steps: number;
  readonly totalSteps: number;
  /** Epochs that ended since the last news, for each run. */
  readonly rows: readonly (readonly EpochRow[])[];
}

/** What the surroundings of a training take part in; without them it begins at its beginning and goes on to its end. */
export interface TrainingHooks {
  /** The runs as they were put down, one for each seed, all at the same place. */
  readonly begun?: readonly RunState[];
  /** Cuts long epochs into calls: told when one begins, which steps it may take at most, and when it is over. Changes no number. */
  readonly pace?: { begin(): number; end(steps: number): void };
  readonly tell?: (news: TrainingNews) => void;
  /**
   * Asked between two calls of the engine, with what is needed to go on from there later.
   * @returns whether the training is put down here
   */
  readonly between?: (place: TrainingPlace, states: () => readonly RunState[]) => Promise<boolean>;
  /** Keeps a point of a trajectory. */
  readonly keepWeights?: (weights: ModelWeights) => {
    readonly hash: string;
    readonly sizeBytes: number;
  };
}
