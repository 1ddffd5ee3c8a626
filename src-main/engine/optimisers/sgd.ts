/** Stochastic gradient descent with PyTorch's semantics, and SAM, which takes the gradient elsewhere. */
import { add, constant, div, mul, sqrt, sub, type Node } from '../graph';
import { innerProduct, withDecay, zeros, type Optimiser } from './optimiser';

export interface SgdOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/**
 * d = g + weightDecay theta; buffer' = momentum buffer + d (a buffer that begins at 0 makes the first one d);
 * theta' = theta - rate buffer', or theta - rate (d + momentum buffer') with Nesterov.
 * Source: torch.optim.SGD; checked in tests/reference/sgd.test.ts
 */
export function sgd(options: SgdOptions): Optimiser {
  return descent(`sgd ${keyOf(options)}`, options, ({ theta, at }) => at(theta).gradient);
}

/**
 * SGD with the gradient at theta + rho g / (||g|| + 1e-12), one norm over all parameters; decay is taken at theta.
 * Source: Foret et al. 2021; checked in tests/reference/sgd.test.ts
 */
export function sam(options: SgdOptions & { readonly rho: number }): Optimiser {
  const { rho } = options;
  return descent(`sam ${rho} ${keyOf(options)}`, options, ({ theta, at }) => {
    const { gradient } = at(theta);
    const norm = sqrt(innerProduct(gradient, gradient));
    const radius = div(constant(rho), add(norm, constant(1e-12)));
    return at(add(theta, mul(radius, gradient))).gradient;
  });
}

const keyOf = ({ momentum, nesterov, weightDecay }: SgdOptions) =>
  `${momentum} ${String(nesterov)} ${weightDecay}`;

function descent(
  key: string,
  { momentum, nesterov, weightDecay }: SgdOptions,
  gradientOf: (parts: Parameters<Optimiser['step']>[0]) => Node,
): Optimiser {
  const states = momentum === 0 ? [] : ['buffer'];
  return {
    key,
    states,
    scalars: [],
    needsNoise: false,
    scalarsAt: () => ({}),
    initialStates: (theta) => zeros(states, theta),
    step(parts) {
      const { theta, rate } = parts;
      const direction = withDecay(gradientOf(parts), theta, weightDecay);
      const before = parts.states['buffer'];
      if (!before) return { theta: sub(theta, mul(rate, direction)), states: {} };
      const buffer = add(mul(constant(momentum), before), direction);
      const move = nesterov ? add(direction, mul(constant(momentum), buffer)) : buffer;
      return { theta: sub(theta, mul(rate, move)), states: { buffer } };
    },
  };
}
