/** Minibatch training of several models at once as a loop: the minibatches are gathered inside the graph. */
import { differentiate } from './differentiate';
import {
  abs,
  add,
  constant,
  div,
  gather,
  input,
  mul,
  reshape,
  sqrt,
  sum,
  type Node,
} from './graph';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss, modelOf, type Objective } from './objectives/objective';
import { joinParameters, joinStatistics, splitParameters, type Network } from './networks/network';
import { innerProduct, type Evaluated, type Optimiser } from './optimisers/optimiser';
import { makeLoop, type LoopProgram } from './program';

export interface TrainingShape {
  /** S, models trained together; each has its own minibatches. */
  readonly models: number;
  readonly batchSize: number;
  /** Rows of the data table. */
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
  /** What is minimised; cross-entropy where it is left out. */
  readonly objective?: Objective;
}

export interface TrainingOptions {
  readonly optimiser: Optimiser;
  readonly constantRate: boolean;
  /** Strength of the compressibility regulariser ||theta||_1 / ||theta||_2; 0 for none. */
  readonly compressibility: number;
}

/**
 * Minibatch training: states `theta` [S, 1, P], those of the optimiser and, for networks with batch norm, `statistics`
 * [S, 1, Q], running averages; constants `x` [N, inputs] and, where the objective reads them, `targets` [N, classes];
 * sequences `indices` [S, batchSize], `rate` (a scalar per step; with `constantRate` a constant), the optimiser's scalars,
 * where it asks for it `noise` [S, 1, P], and for networks with dropout their masks `dropout` [S, batchSize, units]: the same
 * for every look at a minibatch.
 *
 * Each model's numbers are the same, bit for bit, whatever S is (CPU).
 */
export function trainingLoop(
  network: Network,
  shape: TrainingShape,
  { optimiser, constantRate, compressibility }: TrainingOptions,
): LoopProgram {
  const { models, batchSize, samples, inputs, classes, objective = crossEntropyObjective } = shape;
  const theta = input('theta', [models, 1, network.parameterCount]);
  const indices = input('indices', [models, batchSize], 'int');
  const batch = gather(input('x', [samples, inputs]), indices);
  const targets = gather(input('targets', [samples, classes]), indices);
  const { units } = network.dropout;
  const masks = units > 0 ? input('dropout', [models, batchSize, units]) : null;
  let seen: readonly Node[] | null = null;
  const at = (point: Node): Evaluated => {
    const parameters = splitParameters(network, point);
    const model = modelOf(network, { parameters, lead: [models], masks }, null);
    const loss = meanLoss(objective.losses(model, { x: batch, targets }));
    // A second look at the same minibatch does not count again.
    seen ??= model.firstBatch();
    const gradient = joinParameters(network, differentiate(loss, parameters));
    return withCompressibility({ loss, gradient }, point, compressibility);
  };
  const named = (names: readonly string[], of: readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, input(name, of)]));
  const next = optimiser.step({
    theta,
    states: named(optimiser.states, theta.shape),
    rate: input('rate', []),
    scalars: named(optimiser.scalars, []),
    noise: optimiser.needsNoise ? input('noise', theta.shape) : null,
    at,
  });
  const statistics = seen as readonly Node[] | null;
  const averages =
    statistics && statistics.length > 0
      ? { statistics: runningAverage(network, models, statistics) }
      : {};
  const sequences = [
    'indices',
    ...(constantRate ? [] : ['rate']),
    ...optimiser.scalars,
    ...(optimiser.needsNoise ? ['noise'] : []),
    ...(masks ? ['dropout'] : []),
  ];
  return makeLoop({ theta: next.theta, ...next.states, ...averages }, sequences);
}

/** ||theta||_1 / ||theta||_2 of each model, [S, 1, P] to [S, 1, 1]: sqrt(k) for k equal weights. */
export function compressibilityOf(theta: Node): Node {
  return div(sum(abs(theta), [-1]), sqrt(innerProduct(theta, theta)));
}

/** Loss and gradient with the regulariser in both: a line search looks at the loss that its slope belongs to. */
function withCompressibility(
  { loss, gradient }: Evaluated,
  theta: Node,
  strength: number,
): Evaluated {
  if (strength === 0) return { loss, gradient };
  const penalty = mul(constant(strength), compressibilityOf(theta));
  const [slope] = differentiate(penalty, [theta]);
  return {
    loss: add(loss, reshape(penalty, loss.shape)),
    gradient: add(gradient, slope as Node),
  };
}

/** Part of a batch's statistics in the running average after it, as PyTorch's default. */
const statisticsMomentum = 0.1;

function runningAverage(network: Network, models: number, seen: readonly Node[]): Node {
  const before = input('statistics', [models, 1, network.statisticsCount]);
  const now = joinStatistics(network, seen);
  return add(mul(constant(1 - statisticsMomentum), before), mul(constant(statisticsMomentum), now));
}
