/** Loss and error at many points around trained weights: lines, planes and scattered samples of the landscape. */
import { tensor } from '#main/engine/tensor';
import {
  evaluateModels,
  withRecomputedStatistics,
  type CellContext,
  type ModelStack,
  type ModelWeights,
  type SampleTensors,
} from './context';
import { firstTrainingSamples } from './measured-samples';
import { errorPercent, type SampleMeans } from './score';

/**
 * What batch norm normalises with away from the trained weights: averages recomputed over the samples at every point, or the
 * running ones of the trained model. Other networks have no such choice.
 */
export type SliceStatistics = 'batch' | 'running';

export interface SliceOptions {
  /** Loss over the first so many training samples. */
  readonly samples: number;
  readonly statistics: SliceStatistics;
}

/** Points of a slice: how many, and the weights of each. */
export interface SlicePoints {
  readonly count: number;
  /** Writes the weights of a point, [P]. Called in rising order, once for each. */
  readonly weightsAt: (index: number, into: Float32Array) => void;
}

/** One entry a point; null where the loss is not finite. */
export interface SliceValues {
  /** Mean loss, in the loss's unit. */
  readonly loss: (number | null)[];
  /** Percent; null too where there is none. */
  readonly error: (number | null)[];
}

/** Bytes of one layer's values in a call: enough models to fill it, and not much more than the second-level cache. */
const callBytes = 8_000_000;
const mostPointsPerCall = 64;
/** Weights of a call: of large networks few points are in memory together, however few the samples are. */
const mostWeightsPerCall = 4_000_000;

/**
 * Mean loss and error at every point of a slice, in evaluation mode, each as it would be alone.
 *
 * Cost: a forward pass over the samples per point, two where statistics are recomputed; memory: as `evaluateModels`, and the weights of
 * one call, 16 MB or one point's.
 * @param origin - the trained model: its running statistics serve the policy `running`
 */
export async function evaluateSlice(
  context: CellContext,
  origin: ModelWeights,
  { count, weightsAt }: SlicePoints,
  { samples, statistics }: SliceOptions,
): Promise<SliceValues> {
  const size = context.network.parameterCount;
  const on = firstTrainingSamples(context, samples).samples;
  const perCall = Math.min(pointsPerCall(context, samples), count);
  const values: SliceValues = { loss: [], error: [] };
  for (let from = 0; from < count; from += perCall) {
    const used = Math.min(perCall, count - from);
    // The last call repeats its last point, so that one program serves all.
    const theta = new Float32Array(perCall * size);
    for (let i = 0; i < used; i++) weightsAt(from + i, theta.subarray(i * size, (i + 1) * size));
    for (let i = used; i < perCall; i++) theta.copyWithin(i * size, (used - 1) * size, used * size);
    const stack = await stackFor(context, { theta, origin, on, statistics });
    const means = await evaluateModels(context, stack, { samples: on, ranges: [[0, samples]] });
    for (const [mean] of means.slice(0, used)) {
      values.loss.push((mean as SampleMeans).loss);
      values.error.push(errorPercent(mean as SampleMeans));
    }
  }
  return values;
}

function pointsPerCall({ network }: CellContext, samples: number): number {
  const bySamples = Math.floor(callBytes / (4 * samples * network.widestLayer));
  const byWeights = Math.floor(mostWeightsPerCall / network.parameterCount);
  return Math.max(1, Math.min(mostPointsPerCall, bySamples, byWeights));
}

interface StackParts {
  /** [K * P] */
  readonly theta: Float32Array;
  readonly origin: ModelWeights;
  readonly on: SampleTensors;
  readonly statistics: SliceStatistics;
}

async function stackFor(
  context: CellContext,
  { theta: flat, origin, on, statistics }: StackParts,
): Promise<ModelStack> {
  const { parameterCount, statisticsCount } = context.network;
  const models = flat.length / parameterCount;
  const theta = tensor([models, 1, parameterCount], flat);
  if (statisticsCount === 0) return { theta };
  if (statistics === 'batch') return withRecomputedStatistics(context, theta, on);
  const rows = new Float32Array(models * statisticsCount);
  for (let i = 0; i < models; i++) rows.set(origin.statistics, i * statisticsCount);
  return { theta, statistics: tensor([models, 1, statisticsCount], rows) };
}
