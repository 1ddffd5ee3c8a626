import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
} from '#main/checkpoints/safetensors';
import { decodeWeights, encodeWeights } from '#main/checkpoints/weights-file';
import { DataFormatError } from '#shared/errors';

const tensors: NamedTensor[] = [
  { name: 'fc1.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'fc1.bias', shape: [2], data: Float32Array.of(-1, NaN) },
  { name: 'scalar', shape: [], data: Float32Array.of(0.5) },
];

/** A file with the given header text and data. */
function file(header: string, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe('safetensors', () => {
  it('come back as written, from a buffer inside a larger one too', () => {
    const bytes = encodeSafetensors(tensors, { network: 'mlp' });
    const inside = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(5)]).subarray(
      13,
      13 + bytes.length,
    );
    for (const source of [bytes, inside]) {
      const got = decodeSafetensors(source);
      expect(got.tensors).toEqual(tensors);
      expect(got.metadata).toEqual({ network: 'mlp' });
    }
  });

  it('begin with an aligned header that other readers accept', () => {
    const bytes = encodeSafetensors(tensors);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      unknown
    >;
    expect(header['fc1.weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
  });

  const entry = (change: object) =>
    JSON.stringify({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...change } });
  const broken: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /header length/],
    [
      'a header longer than the file',
      file('{}').subarray(0, 9),
      /header length: must lie inside the file of 9 bytes/,
    ],
    ['a header of 10 GB', Uint8Array.of(0, 0xe4, 0x0b, 0x54, 2, 0, 0, 0, 0x7b), /header length/],
    ['a header that is not JSON', file('nonsense'), /header: must be JSON/],
    ['a header that is a list', file('[1]'), /must be a JSON object/],
    [
      'another dtype',
      file(entry({ dtype: 'F16', data_offsets: [0, 2] }), new Uint8Array(2)),
      /tensor a: must have dtype F32, got "F16"/,
    ],
    [
      'a dtype that does not exist',
      file(entry({ dtype: 'C64' }), new Uint8Array(8)),
      /tensor a: must have a dtype of F64, F32, .*BOOL, got "C64"/,
    ],
    [
      'a negative extent',
      file(entry({ shape: [-1] }), new Uint8Array(4)),
      /shape of whole numbers/,
    ],
    [
      'offsets that do not fit the shape',
      file(entry({ shape: [2] }), new Uint8Array(4)),
      /must occupy 8 bytes/,
    ],
    [
      'a gap',
      file(entry({ data_offsets: [4, 8] }), new Uint8Array(8)),
      /must occupy 4 bytes from 0/,
    ],
    ['data after the end', file(entry({}), new Uint8Array(8)), /must end after the last tensor/],
    ['missing data', file(entry({})), /must occupy/],
  ];
  for (const [what, bytes, message] of broken) {
    it(`are refused with ${what}`, () => {
      expect(() => decodeSafetensors(bytes)).toThrow(message);
    });
  }

  it('never throw anything but DataFormatError, whatever the bytes', () => {
    const good = encodeSafetensors(tensors);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const bytes = good.with(at, byte).subarray(0, length);
        try {
          decodeSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
    );
  });
});

describe('weights files', () => {
  const layout = [
    { name: 'w', shape: [2, 2] },
    { name: 'b', shape: [1] },
  ];
  const bytes = encodeWeights(layout, {
    initial: Float32Array.of(1, 2, 3, 4, 5),
    final: Float32Array.of(6, 7, 8, 9, 10),
  });

  it('give each vector back', () => {
    expect(Array.from(decodeWeights(bytes, layout, 'final'))).toEqual([6, 7, 8, 9, 10]);
    expect(Array.from(decodeWeights(Buffer.from(bytes), layout, 'initial'))).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it('are refused for another network', () => {
    expect(() => decodeWeights(bytes, [{ name: 'w', shape: [4] }], 'final')).toThrow(
      /weights final\.w: must have shape \[4\], got \[2,2\]/,
    );
    expect(() => decodeWeights(bytes, layout, 'bend')).toThrow(
      /weights bend\.w: must have shape \[2,2\], got nothing/,
    );
  });
});
