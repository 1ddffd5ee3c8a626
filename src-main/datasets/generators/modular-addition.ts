/** Addition modulo a number, as a sequence of three tokens. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import { generatedFacts } from '#shared/domain/generated-datasets';
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';

/**
 * Every pair (a, b) once, shuffled (stream `data-order`): the tokens `a b =`, one-hot over 0..modulus-1 and `=`; the label is
 * (a + b) mod modulus. The first share of the shuffled pairs trains.
 * Source: Power et al., "Grokking: generalization beyond overfitting on small algorithmic datasets", 2022.
 */
export function modularAddition(spec: GeneratedDatasetSpecOf<'modular-addition'>): Rows {
  const { modulus } = spec;
  const { inputs: width } = generatedFacts(spec);
  const vocabulary = modulus + 1;
  const order = pairOrder(spec);
  const inputs = new Float32Array(order.length * width);
  const labels = new Int32Array(order.length);
  order.forEach((pair, place) => {
    const a = Math.floor(pair / modulus);
    const b = pair % modulus;
    [a, b, modulus].forEach((token, position) => {
      inputs[place * width + position * vocabulary + token] = 1;
    });
    labels[place] = (a + b) % modulus;
  });
  return { inputs, labels };
}

type PairSettings = Pick<GeneratedDatasetSpecOf<'modular-addition'>, 'modulus' | 'dataSeed'>;

function pairOrder({ modulus, dataSeed }: PairSettings): Int32Array {
  return new RandomStream(dataSeed, 'data-order').permutation(modulus ** 2);
}

/** The sums alone, by their places. */
export function modularSums(spec: PairSettings): (place: number) => number {
  const order = pairOrder(spec);
  return (place) => {
    const pair = order[place] as number;
    return (Math.floor(pair / spec.modulus) + (pair % spec.modulus)) % spec.modulus;
  };
}
