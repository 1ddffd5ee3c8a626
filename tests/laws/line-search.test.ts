import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { gradientProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { pal } from '#main/engine/optimisers/pal';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { trainingLoop } from '#main/engine/training-loop';
import { centralDifference } from '../tolerances';
import { relativeError } from '../reference/fixtures';

const executor = new ReferenceExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

const network = mlp({ sizes: [3, 4, 2], activation: 'tanh' });
const size = network.parameterCount;
const shape = { models: 1, batchSize: 6, samples: 6, inputs: 3, classes: 2 };
const stream = new RandomStream(5, 'test');
const theta = Float64Array.from({ length: size }, () => stream.normal());
const x = tensor(
  [6, 3],
  Float64Array.from({ length: 18 }, () => stream.normal()),
);
const targets = tensor(
  [6, 2],
  Float64Array.from({ length: 12 }, (_, i) => Number(i % 2 === (i >> 1) % 2)),
);
const compressibility = 0.3;
const mu = 0.1;

/** The loss with the regulariser, by a program that knows nothing of it. */
async function objective(weights: Float64Array): Promise<number> {
  const program = await executor.program('loss', () => gradientProgram(network, 1, shape));
  const { loss } = await program.run({ theta: tensor([1, 1, size], weights), x, targets });
  const l1 = weights.reduce((total, w) => total + Math.abs(w), 0);
  const l2 = Math.sqrt(weights.reduce((total, w) => total + w * w, 0));
  return (loss?.data[0] as number) + (compressibility * l1) / l2;
}

async function slopes(): Promise<Float64Array> {
  const step = 1e-6;
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const at = (sign: number) => objective(theta.map((w, j) => (i === j ? w + sign * step : w)));
    result[i] = ((await at(1)) - (await at(-1))) / (2 * step);
  }
  return result;
}

/** The weights after one step with all samples. */
async function oneStep({ longest, rate }: { longest: number | null; rate: number }) {
  const options = { relaxation: 1, momentum: 0, weightDecay: 0, fullMeasuringStep: mu };
  const optimiser = pal({ ...options, longest });
  const loop = await executor.loop(optimiser.key, () =>
    trainingLoop(network, shape, { optimiser, constantRate: true, compressibility }),
  );
  const { theta: after } = await loop.run(1, {
    theta: tensor([1, 1, size], theta),
    x,
    targets,
    indices: tensor([1, 1, 6], Int32Array.of(0, 1, 2, 3, 4, 5)),
    rate: tensor([], Float64Array.of(rate)),
  });
  return after?.data ?? [];
}

describe('pal', () => {
  it('steps to the minimum of the parabola through the loss with the compressibility regulariser', async () => {
    const gradient = await slopes();
    const length = Math.hypot(...gradient);
    const along = (distance: number) =>
      theta.map((w, i) => w - (distance * (gradient[i] as number)) / length);
    const [here, there] = [await objective(theta), await objective(along(mu))];
    const curvature = (there - here + length * mu) / mu ** 2;
    expect(curvature).toBeGreaterThan(0);
    const expected = along(length / (2 * curvature));

    const after = await oneStep({ longest: null, rate: mu });
    expect(relativeError(after, expected)).toBeLessThan(centralDifference);
  });

  it('shortens its longest step with the measuring step, as a schedule makes it smaller', async () => {
    const longest = 0.02;
    for (const part of [1, 0.1]) {
      const after = await oneStep({ longest, rate: part * mu });
      const moved = Math.hypot(...theta.map((w, i) => (after[i] as number) - w));
      expect(moved).toBeCloseTo(part * longest, 12);
    }
  });
});
