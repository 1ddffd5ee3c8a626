import { describe, expect, it } from 'vitest';
import { input } from '#main/engine/graph';
import { cnn, resnet, vgg11 } from '#main/engine/networks/convolutional';
import { initialParameters } from '#main/engine/networks/initialise';
import type { Network } from '#main/engine/networks/network';
import { splitParameters } from '#main/engine/networks/network';
import { transformer } from '#main/engine/networks/transformer';

const cifar = { image: [32, 32, 3], classes: 10, activation: 'relu' } as const;

function logitsShape(network: Network, inputs: number): readonly number[] {
  const theta = input('theta', [2, 1, network.parameterCount]);
  return network.forward(splitParameters(network, theta), input('x', [5, inputs]), null).logits
    .shape;
}

describe('parameter counts', () => {
  it.each([
    // The paper's ResNet-18 on CIFAR-10 with k, 2k, 4k, 8k channels.
    [2, 11_420],
    [128, 44_662_922],
    [64, 11_173_962],
  ])('of ResNet-18 with k = %i', (width, count) => {
    const network = resnet({ ...cifar, width, depth: 18, skip: true, norm: 'batch' });
    expect(network.parameterCount).toBe(count);
  });

  it('of VGG-11 with batch norm and a bias nowhere, width 64', () => {
    // Convolutions 9,217,728 + norms 5,504 + a linear layer 5,130.
    expect(vgg11({ ...cifar, width: 64, norm: 'batch' }).parameterCount).toBe(9_228_362);
  });

  it('of ResNet-20 with and without skips', () => {
    const of = (skip: boolean) =>
      resnet({ ...cifar, width: 16, depth: 20, skip, norm: 'batch' }).parameterCount;
    expect(of(true)).toBe(272_474);
    // Two shortcuts with their norms less.
    expect(of(true) - of(false)).toBe(16 * 32 + 64 + 32 * 64 + 128);
  });

  it('of the three-convolution net on digits', () => {
    const network = cnn({
      image: [8, 8, 1],
      classes: 10,
      width: 4,
      depth: 3,
      activation: 'relu',
      norm: 'none',
    });
    expect(network.parameterCount).toBe(40 + (8 * 4 * 9 + 8) + (16 * 8 * 9 + 16) + 170);
  });
});

describe('families', () => {
  it.each([
    ['vgg11 on 28x28', vgg11({ ...cifar, image: [28, 28, 1], width: 2, norm: 'layer' }), 784],
    [
      'resnet18 on 8x8',
      resnet({ ...cifar, image: [8, 8, 1], width: 2, depth: 18, skip: true, norm: 'group' }),
      64,
    ],
    [
      'a deep cnn on 8x8',
      cnn({ ...cifar, image: [8, 8, 1], width: 2, depth: 6, norm: 'batch' }),
      64,
    ],
  ])('%s gives logits for every sample of every model', (_, network, inputs) => {
    expect(logitsShape(network, inputs)).toEqual([2, 5, 10]);
  });

  it('a causal transformer whose head reads the mean', () => {
    const network = transformer({
      length: 4,
      vocabulary: 7,
      classes: 7,
      width: 8,
      heads: 2,
      depth: 2,
      feedForward: 16,
      activation: 'relu',
      causal: true,
      pooling: 'mean',
    });
    expect(logitsShape(network, 28)).toEqual([2, 5, 7]);
    expect(new Set(network.parameters.map((p) => p.name)).size).toBe(network.parameters.length);
  });

  it('start norms at scale 1 and shift 0 under every initialisation', () => {
    const network = resnet({ ...cifar, width: 1, depth: 20, skip: true, norm: 'batch' });
    const theta = initialParameters(network, 3, 'he');
    let at = 0;
    for (const { name, shape } of network.parameters) {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = theta.subarray(at, at + size);
      if (/norm\d?\.weight$/.test(name)) expect([...values]).toEqual(Array(size).fill(1));
      if (/norm\d?\.bias$/.test(name)) expect([...values]).toEqual(Array(size).fill(0));
      at += size;
    }
    expect(at).toBe(theta.length);
  });
});
