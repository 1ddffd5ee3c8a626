import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataFormatError } from '#shared/errors';
import { readForeignCheckpoint } from '#main/checkpoints/foreign/read-checkpoint';
import { encodeNpz } from '#main/checkpoints/npz';
import { encodeSafetensors } from '#main/checkpoints/safetensors';

const read = (file: Buffer) => readForeignCheckpoint('a.bin', file);
const folder = join(import.meta.dirname, '../../reference/torch-checkpoints');

/** A safetensors file of one tensor. */
function safetensors(dtype: string, shape: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.from(
    JSON.stringify({ a: { dtype, shape, data_offsets: [0, bytes.length] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, bytes]);
}

/** A field of a protobuf message: its number, and the bytes of its content. */
const field = (id: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([(id << 3) | 2, content.length]), content]);
const whole = (id: number, value: number) => Buffer.from([id << 3, value]);

/** An ONNX model of one initialiser, field by field. */
const onnx = (...tensor: readonly Buffer[]) =>
  Buffer.concat([whole(1, 10), field(7, field(5, Buffer.concat(tensor)))]);

describe('readForeignCheckpoint', () => {
  it('reads what the other functions of this program write', () => {
    const tensors = [
      { name: 'fc.weight', shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 1e-30) },
      { name: 'fc.bias', shape: [2], data: Float32Array.of(3, 4) },
    ];
    for (const [format, bytes] of [
      ['safetensors', encodeSafetensors(tensors)],
      ['npz', encodeNpz(tensors)],
    ] as const) {
      const found = read(Buffer.from(bytes));
      expect(found.format).toBe(format);
      expect(found.weights[0]?.tensors).toEqual(
        tensors.map((tensor) => ({ ...tensor, type: 'float32' })),
      );
    }
  });

  it.each([
    ['F16', '003c00c0ff7b0100', [1, -2, 65504, 2 ** -24]],
    ['BF16', '803f00c0003f7f7f', [1, -2, 0.5, 3.3895313892515355e38]],
    ['I64', 'ffffffffffffffff0700000000000000', [-1, 7]],
    ['BOOL', '0100', [1, 0]],
  ])('reads %s', (dtype, hexadecimal, values) => {
    const file = safetensors(dtype, [values.length], Buffer.from(hexadecimal, 'hex'));
    expect([...(read(file).weights[0]?.tensors[0]?.data ?? [])]).toEqual(values);
  });

  it('reads initialisers of ONNX as raw bytes and as lists', () => {
    const floats = Buffer.from(Float32Array.of(1.5, -3).buffer);
    const about = [whole(1, 2), whole(2, 1), field(8, Buffer.from('w'))];
    for (const place of [9, 4]) {
      const { format, weights } = read(onnx(...about, field(place, floats)));
      expect(format).toBe('onnx');
      expect(weights[0]?.tensors).toEqual([
        { name: 'w', shape: [2], type: 'float32', data: Float32Array.of(1.5, -3) },
      ]);
    }
    expect(() => read(onnx(whole(1, 3), ...about.slice(1), field(9, floats)))).toThrow(
      /a.bin, w: must have the 3 numbers of its shape, got 2/,
    );
    expect(() => read(onnx(...about, whole(14, 1)))).toThrow(/got a file beside it/);
    expect(() => read(onnx(whole(1, 1), whole(2, 8)))).toThrow(/real numbers, got element type 8/);
  });

  it('refuses what is none of them by what it begins with', () => {
    expect(() => read(Buffer.from('hello there'))).toThrow(
      /must be a checkpoint of PyTorch, safetensors, npz or ONNX, got a file that begins with 0x68656c6c6f207468/,
    );
    expect(() => read(Buffer.alloc(0))).toThrow(/got an empty file/);
  });

  it('reads a changed file or refuses it by name, and takes no more memory than its size explains', () => {
    const seeds = ['mlp.pt', 'cnn_legacy.pt', 'views.pt', 'mlp_wrapped.pt'].map((name) =>
      readFileSync(join(folder, name)),
    );
    const tensors = [
      { name: 'w', shape: [3, 5], data: Float32Array.from({ length: 15 }, (_, i) => i) },
    ];
    seeds.push(Buffer.from(encodeSafetensors(tensors)), Buffer.from(encodeNpz(tensors)));
    seeds.push(onnx(whole(1, 2), whole(2, 1), field(9, Buffer.alloc(8))));
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat({ max: 3 }),
        (seed, changes, cut) => {
          const file = Buffer.from(
            cut === 0 ? seed.subarray(0, Math.ceil(seed.length * 0.7)) : seed,
          );
          for (const [at, value] of changes) file[at % file.length] = value;
          try {
            const numbers = read(file).weights.flatMap(({ tensors: all }) =>
              all.map(({ data }) => data.length),
            );
            const total = numbers.reduce((sum, n) => sum + n, 0);
            expect(4 * total).toBeLessThan(2.5 * file.length + 2 ** 24);
          } catch (error) {
            expect(error).toBeInstanceOf(DataFormatError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
