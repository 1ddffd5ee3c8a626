/** What a measurement works with: one engine, one network, one cell's data. */
import type { Executor } from '#main/engine/executor';
import { evaluationProgram, statisticsProgram } from '#main/engine/network-programs';
import type { Network } from '#main/engine/networks/network';
import type { Objective } from '#main/engine/objectives/objective';
import { tensor, type Tensor } from '#main/engine/tensor';
import { meansOver, type SampleMeans, type SampleRange } from './score';

/** Samples on their way into programs. */
export interface SampleTensors {
  /** [N, inputs] */
  readonly x: Tensor;
  /** One-hot, [N, classes] */
  readonly targets: Tensor;
  /** [N] */
  readonly labels: Int32Array;
}

export interface CellContext {
  readonly executor: Executor;
  readonly network: Network;
  /** What is minimised and measured. */
  readonly objective: Objective;
  /** Numbers of one sample. */
  readonly inputs: number;
  /** Outputs of the network. */
  readonly classes: number;
  readonly train: SampleTensors;
  /** Training samples in the order in which measurements take the first so many: the same ones in all cells. */
  readonly measured: SampleTensors;
  /** Says that order in words, after "first 512 training samples": empty for the file's own. */
  readonly measuredOrder: string;
  readonly test: SampleTensors;
  /** Train rows, then test rows: one program evaluates both. */
  readonly all: SampleTensors;
}

/** What a trained model consists of. */
export interface ModelWeights {
  /** [P] */
  readonly theta: Float32Array;
  /** Running averages of batch norm, [Q]; empty for networks without. */
  readonly statistics: Float32Array;
}

/** Several models as the inputs of a program: `theta` [S, 1, P] and, for networks with batch norm, `statistics` [S, 1, Q]. */
export interface ModelStack {
  readonly theta: Tensor;
  readonly statistics?: Tensor;
}

export function stackModels(models: readonly ModelWeights[]): ModelStack {
  const theta = stackRows(models.map((model) => model.theta));
  if (models.every((model) => model.statistics.length === 0)) return { theta };
  return { theta, statistics: stackRows(models.map((model) => model.statistics)) };
}

/** Vectors of one length as rows [S, 1, length]. */
export function stackRows(rows: readonly Float32Array[]): Tensor {
  const size = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, s) => {
    data.set(row, s * size);
  });
  return tensor([rows.length, 1, size], data);
}

/** Row `index` of the first axis of a tensor, flat. */
export function modelRow(stack: Tensor, index: number): Float32Array {
  const size = stack.data.length / (stack.shape[0] as number);
  return new Float32Array(stack.data.subarray(index * size, (index + 1) * size));
}

/** Samples from..to-1. */
export function samplesBetween(samples: SampleTensors, from: number, to: number): SampleTensors {
  const cut = ({ shape, data }: Tensor) => {
    const size = data.length / (shape[0] as number);
    return tensor([to - from, ...shape.slice(1)], data.subarray(from * size, to * size));
  };
  return {
    x: cut(samples.x),
    targets: cut(samples.targets),
    labels: samples.labels.subarray(from, to),
  };
}

/** Bytes that one layer's values may take in a call; larger batches are cut. */
const mostLayerBytes = 100_000_000;

/**
 * Half-open ranges that cover `samples`, as few and as equal as may be, each small enough for one call.
 * @param copies - how often each sample's values exist in the call: models times vectors
 */
export function sampleChunks(
  { network }: CellContext,
  samples: number,
  copies: number,
): [number, number][] {
  const most = Math.max(1, Math.floor(mostLayerBytes / (4 * copies * network.widestLayer)));
  const size = Math.ceil(samples / Math.ceil(samples / most));
  return Array.from({ length: Math.ceil(samples / size) }, (_, i) => [
    i * size,
    Math.min(samples, (i + 1) * size),
  ]);
}

/** Samples that a call should have at least: with fewer, starting operations costs more than what they compute. */
const fewestSamples = 256;

/** Half-open ranges that cover so many models, as few and as equal as may be, such that calls can have enough samples. */
function modelChunks(
  { network }: CellContext,
  models: number,
  samples: number,
): [number, number][] {
  const bytes = 4 * Math.min(samples, fewestSamples) * network.widestLayer;
  const most = Math.max(1, Math.floor(mostLayerBytes / bytes));
  const size = Math.ceil(models / Math.ceil(models / most));
  return Array.from({ length: Math.ceil(models / size) }, (_, i) => [
    i * size,
    Math.min(models, (i + 1) * size),
  ]);
}

/** Models from..to-1 of a stack. */
function modelsBetween(stack: ModelStack, from: number, to: number): ModelStack {
  const cut = ({ shape: [count, ...row], data }: Tensor) => {
    const size = data.length / (count as number);
    return tensor([to - from, ...row], data.subarray(from * size, to * size));
  };
  const { theta, statistics } = stack;
  return { theta: cut(theta), ...(statistics ? { statistics: cut(statistics) } : {}) };
}

