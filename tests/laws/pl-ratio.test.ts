import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { constant, mul, reshape, sub, sum } from '#main/engine/graph';
import { mlp } from '#main/engine/networks/mlp';
import type { Objective } from '#main/engine/objectives/objective';
import { symmetricSpectrum } from '#main/engine/symmetric-spectrum';
import { tensor } from '#main/engine/tensor';
import { meanGradient } from '#main/metrics/mean-gradients';
import { plRatio } from '#main/metrics/pl-ratio/measure';
import { tangentKernel } from '#main/metrics/tangent-kernel/kernel';
import { smallContext } from '../fixtures/trained-runs';

const samples = 4;
/** N / 2 times the squared distance to the targets: the mean over the samples is 1/2 ||f - y||^2. */
const squareLoss: Objective = {
  key: 'square loss',
  score: 'accuracy',
  losses(model, { x, targets }) {
    const apart = sub(model.apply(x), targets);
    const squares = sum(mul(apart, apart), [-1]);
    return reshape(mul(constant(samples / 2), squares), squares.shape.slice(0, -1));
  },
  outputs: (model, x) => model.apply(x),
  predictions(model, x) {
    const y = sum(model.apply(x), [-1]);
    return reshape(y, y.shape.slice(0, -1));
  },
};

const network = mlp({ sizes: [3, 8, 2], activation: 'tanh' });
const context = smallContext(new ReferenceExecutor(), network, {
  count: 6,
  inputs: 3,
  classes: 2,
  objective: squareLoss,
});
const numbers = (length: number) =>
  fc.array(
    fc.integer({ min: -150, max: 150 }).map((v) => v / 100),
    { minLength: length, maxLength: length },
  );

describe('plRatio', () => {
  it('of the square loss lies between the ends of the spectrum of the tangent kernel', async () => {
    await fc.assert(
      fc.asyncProperty(numbers(network.parameterCount), numbers(8), async (theta, targets) => {
        const model = { theta: Float32Array.from(theta), statistics: new Float32Array(0) };
        const on = { ...context.train, targets: tensor([4, 2], Float32Array.from(targets)) };
        const ratio = plRatio(await meanGradient(context, model, on));
        fc.pre(ratio !== null);
        const spectrum = symmetricSpectrum(await tangentKernel(context, model, on), 8);
        const [least, most] = [spectrum[0] as number, spectrum[7] as number];
        expect(ratio).toBeGreaterThanOrEqual(least - 1e-6 * most);
        expect(ratio).toBeLessThanOrEqual(most * (1 + 1e-6));
      }),
      { numRuns: 40 },
    );
  });
});
