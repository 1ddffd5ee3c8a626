/** The metric `mode-connectivity`: a curve of low loss trained between two seeds, and the error along it. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/domain/canonical-json';
import type { RunSettings } from '#shared/domain/cells';
import type { Measurement, ScalarMeasurement, Subject } from '#shared/domain/measurement';
import { curveLoop } from '#main/engine/curve-loop';
import { dropoutMasks } from '#main/engine/dropout';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import {
  evaluateModels,
  modelRow,
  stackRows,
  withRecomputedStatistics,
  type CellContext,
} from '../context';
import { errorPercent } from '../score';
import {
  bezierCoefficients,
  bezierPoints,
  curveResolution,
  curveStatistics,
  refinementPoints,
} from './curve-statistics';
import type { ModeConnectivitySettings } from './definition';

export interface CurveEnds {
  readonly seeds: readonly [number, number];
  /** Keys the random streams of the curve's training, as `curveStreamSeed` makes it. */
  readonly streamSeed: number;
  /** theta, [P]. */
  readonly first: Float32Array;
  readonly last: Float32Array;
}

export interface MeasuredCurve {
  readonly measurements: readonly Measurement[];
  /** The trained middle point, [P]. */
  readonly bend: Float32Array;
  readonly steps: number;
}

/**
 * Trains a quadratic Bezier curve between each pair of models and measures error and loss along it, each pair as alone.
 *
 * Bend from the midpoint; SGD with momentum on loss + weightDecay/2 ||phi(t)||^2, one t ~ U(0, 1) per minibatch (streams
 * `curve-shuffle` and `curve-t` of the stream seed, index = epoch), incomplete batches dropped; rate times 1 for the first
 * half of the steps, then linear to 0.01 at 90%, then 0.01. Error (percent) and loss (nats) over all training samples at
 * `points` equal steps of t and 16 points around the extremes of both, the statistics of batch norm recomputed over the
 * training samples at each; the values' error is the resolution of these points, and knows nothing of how another draw of
 * minibatches and t would have trained the bend.
 * Source: Garipov et al. 2018, Yang et al. 2021.
 */
export async function measureModeConnectivity(
  context: CellContext,
  pairs: readonly CurveEnds[],
  metric: ModeConnectivitySettings,
): Promise<MeasuredCurve[]> {
  const { bends, steps } = await trainBends(context, pairs, metric);
  const results: MeasuredCurve[] = [];
  for (const [i, pair] of pairs.entries()) {
    const bend = bends[i] as Float32Array;
    results.push({
      measurements: await measureCurve(context, { ...pair, bend }, metric.points),
      bend,
      steps,
    });
  }
  return results;
}

/**
 * The seed of a curve's random streams: 32 bits of the SHA-256 of the cell's settings and the pair. Each curve of a sweep
 * has draws of its own, so that a lucky draw does not shift the whole diagram.
 */
export function curveStreamSeed(settings: RunSettings, seeds: readonly [number, number]): number {
  const said = canonicalJson({ settings: settingsOfSeed(settings), seeds });
  return createHash('sha256').update(said).digest().readUInt32LE(0);
}

/** Settings that came later enter only where they change the models: curves of older projects keep their draws. */
function settingsOfSeed({ model, training, ...others }: RunSettings): object {
  const { dropout, ...usual } = model;
  const counting = Object.entries(training).filter(
    ([name]) => name !== 'checkpoints' && name !== 'trajectory',
  );
  return {
    ...others,
    model: dropout === 0 ? usual : model,
    training: Object.fromEntries(counting),
  };
}

/** The factor on the curve's learning rate at a fraction of its training. */
export function curveRateFactor(progress: number): number {
  if (progress <= 0.5) return 1;
  return progress <= 0.9 ? 1 - (0.99 * (progress - 0.5)) / 0.4 : 0.01;
}

/** Bytes of dropout masks that one call is given. */
const mostMaskBytes = 50_000_000;

/**
 * Trains the bends: as in the code of Garipov et al. 2018 the network is in its training mode, so that batch norm normalises with the
 * minibatch and dropout drops; what is measured on the curve drops nothing.
 */
