/** Trains curves of low loss between pairs of models. */
import { curveLoop } from '#main/engine/curve-loop';
import { dropoutMasks } from '#main/engine/dropout';
import { initialParameters, type Initialisation } from '#main/engine/networks/initialise';
import type { Network } from '#main/engine/networks/network';
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';
import { modelRow, stackRows } from '../context';
import { linearPoint } from '../linear-path';
import type { MeasureSurroundings } from '../measure';
import { curveCoefficients, type Curve } from './curve-points';
import type { ModeConnectivitySettings } from './definition';

/** The models that a curve joins. */
export interface CurveEnds {
  readonly seeds: readonly [number, number];
  /** Keys the random streams of the curve's training, as `curveStreamSeed` makes it. */
  readonly streamSeed: number;
  /** theta, [P]. */
  readonly first: Float32Array;
  readonly last: Float32Array;
}

/** The factor on the curve's learning rate at a fraction of its training. */
export function curveRateFactor(progress: number): number {
  if (progress <= 0.5) return 1;
  return progress <= 0.9 ? 1 - (0.99 * (progress - 0.5)) / 0.4 : 0.01;
}

/** Bytes of dropout masks that one call is given. */
const mostMaskBytes = 50_000_000;

/**
 * Trains the bends of a curve between each two models, each pair as alone.
 *
 * Bends from equal steps on the line between the ends, or from fresh networks; SGD with momentum on loss + weightDecay/2 ||phi(t)||^2,
 * one t ~ U(0, 1) per minibatch (streams `curve-shuffle` and `curve-t` of the stream seed, index = epoch), incomplete batches dropped;
 * rate times 1 for the first half of the steps, then linear to 0.01 at 90%, then 0.01. As in the code of Garipov et al. 2018 the network
 * is in its training mode, so that batch norm normalises with the minibatch and dropout drops.
 */
export async function trainCurves(
  { context, settings: { model } }: MeasureSurroundings,
  pairs: readonly CurveEnds[],
  metric: ModeConnectivitySettings,
): Promise<{ curves: Curve[]; steps: number }> {
  const { executor, network, objective, inputs, classes, train } = context;
  const { batchSize, momentum, weightDecay, bends } = metric;
  const samples = train.labels.length;
  const shape = { models: pairs.length, batchSize, samples, inputs, classes };
  const key = `curve ${network.key} ${objective.key} ${Object.values(shape).join(' ')} ${momentum} ${weightDecay} ${bends}`;
  const loop = await executor.loop(key, () =>
    curveLoop(network, { ...shape, objective }, { momentum, weightDecay, bends }),
  );
  const perEpoch = Math.floor(samples / batchSize);
  const first = stackRows(pairs.map((p) => p.first));
  const last = stackRows(pairs.map((p) => p.last));
  const starts = pairs.map((pair) =>
    metric.start === 'midpoint'
      ? bendsOnLine(pair, bends)
      : bendsOfFreshNetworks(pair, bends, { network, kind: model.initialisation }),
  );
  let state: Record<string, Tensor> = { bend: stackBends(starts) };
  if (momentum !== 0) {
    const { shape: rows, data } = state['bend'] as Tensor;
    state['buffer'] = tensor(rows, new Float32Array(data.length));
  }
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
    const sequences = epochSequences(pairs, epoch, { ...metric, perEpoch, samples });
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
  const size = network.parameterCount;
  const curves = pairs.map(({ first: from, last: to }, i) => {
    const row = modelRow(state['bend'] as Tensor, i);
    const trained = Array.from({ length: bends }, (_, j) => row.slice(j * size, (j + 1) * size));
    return { kind: metric.curve, first: from, bends: trained, last: to };
  });
  return { curves, steps: perEpoch * metric.epochs };
}

/** Bends at equal steps on the straight line between the ends. */
function bendsOnLine({ first, last }: CurveEnds, bends: number): Float32Array[] {
  return Array.from({ length: bends }, (_, j) => linearPoint(first, last, (j + 1) / (bends + 1)));
}

/** Bends that are initial weights of networks with seeds of their own. */
function bendsOfFreshNetworks(
  { streamSeed }: CurveEnds,
  bends: number,
  { network, kind }: { network: Network; kind: Initialisation },
): Float32Array[] {
  return Array.from({ length: bends }, (_, j) =>
    initialParameters(network, (streamSeed + j) >>> 0, kind),
  );
}

/** The bends of several curves, [S, bends, P]. */
function stackBends(curves: readonly (readonly Float32Array[])[]): Tensor {
  const { shape, data } = stackRows(curves.flat());
  return tensor([curves.length, (curves[0] ?? []).length, shape.at(-1) as number], data);
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

/** Minibatches and points on the curve for one epoch: `indices` [steps, S, batch], `coefficients` [steps, S, 1, bends + 2]. */
function epochSequences(
  pairs: readonly CurveEnds[],
  epoch: number,
  {
    perEpoch,
    batchSize,
    samples,
    curve,
    bends,
  }: ModeConnectivitySettings & { perEpoch: number; samples: number },
): Record<'indices' | 'coefficients', Tensor> {
  const indices = new Int32Array(perEpoch * pairs.length * batchSize);
  const coefficients = new Float32Array(perEpoch * pairs.length * (bends + 2));
  pairs.forEach(({ streamSeed }, s) => {
    const order = new RandomStream(streamSeed, 'curve-shuffle', epoch).permutation(samples);
    const positions = new RandomStream(streamSeed, 'curve-t', epoch);
    for (let step = 0; step < perEpoch; step++) {
      const at = step * pairs.length + s;
      indices.set(order.subarray(step * batchSize, (step + 1) * batchSize), at * batchSize);
      const point = curveCoefficients(curve, positions.uniform(), bends);
      coefficients.set(point, at * (bends + 2));
    }
  });
  return {
    indices: tensor([perEpoch, pairs.length, batchSize], indices),
    coefficients: tensor([perEpoch, pairs.length, 1, bends + 2], coefficients),
  };
}
