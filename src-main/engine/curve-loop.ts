/** Training the bends of a curve between two fixed weight vectors, several curves at once. */
import { differentiate } from './differentiate';
import { add, constant, gather, input, mul, reshape, slice, type Node } from './graph';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss, modelOf, type Objective } from './objectives/objective';
import { joinParameters, splitParameters, type Network } from './networks/network';
import type { Evaluated } from './optimisers/optimiser';
import { sgd } from './optimisers/sgd';
import { makeLoop, makeProgram, type LoopProgram, type Program } from './program';
import type { TrainingShape } from './training-loop';

/**
 * The loss at, and the gradient of loss(phi) + weightDecay/2 ||phi||^2 with respect to the bends, [S, bends, P], for the point
 * phi = c0 first + c1 bend1 + ... + cn last of each curve; batch norm normalises with the minibatch.
 * @param bend - [S, bends, P]
 * @param coefficients - [S, 1, bends + 2]
 */
function evaluateBend(
  network: Network,
  curve: { first: Node; bend: Node; last: Node; coefficients: Node },
  batch: {
    x: Node;
    targets: Node;
    weightDecay: number;
    objective: Objective | undefined;
    masks: Node | null;
  },
): Evaluated {
  const bends = curve.bend.shape.at(-2) as number;
  const coefficient = (i: number) => slice(curve.coefficients, -1, { start: i, end: i + 1 });
  const bendAt = (j: number) =>
    bends === 1 ? curve.bend : slice(curve.bend, -2, { start: j, end: j + 1 });
  const begun = mul(coefficient(0), curve.first);
  const bent = Array.from({ length: bends }, (_, j) => mul(coefficient(j + 1), bendAt(j)));
  const point = add(bent.reduce(add, begun), mul(coefficient(bends + 1), curve.last));
  const parameters = splitParameters(network, point);
  const { objective = crossEntropyObjective } = batch;
  const model = modelOf(
    network,
    { parameters, lead: point.shape.slice(0, -2), masks: batch.masks },
    null,
  );
  const loss = meanLoss(objective.losses(model, batch));
  const gradient = joinParameters(network, differentiate(loss, parameters));
  const penalised =
    batch.weightDecay === 0 ? gradient : add(gradient, mul(constant(batch.weightDecay), point));
  const shares = slice(curve.coefficients, -1, { start: 1, end: bends + 1 });
  const column = bends === 1 ? shares : reshape(shares, curve.bend.shape.with(-1, 1));
  return { loss, gradient: mul(column, penalised) };
}

/**
 * SGD on the bends: states `bend` and `buffer` [S, bends, P]; constants `first`, `last` [S, 1, P], `x`, `targets`; sequences
 * `indices` [S, batchSize], `coefficients` [S, 1, bends + 2] and `rate` per step, and for networks with dropout their masks `dropout`
 * [S, batchSize, units].
 * Source: Garipov et al. 2018; checked in tests/reference/connectivity.test.ts
 */
export function curveLoop(
  network: Network,
  shape: TrainingShape,
  options: { momentum: number; weightDecay: number; bends: number },
): LoopProgram {
  const { models, batchSize, samples, inputs, classes } = shape;
  const { units } = network.dropout;
  const rows = [models, 1, network.parameterCount];
  const trained = rows.with(1, options.bends);
  const indices = input('indices', [models, batchSize], 'int');
  const bend = input('bend', trained);
  const buffer = options.momentum === 0 ? null : input('buffer', trained);
  const curve = {
    first: input('first', rows),
    bend,
    last: input('last', rows),
    coefficients: input('coefficients', [models, 1, options.bends + 2]),
  };
  const batch = {
    x: gather(input('x', [samples, inputs]), indices),
    targets: gather(input('targets', [samples, classes]), indices),
    weightDecay: options.weightDecay,
    objective: shape.objective,
    masks: units > 0 ? input('dropout', [models, batchSize, units]) : null,
  };
  const { momentum } = options;
  const next = sgd({ momentum, nesterov: false, weightDecay: 0 }).step({
    theta: bend,
    states: buffer ? { buffer } : {},
    rate: input('rate', []),
    scalars: {},
    noise: null,
    at: (point) => evaluateBend(network, { ...curve, bend: point }, batch),
  });
  const sequences = ['indices', 'coefficients', 'rate', ...(units > 0 ? ['dropout'] : [])];
  return makeLoop({ bend: next.theta, ...next.states }, sequences);
}

/**
 * One gradient of the bends on given samples: `first`, `last` [S, 1, P], `bend` [S, bends, P], `coefficients` [S, 1, bends + 2], `x`,
 * `targets` to `gradient` [S, bends, P].
 */
export function bendGradientProgram(
  network: Network,
  shape: Omit<TrainingShape, 'batchSize'>,
  { weightDecay, bends }: { weightDecay: number; bends: number },
): Program {
  const rows = [shape.models, 1, network.parameterCount];
  const curve = {
    first: input('first', rows),
    bend: input('bend', rows.with(1, bends)),
    last: input('last', rows),
    coefficients: input('coefficients', [shape.models, 1, bends + 2]),
  };
  const batch = {
    x: input('x', [shape.samples, shape.inputs]),
    targets: input('targets', [shape.samples, shape.classes]),
    weightDecay,
    objective: shape.objective,
    masks: null,
  };
  return makeProgram({ gradient: evaluateBend(network, curve, batch).gradient });
}
