/** Gradients of single outputs of single samples: the rows of a network's Jacobian. */
import { differentiate } from './differentiate';
import { broadcast, input, mul, slice, sum } from './graph';
import { modelOf, type Objective } from './objectives/objective';
import { joinParameters, splitParameters, splitStatistics, type Network } from './networks/network';
import { makeProgram, type Program } from './program';

/**
 * Gradients in the weights of R combinations of outputs: theta [1, 1, P] and, for networks with batch norm, `statistics` [1, 1, Q],
 * samples `x` [R, 1, inputs], one a row, and `directions` [R, 1, outputs] to `gradients` [R, 1, to - from]:
 * row r is the gradient of the sum over c of directions_rc f_c(x_r), before softmax.
 *
 * Each row has a copy of the weights of its own, as models trained together have: memory is some R x P.
 * @param part - half-open range of theta that the gradients are cut to
 * Checked in tests/unit/metrics/tangent-kernel.test.ts
 */
export function outputGradientProgram(
  network: Network,
  rows: number,
  shape: { readonly inputs: number; readonly outputs: number; readonly objective: Objective },
  part: { readonly start: number; readonly end: number },
): Program {
  const { inputs, outputs, objective } = shape;
  const theta = input('theta', [1, 1, network.parameterCount]);
  const parameters = splitParameters(network, broadcast(theta, [rows, 1, network.parameterCount]));
  const statistics =
    network.statisticsCount > 0
      ? splitStatistics(
          network,
          broadcast(input('statistics', [1, 1, network.statisticsCount]), [
            rows,
            1,
            network.statisticsCount,
          ]),
        )
      : null;
  const model = modelOf(network, { parameters, lead: [rows] }, statistics);
  const values = objective.outputs(model, input('x', [rows, 1, inputs]));
  const combined = sum(mul(values, input('directions', [rows, 1, outputs])), [-1]);
  const gradients = joinParameters(network, differentiate(combined, parameters));
  return makeProgram({ gradients: slice(gradients, -1, part) });
}