async function trainBends(
  context: CellContext,
  pairs: readonly CurveEnds[],
  metric: ModeConnectivitySettings,
): Promise<{ bends: Float32Array[]; steps: number }> {
  const { executor, network, objective, inputs, classes, train } = context;
  const { batchSize, momentum, weightDecay } = metric;
  const samples = train.labels.length;
  const shape = { models: pairs.length, batchSize, samples, inputs, classes };
  const key = `curve ${network.key} ${objective.key} ${Object.values(shape).join(' ')} ${momentum} ${weightDecay}`;
  const loop = await executor.loop(key, () =>
    curveLoop(network, { ...shape, objective }, { momentum, weightDecay }),
  );
  const perEpoch = Math.floor(samples / batchSize);
  const first = stackRows(pairs.map((p) => p.first));
  const last = stackRows(pairs.map((p) => p.last));
  const midpoints = pairs.map((p) => p.first.map((v, i) => (v + (p.last[i] as number)) / 2));
  let state: Record<string, Tensor> = { bend: stackRows(midpoints) };
  if (momentum !== 0) state['buffer'] = tensor(first.shape, new Float32Array(first.data.length));
  const { dropout } = network;
  const maskBytes = 4 * pairs.length * batchSize * dropout.units;
  const mostSteps = Math.max(1, Math.min(perEpoch, Math.floor(mostMaskBytes / maskBytes)));
  const seeds = pairs.map((pair) => pair.streamSeed);
  const masksOf = (from: number, to: number): Record<string, Tensor> => {
    if (dropout.units === 0) return {};
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    return { dropout: dropoutMasks('curve-dropout', { seeds, steps, batch: batchSize }, dropout) };
  };
  for (let epoch = 0; epoch < metric.epochs; epoch++) {
    const sequences = epochSequences(pairs, epoch, { perEpoch, batchSize, samples });
    const rate = Float32Array.from(
      { length: perEpoch },
      (_, i) =>
        metric.learningRate * curveRateFactor((epoch * perEpoch + i) / (metric.epochs * perEpoch)),
    );
    // Masks of many steps can be large: the epoch is then cut.
    for (let from = 0; from < perEpoch; from += mostSteps) {
      const to = Math.min(perEpoch, from + mostSteps);
      const given = { ...sequences, rate: tensor([perEpoch], rate) };
      state = await loop.run(to - from, {
        ...state,
        ...stepsBetween(given, from, to),
        ...masksOf(epoch * perEpoch + from, epoch * perEpoch + to),
        first,
        last,
        x: train.x,
        targets: train.targets,
      });
    }
  }
  return {
    bends: pairs.map((_, i) => modelRow(state['bend'] as Tensor, i)),
    steps: perEpoch * metric.epochs,
  };
}

/** Steps from..to-1 of sequences. */
function stepsBetween(
  sequences: Readonly<Record<string, Tensor>>,
  from: number,
  to: number,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(sequences).map(([name, { shape, data }]) => {
      const size = data.length / (shape[0] as number);
      const cut = data.subarray(from * size, to * size);
      return [name, tensor([to - from, ...shape.slice(1)], cut)];
    }),
  );
}

/** Minibatches and points on the curve for one epoch: `indices` [steps, S, batch], `coefficients` [steps, S, 1, 3]. */
function epochSequences(
  pairs: readonly CurveEnds[],
  epoch: number,
  { perEpoch, batchSize, samples }: { perEpoch: number; batchSize: number; samples: number },
): Record<'indices' | 'coefficients', Tensor> {
  const indices = new Int32Array(perEpoch * pairs.length * batchSize);
  const coefficients = new Float32Array(perEpoch * pairs.length * 3);
  pairs.forEach(({ streamSeed }, s) => {
    const order = new RandomStream(streamSeed, 'curve-shuffle', epoch).permutation(samples);
    const positions = new RandomStream(streamSeed, 'curve-t', epoch);
    for (let step = 0; step < perEpoch; step++) {
      const at = step * pairs.length + s;
      indices.set(order.subarray(step * batchSize, (step + 1) * batchSize), at * batchSize);
      coefficients.set(bezierCoefficients(positions.uniform()), at * 3);
    }
  });
  return {
    indices: tensor([perEpoch, pairs.length, batchSize], indices),
    coefficients: tensor([perEpoch, pairs.length, 1, 3], coefficients),
  };
}

