/** How fast an engine does what curvature is made of: Hessian-vector products, and a spectral density. */
import { models, samples } from '#main/engine/benchmark-work';
import { openEngine } from '#main/engine/engines';
import { cnn } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { crossEntropyObjective } from '#main/engine/objectives/cross-entropy';
import type { CellContext } from '#main/metrics/context';
import { rademacher } from '#main/metrics/curvature/hutchinson';
import { hessianProduct } from '#main/metrics/curvature/products';
import { stochasticQuadrature } from '#main/metrics/curvature/quadrature';
import { describeSpectrum } from '#main/metrics/spectral-density/measure';
import type { Executor } from '#main/engine/executor';

/** Seconds, or things per second, by the time of day and by the processor time of this process. */
export interface WallAndProcessor {
  readonly wall: number;
  readonly processor: number;
}

/** Vectors of a call: as the trace takes them. */
const vectorsPerCall = 10;
const inputs = 64;
const classes = 10;

/** A network by its name in the comparison, with the samples that its Hessian is over. */
function networkNamed(name: string): { network: Network; count: number } {
  const width = Number(name.slice(3));
  if (name.startsWith('mlp'))
    return {
      network: mlp({ sizes: [inputs, width, width, classes], activation: 'relu' }),
      count: 512,
    };
  const image = { image: [8, 8, 1], classes, depth: 3, activation: 'relu', norm: 'none' } as const;
  return { network: cnn({ ...image, width }), count: 256 };
}

/** A cell of random samples, and one model with initial weights: rates do not depend on their values. */
function cellOf(executor: Executor, network: Network, count: number) {
  const { x, targets } = samples({ samples: count, inputs, classes });
  const all = { x, targets, labels: new Int32Array(count) };
  const context: CellContext = {
    ...{ executor, network, objective: crossEntropyObjective, inputs, classes },
    ...{ train: all, measured: all, measuredOrder: '', test: all, all },
  };
  const weights = { theta: models(network, 1), statistics: new Float32Array(0) };
  return { context, models: [weights], samples: count };
}

const now = () => ({
  wall: performance.now() / 1000,
  processor: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
});

/**
 * Hessian-vector products per second of several networks together, as many of each, ten vectors a call, after a call to warm up.
 * @param names - `mlp4` .. `mlp64`, 64-w-w-10 over 512 samples; `cnn4` .. `cnn16`, three convolutions on 8x8 over 256 samples
 * @throws EngineUnavailableError when the engine cannot run here
 */
export async function hessianProductRate(
  engine: string,
  { names, leastMs }: { names: readonly string[]; leastMs: number },
): Promise<WallAndProcessor> {
  await using executor = await openEngine(engine);
  const calls = names.map((name) => {
    const { network, count } = networkNamed(name);
    const product = hessianProduct(cellOf(executor, network, count));
    const vectors = Array.from({ length: vectorsPerCall }, (_, k) =>
      rademacher(network.parameterCount, 0, k),
    );
    return () => product([vectors]);
  });
  for (const call of calls) await call();
  const started = now();
  let products = 0;
  while (now().wall - started.wall < leastMs / 1000) {
    for (const call of calls) await call();
    products += vectorsPerCall * calls.length;
  }
  const ended = now();
  return {
    wall: products / (ended.wall - started.wall),
    processor: products / (ended.processor - started.processor),
  };
}

/** What the comparison computes: the settings of the metric. */
const density = { steps: 100, probes: 1, sigma: 0.01 };

/**
 * Seconds of the spectral density of 64-32-32-10 over 1,437 samples, 100 steps from one vector, with its curve: the median of some
 * repetitions, after one to warm up.
 * @throws EngineUnavailableError when the engine cannot run here
 */
export async function spectralDensitySeconds(
  engine: string,
  repetitions: number,
): Promise<WallAndProcessor> {
  await using executor = await openEngine(engine);
  const network = mlp({ sizes: [inputs, 32, 32, classes], activation: 'relu' });
  const product = hessianProduct(cellOf(executor, network, 1437));
  const of = { subject: { kind: 'run', seed: 0 }, samples: '' } as const;
  const seen: WallAndProcessor[] = [];
  for (let i = 0; i <= repetitions; i++) {
    const started = now();
    const options = { models: 1, size: network.parameterCount, seed: i, ...density };
    const [quadratures] = await stochasticQuadrature(product, options);
    describeSpectrum(of, quadratures ?? [], density);
    const ended = now();
    seen.push({ wall: ended.wall - started.wall, processor: ended.processor - started.processor });
  }
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const counted = seen.slice(1);
  return {
    wall: middle(counted.map(({ wall }) => wall)),
    processor: middle(counted.map(({ processor }) => processor)),
  };
}
