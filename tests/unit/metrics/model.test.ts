import { describe, expect, it } from 'vitest';
import { input, topologicalOrder } from '#main/engine/graph';
import { splitParameters, type Network } from '#main/engine/networks/network';
import { sizeOf } from '#main/engine/tensor';
import { makeNetwork } from '#main/metrics/model';
import { formatRange } from '#renderer/charts/number-format';
import { builtInDatasets } from '#shared/domain/datasets';
import {
  cellParameterCounts,
  parameterCount,
  productCount,
  type NetworkBorder,
} from '#shared/domain/model-size';
import { modelSchema } from '#shared/domain/model-spec';
import { specSchema } from '#shared/domain/spec';
import { plainNet } from '../../fixtures/plain-net';
import { smallSpecInput } from '../../fixtures/small-spec';

const cifar: NetworkBorder = {
  inputs: 3072,
  classes: 10,
  sample: { kind: 'image', height: 32, width: 32, channels: 3 },
};
const digits: NetworkBorder = {
  inputs: 64,
  classes: 10,
  sample: { kind: 'image', height: 8, width: 8, channels: 1 },
};
const tokens: NetworkBorder = {
  inputs: 4 * 13,
  classes: 11,
  sample: { kind: 'tokens', length: 4, vocabulary: 13 },
};

const models: readonly [object, NetworkBorder][] = [
  [{ family: 'mlp', width: 7 }, digits],
  [{ family: 'mlp', width: 7, depth: 4, norm: 'batch' }, cifar],
  [{ family: 'mlp', width: 7, depth: 1, norm: 'layer', activation: 'gelu' }, tokens],
  [{ family: 'cnn', width: 4 }, digits],
  [{ family: 'cnn', width: 3, depth: 5, norm: 'group' }, cifar],
  [{ family: 'vgg', width: 4 }, cifar],
  [
    { family: 'vgg', width: 4, norm: 'none' },
    { ...cifar, sample: { kind: 'image', height: 96, width: 32, channels: 3 }, inputs: 9216 },
  ],
  [{ family: 'resnet', width: 2 }, cifar],
  [{ family: 'resnet', width: 3, skip: false, norm: 'layer' }, digits],
  [{ family: 'resnet', width: 3, depth: 32, norm: 'none' }, digits],
  [{ family: 'sequential', layers: plainNet }, digits],
  [
    {
      family: 'sequential',
      layers: [
        { layer: 'convolution', name: 'features.0', out: 6, kernel: 5, stride: 2, bias: false },
        { layer: 'norm', name: 'features.1', kind: 'group', groups: 3 },
        { layer: 'activation', kind: 'gelu' },
        { layer: 'average-pool' },
        { layer: 'linear', name: 'head', out: 10, bias: false },
      ],
    },
    cifar,
  ],
  [{ family: 'sequential', layers: [{ layer: 'linear', name: 'fc', out: 11 }] }, tokens],
  [{ family: 'transformer', width: 8 }, tokens],
  [{ family: 'transformer', width: 8, depth: 3, heads: 4, expansion: 2, pooling: 'mean' }, tokens],
];

/** Multiplications of the products in a network's graph, for one sample. */
function productsOf(network: Network, inputs: number): number {
  const theta = input('theta', [1, 1, network.parameterCount]);
  const x = input('x', [1, 1, inputs]);
  const { logits } = network.forward(splitParameters(network, theta), x, null);
  let total = 0;
  for (const node of topologicalOrder([logits])) {
    const [a, b] = node.inputs;
    if (node.op === 'matmul') total += sizeOf(node.shape) * (a?.shape.at(-1) ?? 0);
    // Of the weights [..., out, in / groups, height, width], each output takes one filter.
    if (node.op === 'conv2d')
      total += (sizeOf(node.shape) * sizeOf(b?.shape ?? [])) / (node.shape.at(-1) ?? 1);
  }
  return total;
}

describe('productCount', () => {
  it.each(models)('of %j is that of the graph', (settings, border) => {
    const model = modelSchema.parse(settings);
    const network = makeNetwork(model, border);
    expect(productCount(model, border)).toBe(productsOf(network, border.inputs));
  });
});

describe('parameterCount', () => {
  it.each(models)('of %j is that of the network', (settings, border) => {
    const model = modelSchema.parse(settings);
    expect(parameterCount(model, border)).toBe(makeNetwork(model, border).parameterCount);
  });
});

describe('cellParameterCounts', () => {
  const spec = (model: object) =>
    specSchema.parse({ ...smallSpecInput, dataset: { name: 'cifar' }, model });
  const facts = { ...builtInDatasets[0]!, ...cifar, name: 'cifar' };

  it('counts the paper’s ResNet-18 of every width', () => {
    const axes = [{ path: 'model.width', role: 'load' as const, values: [2, 128] }];
    const grid = { ...spec({ family: 'resnet', width: 4 }), axes };
    const counts = cellParameterCounts(grid, [facts]);
    expect(counts).toEqual([11_420, 44_662_922]);
    expect(formatRange(counts)).toBe('11,420 to 44,662,922');
  });
  it('gives nothing where the data set is not known', () => {
    expect(cellParameterCounts(spec({ family: 'mlp', width: 4 }), [])).toEqual([NaN, NaN]);
  });
});

describe('makeNetwork', () => {
  it.each([
    [{ family: 'cnn', width: 4 }, tokens, 'cnn must have a data set of images, got one of tokens'],
    [
      { family: 'transformer', width: 8 },
      digits,
      'transformer must have a data set of tokens, got one of image',
    ],
  ])('refuses %j for other samples', (settings, border, message) => {
    expect(() => makeNetwork(modelSchema.parse(settings), border)).toThrow(message);
  });
});
