/** What is known of one run while it trains: enough to go on from it, bit for bit. */
import { tensor, type Tensor } from '#main/engine/tensor';
import { modelRow, type ModelWeights } from '../context';
import type { TrainingState } from './stepper';

/** One finished epoch of one run; epoch 0 is the initial weights. Null where the loss is not finite. */
export interface EpochRow {
  readonly epoch: number;
  readonly trainLoss: number | null;
  /** Null for problems. */
  readonly trainAccuracy: number | null;
  /** Relative L2 error against the exact solution; null for classification. */
  readonly trainRelativeError: number | null;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  readonly testRelativeError: number | null;
  /** Rate of the epoch's last step. */
  readonly learningRate: number;
}

/** Weights along a training: those after `step` steps. */
export interface TrajectoryPoint {
  /** Steps taken before it; 0 for the initial weights. */
  readonly step: number;
  /** The epoch that it lies in, as a number of epochs: 1.5 is the middle of the second. */
  readonly epoch: number;
  /** Mean over all training samples, evaluation mode; null where it is not finite. */
  readonly trainLoss: number | null;
  /** SHA-256 of the artifact that holds the weights. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Where a training stands: `epoch` epochs are done, and `step` steps of the next one. */
export interface TrainingPlace {
  readonly epoch: number;
  readonly step: number;
}

/** One run in the middle of its training. Random numbers need no place in it: each is known by seed, purpose and index. */
export interface RunState {
  readonly seed: number;
  readonly place: TrainingPlace;
  /** From epoch 0 on. What a stop rule has seen follows from them. */
  readonly rows: readonly EpochRow[];
  /** Weights that count if the training ended now, and their epoch; null while these are the newest. */
  readonly kept: { readonly epoch: number; readonly weights: ModelWeights } | null;
  /** What the loop carries for this model: its weights, statistics and what the optimiser remembers, without the model axis. */
  readonly carried: Readonly<Record<string, Tensor>>;
  readonly points: readonly TrajectoryPoint[];
}

/** Model `index` of all that the loop carries. */
export function carriedBy(state: TrainingState, index: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => {
      const size = data.length / (shape[0] as number);
      const row = data.slice(index * size, (index + 1) * size);
      return [name, tensor(shape.slice(1), row)];
    }),
  );
}

/** Models side by side again: the inverse of `carriedBy` over all of them. */
export function stackCarried(runs: readonly Readonly<Record<string, Tensor>>[]): TrainingState {
  const [first] = runs;
  const stacked = Object.entries(first ?? {}).map(([name, { shape, data }]) => {
    const joined =
      data instanceof Float64Array
        ? new Float64Array(runs.length * data.length)
        : new Float32Array(runs.length * data.length);
    runs.forEach((run, i) => {
      joined.set((run[name] as Tensor).data, i * data.length);
    });
    return [name, tensor([runs.length, ...shape], joined)] as const;
  });
  return Object.fromEntries(stacked) as TrainingState;
}

/** Model `index` as weights. */
export function weightsOf({ theta, statistics }: TrainingState, index: number): ModelWeights {
  return {
    theta: modelRow(theta, index),
    statistics: statistics ? modelRow(statistics, index) : new Float32Array(0),
  };
}
