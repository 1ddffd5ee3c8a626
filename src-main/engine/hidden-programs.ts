/** Representations inside of a network as programs: how alike samples look to a layer. */
import { constant, input, matmul, mul, reshape, slice, sub, sum, type Node } from './graph';
import { modelGraph, type SampleShape } from './network-programs';
import { splitParameters, type Network } from './networks/network';
import { makeProgram, type Program } from './program';
import { sizeOf } from './tensor';

/**
 * Gram matrices of hidden representations of several models: theta [S, 1, P], `x` [N, inputs] to `layer0`, `layer1`, ... [S, N, N], one
 * for each position asked for, in evaluation mode.
 *
 * Definition: Xc Xc' of X [N, features of a sample], Xc with column means removed; all 0 where X is the same for every sample.
 * @param positions - among `network.hidden`
 */
export function hiddenGramProgram(
  network: Network,
  { models, positions }: { models: number; positions: readonly number[] },
  { samples, inputs, objective }: Required<Omit<SampleShape, 'classes'>>,
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const parameters = splitParameters(network, theta);
  const model = modelGraph(network, { theta, parameters }, 'running');
  // Of a problem only its objective knows which columns of a row the network reads.
  objective.outputs(model, input('x', [samples, inputs]));
  const hidden = model.firstHidden();
  return makeProgram(
    Object.fromEntries(
      positions.map((position, i) => [`layer${i}`, gram(hidden[position] as Node, theta)]),
    ),
  );
}

/** [S, N, ...extents] to [S, N, N]. */
function gram(x: Node, theta: Node): Node {
  const lead = theta.shape.slice(0, -2);
  const [samples, ...extents] = x.shape.slice(lead.length) as [number, ...number[]];
  const rows = reshape(x, [...lead, samples, sizeOf(extents)]);
  // Without the first row a constant representation is 0 exactly, and its mean too.
  const moved = sub(rows, slice(rows, -2, { start: 0, end: 1 }));
  const centred = sub(moved, mul(constant(1 / samples), sum(moved, [-2])));
  return matmul(centred, centred, { transposeB: true });
}
