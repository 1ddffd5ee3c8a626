/** The Gauss-Newton matrix of a network's mean loss, G = J'AJ, as programs: J the derivatives of the outputs in the weights, A the Hessian of the mean loss in the outputs. */
import { differentiate } from './differentiate';
import { broadcast, constant, input, mul, reshape, sum, type Node } from './graph';
import { linearise } from './linearise';
import { modelGraph, type SampleShape, type StatisticsPolicy } from './network-programs';
import { joinParameters, splitParameters, type Network } from './networks/network';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss } from './objectives/objective';
import { makeProgram, type Program } from './program';

/** Jv and AJv, both [S, K, N, C], for vectors [S, K, 1, P] or [1, K, 1, P], and what they were made from. */
interface PushedVectors {
  readonly parameters: readonly Node[];
  /** [S, 1, N, C] */
  readonly outputs: Node;
  readonly moved: Node;
  readonly weighted: Node;
}

function pushVectors(
  network: Network,
  { theta, vectors }: { theta: Node; vectors: Node },
  {
    samples,
    inputs,
    classes,
    objective = crossEntropyObjective,
    policy,
  }: SampleShape & { policy: StatisticsPolicy },
): PushedVectors {
  const parameters = splitParameters(network, theta);
  const model = modelGraph(network, { theta, parameters }, policy);
  const batch = { x: input('x', [samples, inputs]), targets: input('targets', [samples, classes]) };
  const outputs = model.apply(batch.x);
  // The loss as a function of the outputs alone: whatever the objective asks of the model, it is given these.
  const loss = meanLoss(objective.losses({ lead: model.lead, apply: () => outputs }, batch));
  const directions = splitParameters(network, vectors);
  const moved = tangentOf(outputs, new Map(parameters.map((p, i) => [p, directions[i] as Node])));
  const [slope] = differentiate(loss, [outputs]);
  return {
    parameters,
    outputs,
    moved,
    weighted: tangentOf(slope as Node, new Map([[outputs, moved]])),
  };
}

/** The tangent of one node; zeros where it does not move. */
function tangentOf(node: Node, directions: ReadonlyMap<Node, Node>): Node {
  const [tangent] = linearise([node], directions);
  return tangent ?? broadcast(constant(0), node.shape);
}

/**
 * Products Gv of the Gauss-Newton matrix of the mean loss with K vectors for each of S models: theta [S, 1, 1, P] and `vectors`
 * [S, K, 1, P] to `products` [S, K, 1, P].
 *
 * Linearised, then transposed: Jv forward, A(Jv) in the outputs, J'u as the tangent of J'c, which is linear in c. Exact. The loss
 * must depend on the weights through the outputs at the samples alone, as cross-entropy does.
 * Cost: about two gradients per vector. Source: Schraudolph 2002; checked in tests/reference/gauss-newton.test.ts
 */
export function gaussNewtonVectorProgram(
  network: Network,
  batch: { models: number; vectors: number },
  shape: SampleShape,
  { policy = 'running' }: { policy?: StatisticsPolicy } = {},
): Program {
  const theta = input('theta', [batch.models, 1, 1, network.parameterCount]);
  const vectors = input('vectors', [batch.models, batch.vectors, 1, network.parameterCount]);
  const pushed = pushVectors(network, { theta, vectors }, { ...shape, policy });
  const cotangent = input('cotangent', pushed.outputs.shape);
  const transposed = differentiate(mul(pushed.outputs, cotangent), pushed.parameters);
  const products = linearise(transposed, new Map([[cotangent, pushed.weighted]]));
  return makeProgram({
    products: joinParameters(
      network,
      products.map((product) => product as Node),
    ),
  });
}

/**
 * v'Gv = (Jv)'A(Jv) of S models along K vectors that they share: theta [S, 1, 1, P] and `vectors` [1, K, 1, P] to `curvatures` [S, K].
 *
 * Forward passes alone: half the arithmetic of a product. Source: Schraudolph 2002; checked in tests/reference/gauss-newton.test.ts
 */
export function gaussNewtonCurvatureProgram(
  network: Network,
  batch: { models: number; vectors: number },
  shape: SampleShape,
  policy: StatisticsPolicy = 'running',
): Program {
  const theta = input('theta', [batch.models, 1, 1, network.parameterCount]);
  const vectors = input('vectors', [1, batch.vectors, 1, network.parameterCount]);
  const { moved, weighted } = pushVectors(network, { theta, vectors }, { ...shape, policy });
  const terms = sum(mul(moved, weighted), [-2, -1]);
  return makeProgram({ curvatures: reshape(terms, [batch.models, batch.vectors]) });
}
