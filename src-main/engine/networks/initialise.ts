/** Initial weights. */
import { RandomStream } from '../random';
import { sizeOf } from '../tensor';
import type { Network } from './network';

export type Initialisation = 'fan-in-uniform' | 'he' | 'xavier';

/**
 * Initial theta [P] of a network, float32, from the stream `init` of the seed.
 *
 * `fan-in-uniform`: weights and biases uniform(-1/sqrt(fan_in), 1/sqrt(fan_in)), as PyTorch's linear and convolution layers
 * do; here attention and embeddings too, those with their width as fan_in. `he`: weights
 * Normal(0, 2/fan_in), biases 0 (He et al. 2015). `xavier`: weights uniform(-a, a), a = sqrt(6/(fan_in + fan_out)),
 * biases 0 (Glorot and Bengio 2010). Scales of norms start at 1, their shifts at 0. Never throws.
 */
export function initialParameters(
  network: Network,
  seed: number,
  kind: Initialisation,
): Float32Array {
  const stream = new RandomStream(seed, 'init');
  const theta = new Float32Array(network.parameterCount);
  let at = 0;
  for (const { shape, fanIn, fanOut, initial } of network.parameters) {
    if (initial !== undefined) {
      theta.fill(initial, at, at + sizeOf(shape));
      at += sizeOf(shape);
      continue;
    }
    const isBias = shape.length === 1;
    for (let i = 0; i < sizeOf(shape); i++, at++) {
      if (kind === 'fan-in-uniform') theta[at] = (2 * stream.uniform() - 1) / Math.sqrt(fanIn);
      else if (isBias) theta[at] = 0;
      else if (kind === 'he') theta[at] = stream.normal() * Math.sqrt(2 / fanIn);
      else theta[at] = (2 * stream.uniform() - 1) * Math.sqrt(6 / (fanIn + fanOut));
    }
  }
  return theta;
}

/** Initial statistics of batch norm [Q]: means 0, variances 1. */
export function initialStatistics(network: Network): Float32Array {
  const values = network.statistics.flatMap(({ shape, initial }) =>
    new Array<number>(sizeOf(shape)).fill(initial),
  );
  return Float32Array.from(values);
}
