/**
 * Dropout's masks: drawn outside of programs and given to them step by step, so that every executor and every packing sees the same.
 * Source: Srivastava et al. 2014, in the inverted form: what stays is scaled while training, evaluation changes nothing.
 */
import { RandomStream, type StreamPurpose } from './random';
import { tensor, type Tensor } from './tensor';

/** What a network drops while it trains. */
export interface Dropout {
  /** Probability that a unit is dropped, in [0, 1). */
  readonly rate: number;
  /** Units of one sample that are dropped one by one, over all of the network's dropout layers; 0 for networks without. */
  readonly units: number;
}

/**
 * Masks [steps, S, batch, units]: 0 with probability `rate`, else 1 / (1 - rate), so that each has mean 1.
 * @param seeds - of each model's stream; its masks do not depend on the others
 * @param steps - indices of the streams, counted over the whole training
 */
export function dropoutMasks(
  purpose: StreamPurpose,
  { seeds, steps, batch }: { seeds: readonly number[]; steps: readonly number[]; batch: number },
  { rate, units }: Dropout,
): Tensor {
  const size = batch * units;
  const data = new Float32Array(steps.length * seeds.length * size);
  const kept = 1 / (1 - rate);
  const threshold = rate * 2 ** 32;
  let at = 0;
  for (const step of steps)
    for (const seed of seeds) {
      const stream = new RandomStream(seed, purpose, step);
      for (let i = 0; i < size; i++) data[at++] = stream.uint32() < threshold ? 0 : kept;
    }
  return tensor([steps.length, seeds.length, batch, units], data);
}
