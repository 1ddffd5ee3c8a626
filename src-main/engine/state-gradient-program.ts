/** Gradients of a network's mean loss in everything that it depends on: the weights and the running averages of batch norm. */
import { differentiate } from './differentiate';
import { input } from './graph';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss, modelOf } from './objectives/objective';
import {
  joinParameters,
  joinStatistics,
  splitParameters,
  splitStatistics,
  type Network,
} from './networks/network';
import type { SampleShape } from './network-programs';
import { makeProgram, type Program } from './program';

/**
 * Loss and gradients of several models: theta [S, 1, P] and, for networks with batch norm, `statistics` [S, 1, Q] to `loss` [S],
 * `gradient` [S, 1, P] and, where there are statistics, `statisticsGradient` [S, 1, Q].
 * Inputs: `x` [N, inputs], `targets` [N, classes], shared by the models. Checked in tests/unit/metrics/mean-gradients.test.ts
 */
export function stateGradientProgram(
  network: Network,
  models: number,
  { samples, inputs, classes, objective = crossEntropyObjective }: SampleShape,
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const parameters = splitParameters(network, theta);
  const isNormalised = network.statisticsCount > 0;
  const statistics = isNormalised
    ? splitStatistics(network, input('statistics', [models, 1, network.statisticsCount]))
    : null;
  const model = modelOf(network, { parameters, lead: [models] }, statistics);
  const batch = { x: input('x', [samples, inputs]), targets: input('targets', [samples, classes]) };
  const loss = meanLoss(objective.losses(model, batch));
  const gradients = differentiate(loss, [...parameters, ...(statistics ?? [])]);
  return makeProgram({
    loss,
    gradient: joinParameters(network, gradients.slice(0, parameters.length)),
    ...(statistics
      ? { statisticsGradient: joinStatistics(network, gradients.slice(parameters.length)) }
      : {}),
  });
}
