/** How exactly an executor works on this machine. */
import { convolutions, models, perceptron, samples, training } from './benchmark-work';
import type { EngineErrors } from './engine-conformance';
import type { Executor } from './executor';
import { ReferenceExecutor } from './executors/reference';
import { gradientProgram, hessianVectorProgram } from './network-programs';
import type { Network } from './networks/network';
import { tensor, type Tensor } from './tensor';

/** Compares an executor with the reference; takes a fraction of a second on a fast one. */
export async function engineErrors(executor: Executor): Promise<EngineErrors> {
  await using reference = new ReferenceExecutor();
  const worst = { gradientError: 0, productError: 0, trainingError: 0 };
  for (const network of [perceptron, convolutions]) {
    const [got, expected] = [await probe(executor, network), await probe(reference, network)];
    for (const name of ['gradientError', 'productError', 'trainingError'] as const)
      worst[name] = Math.max(worst[name], relative(got[name].data, expected[name].data));
  }
  return worst;
}

/** A gradient, a Hessian-vector product and the weights after ten steps. */
async function probe(on: Executor, network: Network) {
  const shape = { samples: 16, inputs: 64, classes: 10 };
  const size = network.parameterCount;
  const theta = models(network, 1);
  const data = samples(shape);
  const gradientOf = await on.program(`gradient ${network.key}`, () =>
    gradientProgram(network, 1, shape),
  );
  const productOf = await on.program(`product ${network.key}`, () =>
    hessianVectorProgram(network, { models: 1, vectors: 1 }, shape),
  );
  const { gradient } = await gradientOf.run({ theta: tensor([1, 1, size], theta), ...data });
  const { products } = await productOf.run({
    theta: tensor([1, 1, 1, size], theta),
    vectors: tensor([1, 1, 1, size], models(network, 2).subarray(size)),
    ...data,
  });
  const train = await training(on, network, { models: 1, batchSize: 8, samples: 16 });
  const trained = await train(10);
  return {
    gradientError: gradient as Tensor,
    productError: products as Tensor,
    trainingError: trained['theta'] as Tensor,
  };
}

/** NaN where a result is not finite. */
function relative(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs((got[i] as number) - (expected[i] as number)));
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return worst / largest;
}