async function measureCurve(
  context: CellContext,
  curve: CurveEnds & { bend: Float32Array },
  points: number,
): Promise<Measurement[]> {
  const subject: Subject = { kind: 'pair', seeds: curve.seeds };
  const samples = `all ${context.train.labels.length} training samples`;
  const grid = Array.from({ length: points }, (_, i) => i / (points - 1));
  const fine = await evaluateFinely(context, curve, grid);
  if (fine === null)
    return scalarNames.map((name) => ({
      kind: 'scalar',
      name,
      subject,
      samples,
      value: null,
      reason: 'the loss on the curve is not finite',
      error: null,
    }));
  const ts = fine.map((p) => p.t);
  const valuesOf = { error: fine.map((p) => p.error), loss: fine.map((p) => p.loss) };
  const scalar = (
    name: string,
    quantity: 'error' | 'loss',
    field: 'connectivity' | 'barrier' | 'gain',
  ): ScalarMeasurement => ({
    kind: 'scalar',
    name,
    subject,
    samples,
    value: curveStatistics(ts, valuesOf[quantity])[field],
    error: curveResolution(valuesOf[quantity])[field],
    errorOver: `resolution of ${ts.length} points on the curve; its training is one draw`,
  });
  return [
    scalar('modeConnectivity', 'error', 'connectivity'),
    scalar('curveBarrier', 'error', 'barrier'),
    scalar('curveGain', 'error', 'gain'),
    scalar('curveLossConnectivity', 'loss', 'connectivity'),
    scalar('curveLossBarrier', 'loss', 'barrier'),
    scalar('curveLossGain', 'loss', 'gain'),
    {
      kind: 'series',
      name: 'connecting-curve',
      subject,
      samples,
      columns: { t: ts, ...valuesOf },
    },
  ];
}

/** The scalars of one curve, in the order of `measureCurve`. */
export const scalarNames = [
  'modeConnectivity',
  'curveBarrier',
  'curveGain',
  'curveLossConnectivity',
  'curveLossBarrier',
  'curveLossGain',
] as const;

interface CurvePoint {
  readonly t: number;
  /** Percent. */
  readonly error: number;
  /** Nats. */
  readonly loss: number;
}

/** The curve at the given ts and around its extremes there, by t; null when a loss is not finite. */
async function evaluateFinely(
  context: CellContext,
  curve: { first: Float32Array; bend: Float32Array; last: Float32Array },
  grid: readonly number[],
): Promise<CurvePoint[] | null> {
  const coarse = await evaluateCurve(context, curve, grid);
  if (coarse === null) return null;
  const extra = (['error', 'loss'] as const).flatMap((quantity) =>
    refinementPoints(
      grid,
      coarse.map((p) => p[quantity]),
    ),
  );
  const refined = await evaluateCurve(context, curve, extra);
  if (refined === null) return null;
  return [...coarse, ...refined]
    .sort((a, b) => a.t - b.t)
    .filter((p, i, all) => i === 0 || p.t !== all[i - 1]?.t);
}

/** Error and loss at each t; null when a loss is not finite. */
async function evaluateCurve(
  context: CellContext,
  curve: { first: Float32Array; bend: Float32Array; last: Float32Array },
  ts: readonly number[],
): Promise<CurvePoint[] | null> {
  const range = [[0, context.train.labels.length]] as const;
  const points = stackRows(bezierPoints(curve, ts));
  const stack = await withRecomputedStatistics(context, points, context.train);
  const means = await evaluateModels(context, stack, {
    samples: context.train,
    ranges: range,
  });
  const rows: CurvePoint[] = [];
  for (const [i, t] of ts.entries()) {
    const [mean] = means[i] ?? [];
    const error = mean ? errorPercent(mean) : null;
    if (!mean || mean.loss === null || error === null) return null;
    rows.push({ t, error, loss: mean.loss });
  }
  return rows;
}
