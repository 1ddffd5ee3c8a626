/** Gradients, Hessian-vector products and evaluation of a network's mean loss as programs. */
import { differentiate } from './differentiate';
import { concat, input, mul, reshape, sum, type Node } from './graph';
import { linearise } from './linearise';
import { crossEntropyObjective } from './objectives/cross-entropy';
import { meanLoss, modelOf, type Objective } from './objectives/objective';
import {
  joinParameters,
  joinStatistics,
  splitParameters,
  splitStatistics,
  type Network,
} from './networks/network';
import { makeProgram, type Program } from './program';

export interface SampleShape {
  /** N, samples that the loss is a mean over. */
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
  /** What the loss is; cross-entropy where it is left out. */
  readonly objective?: Objective;
}

/** How a Hessian-vector product is differentiated. */
export type ProductForm = 'forward-over-reverse' | 'reverse-over-reverse';

/**
 * What batch norm normalises with: `running` averages, given as the input `statistics` [S, ..., Q] beside theta, or those of
 * the `batch` that is evaluated. Networks without batch norm take no such input.
 */
export type StatisticsPolicy = 'running' | 'batch';

/** The network with parameters cut from theta [...lead, 1, P]. Reads the input `statistics` where the policy asks for it. */
export function modelGraph(
  network: Network,
  { theta, parameters }: { theta: Node; parameters: readonly Node[] },
  policy: StatisticsPolicy,
): ReturnType<typeof modelOf> {
  const isGiven = policy === 'running' && network.statisticsCount > 0;
  const statistics = isGiven
    ? splitStatistics(network, input('statistics', theta.shape.with(-1, network.statisticsCount)))
    : null;
  return modelOf(network, { parameters, lead: theta.shape.slice(0, -2) }, statistics);
}

function lossGraph(
  network: Network,
  theta: Node,
  { samples, inputs, classes, objective = crossEntropyObjective }: SampleShape,
  policy: StatisticsPolicy,
): { parameters: Node[]; loss: Node } {
  const parameters = splitParameters(network, theta);
  const model = modelGraph(network, { theta, parameters }, policy);
  const batch = { x: input('x', [samples, inputs]), targets: input('targets', [samples, classes]) };
  return { parameters, loss: meanLoss(objective.losses(model, batch)) };
}

/**
 * Gradients of the mean loss of several models: theta [S, 1, P] to `gradient` [S, 1, P] and `loss` [S].
 * Inputs: `x` [N, inputs], `targets` [N, classes], shared by the models.
 */
export function gradientProgram(
  network: Network,
  models: number,
  shape: SampleShape,
  policy: StatisticsPolicy = 'running',
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const { parameters, loss } = lossGraph(network, theta, shape, policy);
  return makeProgram({ loss, gradient: joinParameters(network, differentiate(loss, parameters)) });
}

/**
 * Exact products of the Hessian of the mean loss with K vectors for each of S models: theta [S, 1, 1, P] and
 * `vectors` [S, K, 1, P] to `products` [S, K, 1, P], not divided by anything.
 *
 * Forward over reverse computes the loss and its gradient once for all K vectors of a model; reverse over reverse allows
 * K = 1 only. Both are exact. Cost: about two gradients per vector.
 * Source: Pearlmutter 1994; checked in tests/reference/mlp.test.ts
 */
export function hessianVectorProgram(
  network: Network,
  batch: { models: number; vectors: number },
  shape: SampleShape,
  {
    form = 'forward-over-reverse',
    policy = 'running',
  }: { form?: ProductForm; policy?: StatisticsPolicy } = {},
): Program {
  const theta = input('theta', [batch.models, 1, 1, network.parameterCount]);
  const vectors = splitParameters(
    network,
    input('vectors', [batch.models, batch.vectors, 1, network.parameterCount]),
  );
  const { parameters, loss } = lossGraph(network, theta, shape, policy);
  const gradients = differentiate(loss, parameters);
  const products =
    form === 'forward-over-reverse'
      ? linearise(gradients, new Map(parameters.map((p, i) => [p, vectors[i] as Node]))).map(
          (d) => d as Node,
        )
      : differentiate(innerProduct(gradients, vectors), parameters);
  return makeProgram({
    products: joinParameters(network, products),
  });
}

