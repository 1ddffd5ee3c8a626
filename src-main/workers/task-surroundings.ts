/** What a task has around it while it runs, and what it leaves behind. */
import {
  encodeWeights,
  type ParameterLayout,
  type WeightVectors,
} from '#main/checkpoints/weights-file';
import type { CellContext, ModelWeights } from '#main/metrics/context';
import { putArtifact } from '#main/store/artifacts';
import type { RunSettings } from '#shared/domain/cells';
import type { ArtifactHash, StoredArtifact, TaskResult, WorkerReport } from './job';

export type TaskOutcome = Omit<TaskResult, 'engine' | 'durationMs'> & {
  /** Time that the task took before it was put down. */
  readonly earlierMs?: number;
};

export interface TaskSurroundings {
  readonly context: CellContext;
  readonly settings: RunSettings;
  readonly artifactsFolder: string;
  readonly checkpointsFolder: string;
  readonly report: (report: WorkerReport) => void;
  /** Whether the job shall be put down at the next place where it can be taken up again. */
  readonly isPaused: () => boolean;
  /** Says something to the user that is no result. */
  readonly note: (message: string) => void;
}

/** Keeps weights as an artifact. @param layout - the tensors that each vector consists of */
export function storeWeights(
  { artifactsFolder, context }: TaskSurroundings,
  name: string,
  layout: ParameterLayout,
  vectors: WeightVectors,
): StoredArtifact {
  const bytes = encodeWeights(layout, vectors, { network: context.network.key });
  const { hash, sizeBytes } = putArtifact(artifactsFolder, bytes);
  return { name, hash: hash as ArtifactHash, sizeBytes };
}

/** Parameters and statistics in one vector, as artifacts hold them. */
export function flatWeights({ theta, statistics }: ModelWeights): Float32Array {
  const flat = new Float32Array(theta.length + statistics.length);
  flat.set(theta);
  flat.set(statistics, theta.length);
  return flat;
}