/**
 * Mean loss and score of several models over ranges of samples, summed in float64; batch norm with running averages. Any number
 * of models: surfaces and curves give all their points at once, and each comes out as it would alone.
 *
 * Cost: as few calls as memory allows, with at most 100 MB for one layer's values.
 * @param ranges - half-open ranges of rows of `samples`
 * @returns one entry per model and range; all null where the loss is not finite
 */
export async function evaluateModels(
  context: CellContext,
  stack: ModelStack,
  on: EvaluatedSamples,
): Promise<SampleMeans[][]> {
  const results: SampleMeans[][] = [];
  const models = stack.theta.shape[0] as number;
  for (const [from, to] of modelChunks(context, models, on.samples.labels.length))
    results.push(...(await evaluateTogether(context, modelsBetween(stack, from, to), on)));
  return results;
}

interface EvaluatedSamples {
  readonly samples: SampleTensors;
  readonly ranges: readonly SampleRange[];
}

async function evaluateTogether(
  context: CellContext,
  stack: ModelStack,
  { samples, ranges }: EvaluatedSamples,
): Promise<SampleMeans[][]> {
  const models = stack.theta.shape[0] as number;
  const count = samples.labels.length;
  const chunks = sampleChunks(context, count, models);
  const { loss, prediction } =
    chunks.length === 1
      ? await evaluateChunk(context, stack, samples)
      : await evaluateInChunks(context, stack, { samples, chunks });
  return Array.from({ length: models }, (_, s) => {
    const values = {
      loss: loss.subarray(s * count, (s + 1) * count),
      prediction: prediction.subarray(s * count, (s + 1) * count),
      samples,
    };
    return ranges.map((range) => meansOver(context.objective.score, range, values));
  });
}

/** What `evaluateChunk` gives, of samples that do not fit into one call. */
async function evaluateInChunks(
  context: CellContext,
  stack: ModelStack,
  { samples, chunks }: { samples: SampleTensors; chunks: readonly SampleRange[] },
): Promise<{ loss: Float64Array; prediction: Float64Array }> {
  const models = stack.theta.shape[0] as number;
  const count = samples.labels.length;
  const loss = new Float64Array(models * count);
  const prediction = new Float64Array(models * count);
  for (const [from, to] of chunks) {
    const result = await evaluateChunk(context, stack, samplesBetween(samples, from, to));
    for (let s = 0; s < models; s++) {
      const [start, end] = [s * (to - from), (s + 1) * (to - from)];
      loss.set(result.loss.subarray(start, end), s * count + from);
      prediction.set(result.prediction.subarray(start, end), s * count + from);
    }
  }
  return { loss, prediction };
}

async function evaluateChunk(
  { executor, network, objective, inputs, classes }: CellContext,
  stack: ModelStack,
  { x, targets, labels }: SampleTensors,
): Promise<{ loss: Tensor['data']; prediction: Tensor['data'] }> {
  const models = stack.theta.shape[0] as number;
  const samples = labels.length;
  const key = `evaluate ${network.key} ${objective.key} models=${models} samples=${samples}`;
  const program = await executor.program(key, () =>
    evaluationProgram(network, models, { samples, inputs, classes, objective }),
  );
  const result = await program.run({ ...stack, x, targets });
  return {
    loss: (result['loss'] as Tensor).data,
    prediction: (result['prediction'] as Tensor).data,
  };
}

/** Samples of a batch when statistics of batch norm are recomputed: part of the definition. */
const statisticsBatch = 256;

/**
 * The models with their statistics of batch norm recomputed over samples: the mean, weighted by samples, of those of
 * consecutive batches of 256, each normalised with its own. Models of networks without batch norm stay as they are.
 * Source: `update_bn` of Garipov et al. 2018.
 */
export async function withRecomputedStatistics(
  context: CellContext,
  theta: Tensor,
  { x }: SampleTensors,
): Promise<ModelStack> {
  const { executor, network, inputs } = context;
  if (network.statisticsCount === 0) return { theta };
  const models = theta.shape[0] as number;
  const count = x.shape[0] as number;
  const total = new Float64Array(models * network.statisticsCount);
  for (let from = 0; from < count; from += statisticsBatch) {
    const samples = Math.min(statisticsBatch, count - from);
    const key = `statistics ${network.key} models=${models} samples=${samples}`;
    const program = await executor.program(key, () =>
      statisticsProgram(network, models, { samples, inputs }),
    );
    const rows = tensor(
      [samples, inputs],
      x.data.subarray(from * inputs, (from + samples) * inputs),
    );
    const { statistics } = await program.run({ theta, x: rows });
    (statistics as Tensor).data.forEach((value, i) => {
      total[i] = (total[i] as number) + (samples / count) * value;
    });
  }
  const statistics = tensor([models, 1, network.statisticsCount], Float32Array.from(total));
  return { theta, statistics };
}
