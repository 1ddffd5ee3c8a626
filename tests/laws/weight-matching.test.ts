import { afterAll, describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { logitsProgram } from '#main/engine/network-programs';
import { cnn, resnet, vgg11 } from '#main/engine/networks/convolutional';
import { mlp } from '#main/engine/networks/mlp';
import type { Network } from '#main/engine/networks/network';
import { sequential } from '#main/engine/networks/sequential';
import { transformer } from '#main/engine/networks/transformer';
import { RandomStream } from '#main/engine/random';
import { sizeOf, tensor } from '#main/engine/tensor';
import { permuteWeights } from '#main/metrics/linear-barrier/permute-weights';
import { matchUnits } from '#main/metrics/linear-barrier/weight-matching';
import { compareWeights } from '#main/metrics/compare-weights';
import { float64Gradient } from '../tolerances';
import { permutationsOf } from '../fixtures/permutations';
import { largestDifference } from '../reference/fixtures';

const executor = new ReferenceExecutor();
afterAll(() => executor[Symbol.asyncDispose]());

const image = [6, 6, 2] as const;
const images = { image, classes: 3, width: 4, activation: 'relu' } as const;
const tokens = { length: 5, vocabulary: 4, classes: 3, width: 12, heads: 3, feedForward: 7 };

const chain = [
  { layer: 'convolution', name: 'conv1', out: 6, kernel: 3, padding: 1 },
  { layer: 'norm', name: 'bn1', kind: 'batch' },
  { layer: 'activation', kind: 'relu' },
  { layer: 'max-pool', size: 3 },
  // Four pixels are left when the image becomes a row, channel by channel.
  { layer: 'flatten' },
  { layer: 'norm', name: 'bn2', kind: 'batch' },
  { layer: 'linear', name: 'fc1', out: 5 },
  { layer: 'activation', kind: 'tanh' },
  { layer: 'linear', name: 'fc2', out: 3 },
] as const;

/** Every family with every norm that says something of its own. */
const networks: readonly (readonly [Network, number])[] = [
  [mlp({ sizes: [5, 6, 4, 3], activation: 'tanh' }), 5],
  [mlp({ sizes: [5, 6, 4, 3], activation: 'relu', norm: 'batch', dropout: 0.2 }), 5],
  [mlp({ sizes: [5, 6, 4, 3], activation: 'gelu', norm: 'feature' }), 5],
  [cnn({ ...images, depth: 3, norm: 'none' }), 72],
  [cnn({ ...images, depth: 2, norm: 'batch', dropout: 0.1 }), 72],
  [cnn({ ...images, depth: 2, norm: 'layer' }), 72],
  // 12, 24 and 48 channels: six and eight groups of a norm.
  [cnn({ ...images, width: 12, depth: 3, norm: 'group' }), 72],
  [vgg11({ ...images, width: 2, norm: 'batch' }), 72],
  // Four pixels are left when the image becomes a row.
  [vgg11({ ...images, image: [64, 64, 1], width: 1, norm: 'none' }), 4096],
  [resnet({ ...images, depth: 8, skip: true, norm: 'batch' }), 72],
  [resnet({ ...images, width: 12, depth: 8, skip: true, norm: 'group' }), 72],
  [resnet({ ...images, depth: 14, skip: true, norm: 'none', dropout: 0.1 }), 72],
  [resnet({ ...images, depth: 8, skip: false, norm: 'layer' }), 72],
  [sequential({ sample: [6, 6, 2], layers: chain }), 72],
  [transformer({ ...tokens, depth: 2, activation: 'gelu', causal: true, pooling: 'last' }), 20],
  [transformer({ ...tokens, depth: 1, activation: 'relu', causal: false, pooling: 'mean' }), 20],
];

const normals = (stream: RandomStream, count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * stream.normal());

/** Random permutations of the groups: blocks as wholes, and inside of each. */
function draw(stream: RandomStream, { symmetry }: Network): Int32Array[] {
  return symmetry.groups.map(({ size, blocks }) => {
    const inside = size / blocks;
    const outer = stream.permutation(blocks);
    const inner = Array.from(outer, () => stream.permutation(inside));
    return Int32Array.from({ length: size }, (_, i) => {
      const block = Math.floor(i / inside);
      return (outer[block] as number) * inside + (inner[block]?.[i % inside] as number);
    });
  });
}

async function logitsOf(
  network: Network,
  { theta, statistics, x }: { theta: Float32Array; statistics: Float32Array; x: Float32Array },
  inputs: number,
) {
  const samples = x.length / inputs;
  const program = await executor.program(`${network.key} ${inputs}`, () =>
    logitsProgram(network, 1, { samples, inputs }),
  );
  const given =
    statistics.length > 0 ? { statistics: tensor([1, 1, statistics.length], statistics) } : {};
  const { logits } = await program.run({
    theta: tensor([1, 1, theta.length], theta),
    x: tensor([samples, inputs], x),
    ...given,
  });
  return logits?.data ?? [];
}

/** Weights of moderate size, and statistics with positive variances. */
function modelOf(stream: RandomStream, network: Network) {
  return {
    theta: normals(stream, network.parameterCount, 0.5),
    statistics: normals(stream, network.statisticsCount).map((v) => 0.5 + Math.abs(v)),
  };
}

describe.each(networks)('the unit symmetry of $key', (network, inputs) => {
  const { symmetry } = network;

  it('sees every tensor in its own size, and names every group', () => {
    for (const [parts, tensors] of [
      [network.parameters, symmetry.parameters],
      [network.statistics, symmetry.statistics],
    ] as const) {
      expect(tensors.map(({ view }) => sizeOf(view))).toEqual(
        parts.map(({ shape }) => sizeOf(shape)),
      );
      for (const { view, groups } of tensors)
        groups.forEach((group, axis) => {
          if (group !== null) expect(symmetry.groups[group]?.size).toBe(view[axis]);
        });
    }
    const named = symmetry.parameters.flatMap(({ groups }) => groups.filter((g) => g !== null));
    expect(new Set(named).size).toBe(symmetry.groups.length);
    expect(symmetry.groups.length).toBeGreaterThan(0);
  });

  it('leaves the outputs as they are, and matching never goes away', async () => {
    const stream = new RandomStream(3, 'test');
    const model = modelOf(stream, network);
    const x = normals(stream, 4 * inputs);
    const permutations = draw(stream, network);
    expect(permutations.some((p) => p.some((to, i) => to !== i))).toBe(true);
    const theta = permuteWeights(symmetry.parameters, permutations, model.theta);
    const statistics = permuteWeights(symmetry.statistics, permutations, model.statistics);
    const before = await logitsOf(network, { ...model, x }, inputs);
    const after = await logitsOf(network, { theta, statistics, x }, inputs);
    const scale = Math.max(...Array.from(before, Math.abs));
    expect(scale).toBeGreaterThan(0);
    expect(largestDifference(after, before) / scale).toBeLessThan(float64Gradient);

    const { distanceBySweep } = matchUnits(symmetry, [model.theta, theta], {
      order: 'fixed',
    });
    const distances = [compareWeights(model.theta, theta).distance, ...distanceBySweep];
    distances.slice(1).forEach((d, i) => {
      expect(d).toBeLessThanOrEqual(distances[i] as number);
    });
  });
});

describe('matchUnits', () => {
  it('finds a permuted and slightly moved copy of every kind of network', () => {
    // Descent may end in a local optimum; from these draws it does not.
    const stream = new RandomStream(11, 'test');
    for (const [network] of networks) {
      const { symmetry } = network;
      const theta = normals(stream, network.parameterCount);
      const permutations = draw(stream, network);
      const moved = theta.map((v) => v + 0.01 * stream.normal());
      const copy = permuteWeights(symmetry.parameters, permutations, moved);
      for (const order of ['fixed', 'random'] as const) {
        const { aligned } = matchUnits(symmetry, [theta, copy], { order });
        expect(aligned, network.key).toEqual(moved);
      }
    }
  });

  it('is the best of all permutations where one layer is hidden', () => {
    const network = mlp({ sizes: [3, 5, 2], activation: 'relu' });
    const { symmetry, parameterCount } = network;
    const stream = new RandomStream(13, 'test');
    for (let trial = 0; trial < 20; trial++) {
      const [first, second] = [normals(stream, parameterCount), normals(stream, parameterCount)];
      const { distanceBySweep } = matchUnits(symmetry, [first, second], { order: 'fixed' });
      const distances = [...permutationsOf([0, 1, 2, 3, 4])].map(
        (p) =>
          compareWeights(first, permuteWeights(symmetry.parameters, [Int32Array.from(p)], second))
            .distance,
      );
      expect(distanceBySweep.at(-1)).toBe(Math.min(...distances));
    }
  });

  it('leaves a model beside itself as it is', () => {
    const stream = new RandomStream(12, 'test');
    for (const [network] of networks) {
      const theta = normals(stream, network.parameterCount);
      const { aligned, distanceBySweep } = matchUnits(network.symmetry, [theta, theta], {
        order: 'fixed',
      });
      expect(aligned).toEqual(theta);
      expect(distanceBySweep).toEqual([0]);
    }
  });
});
