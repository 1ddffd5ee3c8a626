/** Optimiser steps as graphs. */
import { add, constant, mul, sub, type Node } from './graph';

export interface SgdOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/**
 * One step of stochastic gradient descent with PyTorch's semantics.
 *
 * d = g + weightDecay theta; buffer' = momentum buffer + d (a buffer that begins at 0 makes the first one d);
 * theta' = theta - rate buffer', or theta - rate (d + momentum buffer') with Nesterov.
 * @param state - theta, the momentum buffer (null without momentum) and the gradient, all of one shape
 * @param rate - learning rate, a scalar node
 * Source: torch.optim.SGD; checked in tests/reference/sgd.test.ts
 */
export function sgdStep(
  state: { theta: Node; buffer: Node | null; gradient: Node },
  rate: Node,
  { momentum, nesterov, weightDecay }: SgdOptions,
): { theta: Node; buffer: Node | null } {
  const { theta, gradient } = state;
  const direction = weightDecay === 0 ? gradient : add(gradient, mul(constant(weightDecay), theta));
  if (!state.buffer) return { theta: sub(theta, mul(rate, direction)), buffer: null };
  const buffer = add(mul(constant(momentum), state.buffer), direction);
  const move = nesterov ? add(direction, mul(constant(momentum), buffer)) : buffer;
  return { theta: sub(theta, mul(rate, move)), buffer };
}

export interface Schedule {
  readonly name: 'constant' | 'step' | 'cosine' | 'linear';
  /** step: epochs between reductions. */
  readonly every?: number;
  /** step: factor of each reduction. */
  readonly factor?: number;
  /** cosine, linear: the last rate as a fraction of the first. */
  readonly finalFactor?: number;
}

/**
 * The factor on the learning rate at a step (0-based) of `total` steps, `perEpoch` of them an epoch.
 *
 * constant: 1. step: factor^floor(epoch / every). cosine: final + (1 - final) (1 + cos(pi i / total)) / 2.
 * linear: 1 + (final - 1) i / total. Never throws.
 */
export function scheduleFactor(
  schedule: Schedule,
  step: number,
  { total, perEpoch }: { total: number; perEpoch: number },
): number {
  switch (schedule.name) {
    case 'constant':
      return 1;
    case 'step':
      return (
        (schedule.factor ?? 0.1) ** Math.floor(Math.floor(step / perEpoch) / (schedule.every ?? 1))
      );
    case 'cosine': {
      const last = schedule.finalFactor ?? 0;
      return last + ((1 - last) * (1 + Math.cos((Math.PI * step) / total))) / 2;
    }
    case 'linear':
      return 1 + (((schedule.finalFactor ?? 0) - 1) * step) / total;
    default:
      return schedule.name satisfies never;
  }
}
