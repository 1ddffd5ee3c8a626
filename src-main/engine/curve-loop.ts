/** Training the middle point of a curve between two fixed weight vectors, several curves at once. */
import { differentiate } from './differentiate';
import { add, constant, gather, input, mul, slice, type Node } from './graph';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss, modelOf, type Objective } from './objectives/objective';
import { joinParameters, splitParameters, type Network } from './networks/network';
import type { Evaluated } from './optimisers/optimiser';
import { sgd } from './optimisers/sgd';
import { makeLoop, makeProgram, type LoopProgram, type Program } from './program';
import type { TrainingShape } from './training-loop';

/**
 * The loss at, and the gradient of loss(phi) + weightDecay/2 ||phi||^2 with respect to the bend, [S, 1, P], for the point
 * phi = c0 first + c1 bend + c2 last of each curve; batch norm normalises with the minibatch.
 * @param coefficients - [S, 1, 3]
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
  const coefficient = (i: number) => slice(curve.coefficients, -1, { start: i, end: i + 1 });
  const middle = coefficient(1);
  const point = add(
    add(mul(coefficient(0), curve.first), mul(middle, curve.bend)),
    mul(coefficient(2), curve.last),
  );
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
  return { loss, gradient: mul(middle, penalised) };
}

/**
 * SGD on the bends: states `bend` and `buffer` [S, 1, P]; constants `first`, `last` [S, 1, P], `x`, `targets`; sequences
 * `indices` [S, batchSize], `coefficients` [S, 1, 3] and `rate` per step, and for networks with dropout their masks `dropout`
 * [S, batchSize, units].
 * Source: Garipov et al. 2018; checked in tests/reference/connectivity.test.ts
 */
export function curveLoop(
  network: Network,
  shape: TrainingShape,
  options: { momentum: number; weightDecay: number },
): LoopProgram {
  const { models, batchSize, samples, inputs, classes } = shape;
  const { units } = network.dropout;
  const rows = [models, 1, network.parameterCount];
  const indices = input('indices', [models, batchSize], 'int');
  const bend = input('bend', rows);
  const buffer = options.momentum === 0 ? null : input('buffer', rows);
  const curve = {
    first: input('first', rows),
    bend,
    last: input('last', rows),
    coefficients: input('coefficients', [models, 1, 3]),
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

/** One bend gradient on given samples: `first`, `bend`, `last` [S, 1, P], `coefficients` [S, 1, 3], `x`, `targets` to `gradient`. */
export function bendGradientProgram(
  network: Network,
  shape: Omit<TrainingShape, 'batchSize'>,
  weightDecay: number,
): Program {
  const rows = [shape.models, 1, network.parameterCount];
  const curve = {
    first: input('first', rows),
    bend: input('bend', rows),
    last: input('last', rows),
    coefficients: input('coefficients', [shape.models, 1, 3]),
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
