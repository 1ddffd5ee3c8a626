/**
 * The weights recorded along a training, for whatever measures them: an index file, and one file of weights for each point. All are
 * artifacts: named by their hash, compared with it whenever one is read.
 */
import { DataFormatError } from '#shared/errors';
import { readArtifact } from './artifacts';

/** Weights after `step` steps. */
export interface RecordedWeights {
  /** Steps taken before; 0 for the initial weights. */
  readonly step: number;
  /** The same in epochs: 1.5 is the middle of the second. */
  readonly epoch: number;
  /** Mean over all training samples, evaluation mode; null where it is not finite. */
  readonly trainLoss: number | null;
  readonly hash: string;
  readonly sizeBytes: number;
}

interface TrajectoryIndex {
  readonly format: 'phasescape trajectory 1';
  readonly points: readonly RecordedWeights[];
}

/** The bytes of the index of a trajectory. */
export function encodeTrajectory(points: readonly RecordedWeights[]): Uint8Array {
  const index: TrajectoryIndex = { format: 'phasescape trajectory 1', points };
  return new TextEncoder().encode(JSON.stringify(index));
}

/** A recorded trajectory: what is known of its points at once, their weights one after another. */
export interface Trajectory {
  /** By rising step: the initial weights first, the last of the training at the end. */
  readonly points: readonly RecordedWeights[];
  /**
   * The safetensors file of a point: tensors `weights.<parameter>`, statistics of batch norm after the parameters. Decode it with
   * `decodeWeights(bytes, layout, 'weights')`. @throws as `readArtifact`
   */
  readonly weightsAt: (point: RecordedWeights) => Uint8Array;
}

/**
 * The trajectory of a training.
 * @param index - hash of the artifact `trajectory` of the train task
 * @throws StoreError when a file is missing; DataFormatError when it is not as it was written
 * Cost: reads the index; each `weightsAt` reads one file, so that memory holds one point at a time.
 */
export function readTrajectory(artifactsFolder: string, index: string): Trajectory {
  const text = new TextDecoder().decode(readArtifact(artifactsFolder, index));
  const { format, points } = JSON.parse(text) as TrajectoryIndex;
  // The bytes are those that were written: only another version of this program can have written others.
  if ((format as string) !== 'phasescape trajectory 1')
    throw new DataFormatError(
      `trajectory ${index}: must be of format 1, got ${JSON.stringify(format)}; use the version of this program that recorded it`,
    );
  return { points, weightsAt: ({ hash }) => readArtifact(artifactsFolder, hash) };
}
