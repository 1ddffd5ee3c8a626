/** Parabolic approximation line search. */
import {
  add,
  constant,
  div,
  maximum,
  mul,
  neg,
  reshape,
  sqrt,
  step,
  sub,
  type Node,
} from '../graph';
import { innerProduct, withDecay, zeros, type Optimiser } from './optimiser';

export interface PalOptions {
  /** alpha, the factor on a parabola's step. */
  readonly relaxation: number;
  /** Longest step at the full measuring step; null for none. */
  readonly longest: number | null;
  /** The measuring step that the schedule starts from. */
  readonly fullMeasuringStep: number;
  /** beta, the part of the last direction that is kept. */
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * A step along the unit direction to the minimum of the parabola through the minibatch's loss at theta, its slope b there and
 * the loss at distance mu (the learning rate): a = (l_mu - l_0 - b mu) / mu^2; step -alpha b / (2 a) where a > 0 and b < 0,
 * mu where a <= 0 and b < 0, else 0; at most `longest`, which falls with mu as the authors' does: a parabola over a small mu
 * is rounding in float32, and its step must not be a long one. Direction: -(g + decay theta) + momentum times the last one. The
 * parabola is that of the loss without decay, the compressibility regulariser included.
 * Source: Mutschler and Zell 2020; checked in tests/reference/trajectory.test.ts
 */
export function pal(options: PalOptions): Optimiser {
  const { momentum, weightDecay, relaxation, longest, fullMeasuringStep } = options;
  const states = momentum === 0 ? [] : ['direction'];
  return {
    key: `pal ${JSON.stringify(options)}`,
    states,
    scalars: [],
    needsNoise: false,
    scalarsAt: () => ({}),
    initialStates: (theta) => zeros(states, theta),
    step({ theta, states: before, rate, at }) {
      const here = at(theta);
      const steepest = neg(withDecay(here.gradient, theta, weightDecay));
      const last = before['direction'];
      const direction = last ? add(steepest, mul(constant(momentum), last)) : steepest;
      const length = sqrt(innerProduct(direction, direction));
      // A zero direction has no unit vector; adding 1 where the length is 0 leaves the step at 0.
      const unit = div(direction, add(length, sub(constant(1), step(length))));
      const there = at(add(theta, mul(rate, unit)));
      const perModel = (loss: Node) => reshape(loss, [...loss.shape, 1, 1]);
      const along = palStep(
        {
          here: perModel(here.loss),
          there: perModel(there.loss),
          slope: innerProduct(here.gradient, unit),
          mu: rate,
        },
        {
          relaxation,
          longest: longest === null ? null : mul(rate, constant(longest / fullMeasuringStep)),
        },
      );
      return {
        theta: add(theta, mul(along, unit)),
        states: last ? { direction } : {},
      };
    },
  };
}

/** Length of the step from the losses at both points, the slope and their distance. */
export function palStep(
  { here, there, slope, mu }: { here: Node; there: Node; slope: Node; mu: Node },
  { relaxation, longest }: { relaxation: number; longest: Node | null },
): Node {
  const curvature = div(sub(sub(there, here), mul(slope, mu)), mul(mu, mu));
  const isConvex = step(curvature);
  const isConcave = sub(constant(1), isConvex);
  const parabola = div(
    mul(constant(-relaxation / 2), slope),
    add(mul(isConvex, curvature), isConcave),
  );
  const either = add(mul(isConvex, parabola), mul(isConcave, mu));
  const taken = mul(step(neg(slope)), either);
  return longest === null ? taken : neg(maximum(neg(taken), neg(longest)));
}
