/** Adam and AdamW with PyTorch's semantics. */
import { add, constant, div, mul, sqrt, sub, type Node } from '../graph';
import { withDecay, zeros, type Optimiser } from './optimiser';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** AdamW: theta shrinks by rate times decay first, and the gradient has none. */
  readonly isDecoupled: boolean;
}

/**
 * m' = beta1 m + (1 - beta1) d, v' = beta2 v + (1 - beta2) d^2, theta' = theta - rate m^ / (sqrt(v^) + epsilon), where m^ and
 * v^ are divided by 1 - beta^(step + 1), and d is the gradient plus decay times theta (Adam) or the gradient alone (AdamW).
 * Source: Kingma and Ba 2015, Loshchilov and Hutter 2019, torch.optim; checked in tests/reference/sgd.test.ts
 */
export function adam({ beta1, beta2, epsilon, weightDecay, isDecoupled }: AdamOptions): Optimiser {
  const states = ['mean', 'square'];
  return {
    key: `adam ${beta1} ${beta2} ${epsilon} ${weightDecay} ${String(isDecoupled)}`,
    states,
    scalars: ['meanScale', 'rootScale'],
    needsNoise: false,
    scalarsAt: (step) => ({
      meanScale: 1 / (1 - beta1 ** (step + 1)),
      rootScale: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
    }),
    initialStates: (theta) => zeros(states, theta),
    step({ theta, states: before, rate, scalars, at }) {
      const { gradient } = at(theta);
      const direction = isDecoupled ? gradient : withDecay(gradient, theta, weightDecay);
      const mean = mixed(beta1, before['mean'] as Node, direction);
      const square = mixed(beta2, before['square'] as Node, mul(direction, direction));
      const root = add(mul(scalars['rootScale'] as Node, sqrt(square)), constant(epsilon));
      const move = div(mul(mul(rate, scalars['meanScale'] as Node), mean), root);
      const start = isDecoupled ? shrunk(theta, rate, weightDecay) : theta;
      return { theta: sub(start, move), states: { mean, square } };
    },
  };
}

function mixed(beta: number, before: Node, now: Node): Node {
  return add(mul(constant(beta), before), mul(constant(1 - beta), now));
}

function shrunk(theta: Node, rate: Node, decay: number): Node {
  return decay === 0 ? theta : sub(theta, mul(mul(rate, constant(decay)), theta));
}
