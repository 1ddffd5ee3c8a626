import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { constant, input, mul, sub } from '#main/engine/graph';
import { entropySgd } from '#main/engine/optimisers/entropy-sgd';
import { makeLoop } from '#main/engine/program';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { readFixture } from './fixtures';

const executor = new ReferenceExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

interface Case {
  readonly h: number;
  readonly center: number;
  readonly gamma: number;
  readonly x: number;
  readonly gradient: number;
  readonly gibbs_mean: number;
}

const innerSteps = 400;

/** Entropy-SGD on h/2 (u - c)^2 for many independent copies of one weight; the walk's noise makes the Gibbs density. */
async function walk(fixture: Case, copies: number): Promise<{ moved: number; error: number }> {
  const innerRate = 0.05;
  // The walk's stationary variance is that of exp(-h/2 (u-c)^2 - gamma/2 (u-x)^2) when epsilon^2 = 2.
  const optimiser = entropySgd({
    innerSteps,
    innerRate,
    noise: Math.SQRT2,
    averaging: 0.05,
    scope: fixture.gamma,
    scoping: 0,
    momentum: 0,
    weightDecay: 0,
  });
  const shape = [1, 1, copies];
  const next = optimiser.step({
    theta: input('theta', shape),
    states: { walk: input('walk', shape), mean: input('mean', shape) },
    rate: constant(1),
    scalars: { isLast: input('isLast', []), scope: input('scope', []) },
    noise: input('noise', shape),
    at: (u) => ({
      loss: constant(0, [1]),
      gradient: mul(constant(fixture.h), sub(u, constant(fixture.center))),
    }),
  });
  const loop = await executor.loop(JSON.stringify(fixture), () =>
    makeLoop({ theta: next.theta, ...next.states }, ['isLast', 'scope', 'noise']),
  );
  const theta = tensor(shape, new Float64Array(copies).fill(fixture.x));
  const stream = new RandomStream(1, 'test');
  const scalars = (name: string) =>
    tensor(
      [innerSteps],
      Float64Array.from({ length: innerSteps }, (_, i) => optimiser.scalarsAt(i)[name] as number),
    );
  const result = await loop.run(innerSteps, {
    theta,
    ...optimiser.initialStates(theta),
    isLast: scalars('isLast'),
    scope: scalars('scope'),
    noise: tensor(
      [innerSteps, ...shape],
      Float64Array.from({ length: innerSteps * copies }, () => stream.normal()),
    ),
  });
  const moves = Array.from(result['theta']?.data ?? [], (value) => value - fixture.x);
  const mean = moves.reduce((a, b) => a + b, 0) / copies;
  const variance = moves.reduce((a, b) => a + (b - mean) ** 2, 0) / (copies - 1);
  // After the last inner step the walk starts again at the new weights.
  expect(result['walk']?.data).toEqual(result['theta']?.data);
  return { moved: mean, error: Math.sqrt(variance / copies) };
}

describe('entropySgd', () => {
  for (const fixture of readFixture('trajectory.json').local_entropy as Case[]) {
    it(`moves along the gradient of the local entropy: h ${fixture.h}, gamma ${fixture.gamma}, x ${fixture.x}`, async () => {
      const { moved, error } = await walk(fixture, 2000);
      // theta' = x - gamma (x - mean); the gradient of the entropy is -gamma (x - mean).
      expect(Math.abs(moved - fixture.gradient)).toBeLessThan(4 * error + 1e-3);
    });
  }
});
