/** Random directions whose filters are as long as those of the weights, so that a step means the same for all networks. */
import type { NetworkParameter } from '#main/engine/networks/network';
import { sizeOf } from '#main/engine/tensor';
import { RandomStream } from '#main/engine/random';
import type { Direction } from './direction';

/** The same directions for all cells and runs with as many weights. */
const streamSeed = 0;

/**
 * A direction with each filter scaled to the length of the same filter of the weights.
 *
 * Definition: a filter is one index of the first axis of a tensor of two or more axes; d_f becomes d_f ||w_f|| / ||d_f||, and 0
 * where d_f is 0. Tensors of one axis (biases, scales and shifts of norms) become 0, so batch norm does not undo the scale.
 * @param theta - weights, [P]
 * @param direction - [P]; not modified
 * @returns [P], in units of weights; never throws
 * Source: Li et al. 2018; checked in tests/reference/trajectory.test.ts
 */
export function filterNormalised(
  parameters: readonly Pick<NetworkParameter, 'shape'>[],
  theta: ArrayLike<number>,
  direction: ArrayLike<number>,
): Direction {
  const result = new Float64Array(theta.length);
  let from = 0;
  for (const { shape } of parameters) {
    const size = sizeOf(shape);
    const filters = shape.length < 2 ? 0 : (shape[0] as number);
    const each = filters === 0 ? 0 : size / filters;
    for (let filter = 0; filter < filters; filter++) {
      const start = from + filter * each;
      const length = normBetween(direction, start, start + each);
      const factor = length > 0 ? normBetween(theta, start, start + each) / length : 0;
      for (let i = start; i < start + each; i++) result[i] = factor * (direction[i] as number);
    }
    from += size;
  }
  return result;
}

function normBetween(values: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += (values[i] as number) ** 2;
  return Math.sqrt(total);
}

/**
 * The random filter-normalised direction of a number: Normal(0, 1) from the stream `slice-direction`, then normalised by
 * `filterNormalised`. The same number is the same draw for all cells and runs.
 * @param theta - weights, [P]
 */
export function randomDirection(
  parameters: readonly Pick<NetworkParameter, 'shape'>[],
  theta: ArrayLike<number>,
  index: number,
): Direction {
  const stream = new RandomStream(streamSeed, 'slice-direction', index);
  const draw = Float64Array.from({ length: theta.length }, () => stream.normal());
  return filterNormalised(parameters, theta, draw);
}
