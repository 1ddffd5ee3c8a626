/** Minibatch training of several models at once as a loop: the minibatches are gathered inside the graph. */
import { differentiate } from './differentiate';
import { add, constant, gather, input, mul, type Node } from './graph';
import { meanCrossEntropy } from './losses';
import { joinParameters, joinStatistics, splitParameters, type Network } from './networks/network';
import { sgdStep, type SgdOptions } from './optimisers';
import { makeLoop, type LoopProgram } from './program';

export interface TrainingShape {
  /** S, models trained together; each has its own minibatches. */
  readonly models: number;
  readonly batchSize: number;
  /** Rows of the data table. */
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
}

/**
 * SGD on minibatches: states `theta` and, with momentum, `buffer`, both [S, 1, P]; constants `x` [N, inputs] and `targets`
 * [N, classes]; for networks with batch norm also the state `statistics` [S, 1, Q], running averages; sequences `indices` [S, batchSize] per step and `rate` (a scalar per step; with `constantRate` a constant).
 *
 * Each model's numbers are the same, bit for bit, whatever S is (CPU).
 */
export function sgdLoop(
  network: Network,
  shape: TrainingShape,
  options: SgdOptions & { constantRate: boolean },
): LoopProgram {
  const { models, batchSize, samples, inputs, classes } = shape;
  const theta = input('theta', [models, 1, network.parameterCount]);
  const buffer = options.momentum === 0 ? null : input('buffer', theta.shape);
  const indices = input('indices', [models, batchSize], 'int');
  const parameters = splitParameters(network, theta);
  const batch = gather(input('x', [samples, inputs]), indices);
  const { logits, batch: seen } = network.forward(parameters, batch, null);
  const loss = meanCrossEntropy(logits, gather(input('targets', [samples, classes]), indices));
  const gradient = joinParameters(network, differentiate(loss, parameters));
  const next = sgdStep({ theta, buffer, gradient }, input('rate', []), options);
  return makeLoop(
    {
      theta: next.theta,
      ...(next.buffer ? { buffer: next.buffer } : {}),
      ...(seen.length > 0 ? { statistics: runningAverage(network, models, seen) } : {}),
    },
    options.constantRate ? ['indices'] : ['indices', 'rate'],
  );
}

/** Part of a batch's statistics in the running average after it, as PyTorch's default. */
const statisticsMomentum = 0.1;

function runningAverage(network: Network, models: number, seen: readonly Node[]): Node {
  const before = input('statistics', [models, 1, network.statisticsCount]);
  const now = joinStatistics(network, seen);
  return add(mul(constant(1 - statisticsMomentum), before), mul(constant(statisticsMomentum), now));
}