/**
 * Second derivatives along K directions, v'Hv, of the mean loss of S models: theta [S, 1, 1, P] and `vectors` [1, K, 1, P],
 * the same for all models, to `curvatures` [S, K].
 *
 * Two forward passes, the second through the first: half the arithmetic of a Hessian-vector product, and what depends on the
 * vectors alone is computed once for all models.
 * Source: Griewank and Walther 2008, chapter 13; checked in tests/reference/mlp.test.ts
 */
export function curvatureProgram(
  network: Network,
  batch: { models: number; vectors: number },
  shape: SampleShape,
  policy: StatisticsPolicy = 'running',
): Program {
  const theta = input('theta', [batch.models, 1, 1, network.parameterCount]);
  const vectors = splitParameters(
    network,
    input('vectors', [1, batch.vectors, 1, network.parameterCount]),
  );
  const { parameters, loss } = lossGraph(network, theta, shape, policy);
  const directions = new Map(parameters.map((p, i) => [p, vectors[i] as Node]));
  const [slope] = linearise([loss], directions);
  const [curvature] = linearise([slope as Node], directions);
  return makeProgram({ curvatures: curvature as Node });
}

/** The sum over all tensors of the products of their elements, as one number. */
function innerProduct(a: readonly Node[], b: readonly Node[]): Node {
  const parts = a.map((x, i) => {
    const product = mul(x, b[i] as Node);
    return reshape(
      sum(
        product,
        product.shape.map((_, axis) => axis),
      ),
      [1],
    );
  });
  return sum(concat(parts, 0), [0]);
}

/**
 * Loss and prediction of every sample for several models: theta [S, 1, P], `x` [N, inputs], `targets` [N, classes] to
 * `loss` [S, N] and `prediction` [S, N]: what the objective predicts of a sample, a class or the value of a solution.
 */
export function evaluationProgram(
  network: Network,
  models: number,
  { samples, inputs, classes, objective = crossEntropyObjective }: SampleShape,
  policy: StatisticsPolicy = 'running',
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const parameters = splitParameters(network, theta);
  const x = input('x', [samples, inputs]);
  const model = modelGraph(network, { theta, parameters }, policy);
  return makeProgram({
    loss: objective.losses(model, { x, targets: input('targets', [samples, classes]) }),
    prediction: objective.predictions(model, x),
  });
}

/**
 * The outputs of several models on shared inputs: theta [S, 1, P], `x` [N, inputs] to `logits` [S, N, classes], before softmax;
 * of a problem the values of its solution.
 */
export function logitsProgram(
  network: Network,
  models: number,
  { samples, inputs, objective = crossEntropyObjective }: Omit<SampleShape, 'classes'>,
  policy: StatisticsPolicy = 'running',
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const parameters = splitParameters(network, theta);
  const model = modelGraph(network, { theta, parameters }, policy);
  return makeProgram({ logits: objective.outputs(model, input('x', [samples, inputs])) });
}

/**
 * The statistics of batch norm over given samples: theta [S, 1, P], `x` [N, inputs] to `statistics` [S, 1, Q], means and
 * unbiased variances, each layer normalised with its own.
 */
export function statisticsProgram(
  network: Network,
  models: number,
  { samples, inputs }: Omit<SampleShape, 'classes'>,
): Program {
  const theta = input('theta', [models, 1, network.parameterCount]);
  const x = input('x', [samples, inputs]);
  const { batch } = network.forward(splitParameters(network, theta), x, null);
  return makeProgram({ statistics: joinStatistics(network, batch) });
}
