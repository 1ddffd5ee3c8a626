import { describe, expect, it } from 'vitest';
import { encodeNpz } from '#main/checkpoints/npz';
import { parseNpz } from '#main/formats/npy';

describe('encodeNpz', () => {
  it('is an archive of little-endian float32 arrays that come back with their names, shapes and bits', () => {
    const bias = new Float32Array([Math.fround(0.1), -0, Number.NaN]);
    const weight = Float32Array.from({ length: 6 }, (_, i) => i / 3);
    const bytes = encodeNpz([
      { name: 'final.fc.weight', shape: [2, 3], data: weight },
      { name: 'final.fc.bias', shape: [3], data: bias },
    ]);
    const arrays = parseNpz('weights.npz', Buffer.from(bytes));
    expect([...arrays.keys()]).toEqual(['final.fc.weight', 'final.fc.bias']);
    expect(arrays.get('final.fc.weight')?.shape).toEqual([2, 3]);
    expect(arrays.get('final.fc.bias')?.shape).toEqual([3]);
    for (const [name, data] of [
      ['final.fc.weight', weight],
      ['final.fc.bias', bias],
    ] as const)
      expect(Buffer.from(arrays.get(name)?.bytes ?? [])).toEqual(Buffer.from(data.buffer));
  });

  it('begins the data of each array where NumPy wants it, and is the same twice', () => {
    const tensors = [{ name: 'a', shape: [1], data: new Float32Array([1]) }];
    const bytes = encodeNpz(tensors);
    expect(encodeNpz(tensors)).toEqual(bytes);
    // 30 bytes of a local header, 5 of the name, 10 of the array's, then its dictionary.
    const view = new DataView(bytes.buffer);
    expect((10 + view.getUint16(30 + 5 + 8, true)) % 64).toBe(0);
  });
});
