/** Samples between samples, on which representations are compared. */
import { RandomStream } from '#main/engine/random';
import { tensor, type Tensor } from '#main/engine/tensor';

/** Samples are mixed in batches of this size, with one lambda each. */
export const mixupBatch = 128;
const mixupAlpha = 16;

/**
 * Mixed samples x = lambda a + (1 - lambda) b, lambda ~ Beta(16, 16), one lambda per batch of 128; a are the first `count`
 * samples in random order, b the same batch in another order. Stream `mixup` of `seed`: the same for all cells and seeds.
 * @param x - [N, inputs]
 * @returns [count, inputs]
 * Source: Zhang et al. 2018 (mixup); Yang et al. 2021 for its use here
 */
export function mixSamples(x: Tensor, count: number, seed: number): Tensor {
  const stream = new RandomStream(seed, 'mixup');
  const inputs = x.shape[1] as number;
  const chosen = stream.permutation(count);
  const mixed = new Float32Array(count * inputs);
  for (let start = 0; start < count; start += mixupBatch) {
    const batch = chosen.subarray(start, Math.min(start + mixupBatch, count));
    const lambda = stream.symmetricBeta(mixupAlpha);
    const partner = stream.permutation(batch.length);
    const partners = batch.map((_, i) => batch[partner[i] as number] as number);
    mixed.set(mixRows(x, { rows: batch, partners, lambda }), start * inputs);
  }
  return tensor([count, inputs], mixed);
}

interface Mixing {
  /** Positions in x, and those that each is mixed with. */
  readonly rows: ArrayLike<number>;
  readonly partners: ArrayLike<number>;
  readonly lambda: number;
}

/** lambda x[row] + (1 - lambda) x[partner] for each row, flat; computed in float64 and kept as float32. */
export function mixRows(x: Tensor, { rows, partners, lambda }: Mixing): Float32Array {
  const inputs = x.shape[1] as number;
  const mixed = new Float32Array(rows.length * inputs);
  for (let i = 0; i < rows.length; i++) {
    const [row, other] = [rows[i] as number, partners[i] as number];
    for (let f = 0; f < inputs; f++) {
      mixed[i * inputs + f] =
        lambda * (x.data[row * inputs + f] as number) +
        (1 - lambda) * (x.data[other * inputs + f] as number);
    }
  }
  return mixed;
}
