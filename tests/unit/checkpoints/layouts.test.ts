import { describe, expect, it } from 'vitest';
import { inOurLayout, inOurRowOrder } from '#main/checkpoints/import/layouts';
import { flatteningOf } from '#shared/domain/flattened';
import type { NetworkBorder } from '#shared/domain/model-size';
import { modelSchema } from '#shared/domain/model-spec';
import { plainNet } from '../../fixtures/plain-net';

const image = (height: number, channels = 1): NetworkBorder => ({
  inputs: height * height * channels,
  classes: 10,
  sample: { kind: 'image', height, width: height, channels },
});
const counted = (shape: readonly number[], name = 'a.weight') => ({
  name,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

describe('inOurLayout', () => {
  it('turns [height, width, in, out] into [out, in, height, width]', () => {
    const [h, w, i, o] = [2, 3, 4, 5] as const;
    const { shape, data } = inOurLayout(counted([h, w, i, o], 'conv/kernel:0'), 'keras');
    expect(shape).toEqual([o, i, h, w]);
    for (let a = 0; a < o; a++)
      for (let b = 0; b < i; b++)
        for (let c = 0; c < h; c++)
          for (let d = 0; d < w; d++)
            expect(data[((a * i + b) * h + c) * w + d]).toBe(((c * w + d) * i + b) * o + a);
  });
  it('turns [in, out] into [out, in], when it is asked for and of weights alone', () => {
    expect(inOurLayout(counted([2, 3]), 'keras')).toMatchObject({ shape: [3, 2] });
    expect([...inOurLayout(counted([2, 3]), 'keras').data]).toEqual([0, 3, 1, 4, 2, 5]);
    for (const tensor of [counted([6]), counted([2, 3], 'a.bias')])
      expect(inOurLayout(tensor, 'keras')).toBe(tensor);
    const tensor = counted([2, 3]);
    expect(inOurLayout(tensor, 'pytorch')).toBe(tensor);
  });
});

describe('inOurRowOrder', () => {
  const chain = modelSchema.parse({ family: 'sequential', layers: plainNet });

  it('leaves PyTorch’s rows of a chain of layers, and turns those of Keras', () => {
    const flattening = flatteningOf(chain, image(8));
    expect(flattening).toEqual({
      order: 'channel',
      readers: [{ name: 'fc', axis: 1, pixels: 4, channels: 12 }],
    });
    const weight = counted([10, 48], 'fc.weight');
    expect(inOurRowOrder(weight, flattening, 'pytorch')).toBe(weight.data);
    const turned = inOurRowOrder(weight, flattening, 'keras');
    // Channel 2 of pixel 3 of the second output.
    expect(turned[48 + 2 * 4 + 3]).toBe(48 + 3 * 12 + 2);
    const bias = counted([48], 'conv2.bias');
    expect(inOurRowOrder(bias, flattening, 'keras')).toBe(bias.data);
  });

  it('turns PyTorch’s rows for VGG on images that keep more than one pixel', () => {
    const vgg = modelSchema.parse({ family: 'vgg', width: 1 });
    expect(flatteningOf(vgg, image(32)).readers).toEqual([]);
    const flattening = flatteningOf(vgg, image(64));
    expect(flattening).toEqual({
      order: 'pixel',
      readers: [{ name: 'fc', axis: 1, pixels: 4, channels: 8 }],
    });
    const weight = counted([10, 32], 'fc.weight');
    expect(inOurRowOrder(weight, flattening, 'pytorch')[3 * 8 + 2]).toBe(2 * 4 + 3);
    expect(inOurRowOrder(weight, flattening, 'keras')).toBe(weight.data);
  });

  it('knows norms between the row and the linear layer that reads it', () => {
    const layers = [
      { layer: 'flatten' },
      { layer: 'norm', name: 'bn', kind: 'batch' },
      { layer: 'linear', name: 'fc1', out: 7 },
      { layer: 'linear', name: 'fc2', out: 10 },
    ];
    const model = modelSchema.parse({ family: 'sequential', layers });
    expect(flatteningOf(model, image(2, 3)).readers).toEqual([
      { name: 'bn', axis: 0, pixels: 4, channels: 3 },
      { name: 'fc1', axis: 1, pixels: 4, channels: 3 },
    ]);
    expect(flatteningOf(model, image(8)).readers).toEqual([]);
  });
});
