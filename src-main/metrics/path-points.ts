/** Loss and error at the points of a path through weight space, many weight vectors a call. */
import {
  evaluateModels,
  stackRows,
  withRecomputedStatistics,
  type CellContext,
  type ModelStack,
  type SampleTensors,
} from './context';
import { errorPercent } from './score';

export interface PathPoint {
  /** Mean loss over the samples; null where it is not finite. */
  readonly loss: number | null;
  /** Percent, as `errorPercent`; null with the loss, and where there is none. */
  readonly error: number | null;
}

export interface WeightPath {
  /** How many points. */
  readonly points: number;
  /** theta of a point, [P]. */
  readonly weightsAt: (point: number) => Float32Array;
  /** The loss is a mean over them; statistics of batch norm are recomputed on them at every point. */
  readonly samples: SampleTensors;
}

/** Weights, and numbers that one layer computes, of the models of one call. */
const mostWeights = 32_000_000;
const mostLayerNumbers = 25_000_000;
const statisticsBatch = 256;

/**
 * The points of a path as models with recomputed statistics, in order, as many together as memory allows.
 * Each model is what it would be alone.
 */
export async function* modelsAlong(
  context: CellContext,
  { points, weightsAt, samples }: WeightPath,
): AsyncGenerator<ModelStack> {
  const { parameterCount, widestLayer } = context.network;
  const most = Math.min(
    mostWeights / parameterCount,
    mostLayerNumbers / (statisticsBatch * widestLayer),
  );
  const size = Math.ceil(points / Math.ceil(points / Math.max(1, Math.floor(most))));
  for (let from = 0; from < points; from += size) {
    const count = Math.min(size, points - from);
    const weights = Array.from({ length: count }, (_, i) => weightsAt(from + i));
    yield await withRecomputedStatistics(context, stackRows(weights), samples);
  }
}

/** Loss and error over all samples of a path at its points. */
export async function evaluatePath(context: CellContext, path: WeightPath): Promise<PathPoint[]> {
  const results: PathPoint[] = [];
  for await (const models of modelsAlong(context, path))
    results.push(...(await evaluateStack(context, models, path.samples)));
  return results;
}

/** Loss and error of each model over all of the samples. */
export async function evaluateStack(
  context: CellContext,
  models: ModelStack,
  samples: SampleTensors,
): Promise<PathPoint[]> {
  const ranges = [[0, samples.labels.length]] as const;
  const means = await evaluateModels(context, models, { samples, ranges });
  return means.flatMap(([mean]) =>
    mean ? [{ loss: mean.loss, error: mean.loss === null ? null : errorPercent(mean) }] : [],
  );
}

/** Why nothing is told of a path as a whole: its largest loss is not known. @returns null where every loss is finite */
export function whyNotFinite(path: readonly PathPoint[]): string | null {
  const lost = path.filter(({ loss }) => loss === null).length;
  return lost === 0
    ? null
    : `the loss is not finite at ${lost} of ${path.length} points on the line`;
}
