/** Points on the straight line between two models. */
import type { ModelWeights } from './context';

/** (1 - t) a + t b for the weights and for the running averages of batch norm, formed in float64. */
export function modelBetween(a: ModelWeights, b: ModelWeights, t: number): ModelWeights {
  return {
    theta: between(a.theta, b.theta, t),
    statistics: between(a.statistics, b.statistics, t),
  };
}

function between(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return Float32Array.from(a, (value, i) => value + t * ((b[i] as number) - value));
}
