/** Entropy-SGD: descent on the local entropy, whose gradient an inner Langevin walk estimates. */
import { add, constant, mul, sqrt, sub, type Node } from '../graph';
import { withDecay, zeros, type Optimiser } from './optimiser';

export interface EntropySgdOptions {
  /** L, Langevin steps for each step of the weights. */
  readonly innerSteps: number;
  /** eta', rate of the Langevin steps. */
  readonly innerRate: number;
  /** epsilon, scale of their noise. */
  readonly noise: number;
  /** alpha: part of each new point in the walk's running mean. */
  readonly averaging: number;
  /** gamma_0, scope at the start. */
  readonly scope: number;
  /** gamma_1: the scope grows by 1 + gamma_1 with each step of the weights. */
  readonly scoping: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * Every minibatch is one Langevin step of a walk y that starts at the weights x:
 * y' = y - eta' (g(y) - gamma (x - y)) + sqrt(eta') epsilon N(0, 1), mean' = (1 - alpha) mean + alpha y'.
 * After `innerSteps` of them x' = x - rate (gamma (x - mean) + decay x) (with momentum), and the walk starts again at x'.
 * Source: Chaudhari et al. 2017, algorithm 1; checked in tests/reference/local-entropy.test.ts
 */
export function entropySgd(options: EntropySgdOptions): Optimiser {
  const { innerSteps, innerRate, noise, averaging, scope, scoping, momentum, weightDecay } =
    options;
  const own = ['walk', 'mean'];
  const states = momentum === 0 ? own : [...own, 'buffer'];
  return {
    key: `entropy-sgd ${JSON.stringify(options)}`,
    states,
    scalars: ['isLast', 'scope'],
    needsNoise: true,
    scalarsAt: (step) => ({
      isLast: (step + 1) % innerSteps === 0 ? 1 : 0,
      scope: scope * (1 + scoping) ** Math.floor(step / innerSteps),
    }),
    initialStates: (theta) => ({
      ...zeros(states, theta),
      walk: theta,
      mean: theta,
    }),
    step({ theta, states: before, rate, scalars, noise: normal, at }) {
      const gamma = scalars['scope'] as Node;
      const isLast = scalars['isLast'] as Node;
      const walk = before['walk'] as Node;
      const pull = mul(gamma, sub(theta, walk));
      const drift = sub(walk, mul(constant(innerRate), sub(at(walk).gradient, pull)));
      const kick = mul(mul(sqrt(constant(innerRate)), constant(noise)), normal as Node);
      const next = add(drift, kick);
      const mean = add(
        mul(constant(1 - averaging), before['mean'] as Node),
        mul(constant(averaging), next),
      );
      const direction = withDecay(mul(gamma, sub(theta, mean)), theta, weightDecay);
      const last = before['buffer'];
      const buffer = last ? add(mul(constant(momentum), last), direction) : direction;
      const moved = sub(theta, mul(rate, buffer));
      // Exact for a flag of 0 or 1.
      const choose = (now: Node, otherwise: Node) =>
        add(mul(isLast, now), mul(sub(constant(1), isLast), otherwise));
      const after = choose(moved, theta);
      return {
        theta: after,
        states: {
          walk: choose(moved, next),
          mean: choose(moved, mean),
          ...(last ? { buffer: choose(buffer, last) } : {}),
        },
      };
    },
  };
}
