/**
 * Weights on disk in the safetensors format: 8 bytes header length (little-endian), a JSON header, then raw float32.
 * Format: github.com/huggingface/safetensors, Apache-2.0. Readable by PyTorch and every other framework.
 */
import { DataFormatError } from '#shared/errors';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface HeaderEntry {
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format's own limit. */
const largestHeader = 100_000_000;

/** The bytes of a safetensors file; names must be unique. @param metadata - texts kept under `__metadata__` */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let offset = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const start = offset;
    offset += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [start, offset] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // The header is padded with spaces so that the data is 8-byte aligned.
  const header = new TextEncoder().encode(
    json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8),
  );
  const bytes = new Uint8Array(8 + header.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a safetensors file, in order of their data.
 * @throws DataFormatError naming the place when the file is cut short, its header is not what the format says, ranges
 * overlap or leave gaps, or a tensor is not float32
 */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: NamedTensor[];
  metadata: Readonly<Record<string, string>>;
} {
  const { tensors, metadata } = readSafetensors(bytes);
  return {
    metadata,
    tensors: tensors.map(({ name, dtype, shape, bytes: own }) => {
      if (dtype !== 'F32') throw wrong(`tensor ${name}`, 'must have dtype F32', dtype);
      // A copy: the data need not be aligned, and a Buffer's own `slice` would share memory.
      return { name, shape, data: new Float32Array(Uint8Array.from(own).buffer) };
    }),
  };
}

/** A tensor as it lies in the file. */
export interface StoredTensor {
  readonly name: string;
  /** The format's word: `F32`, `BF16`, `I64`. */
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  /** Little-endian, row-major; shares the memory of the file. */
  readonly bytes: Uint8Array;
}

/** Bytes of one number of the format's types. */
const widths = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;
export type SafetensorsType = keyof typeof widths;

/**
 * The tensors of a safetensors file of any type, in order of their data.
 * @throws DataFormatError naming the place when the file is cut short, its header is not what the format says, ranges
 * overlap or leave gaps, or a tensor has numbers of another type
 */
export function readSafetensors(bytes: Uint8Array): {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength < 8 ? -1 : Number(view.getBigUint64(0, true));
  if (length < 2 || length > largestHeader || 8 + length > bytes.byteLength) {
    throw wrong('header length', `must lie inside the file of ${bytes.byteLength} bytes`, length);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const { __metadata__: metadata = {}, ...rest } = header;
  const data = bytes.subarray(8 + length);
  const entries = Object.entries(rest)
    .map(([name, entry]) => [name, requireEntry(name, entry)] as const)
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let offset = 0;
  const tensors = entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [start, end],
      },
    ]) => {
      const size = shape.reduce((a, b) => a * b, widths[dtype]);
      if (start !== offset || end - start !== size || end > data.byteLength) {
        throw wrong(
          `tensor ${name}`,
          `must occupy ${size} bytes from ${offset} inside ${data.byteLength}`,
          `${start}..${end}`,
        );
      }
      offset = end;
      return { name, dtype, shape, bytes: data.subarray(start, end) };
    },
  );
  if (offset !== data.byteLength)
    throw wrong('data', `must end after the last tensor at ${offset}`, data.byteLength);
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    throw new DataFormatError(
      'safetensors header: must be JSON, got something else; restore the file from a copy',
      { cause },
    );
  }
  throw wrong('header', 'must be a JSON object', 'another value');
}

function requireEntry(name: string, value: unknown): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype))
    throw wrong(`tensor ${name}`, `must have a dtype of ${Object.keys(widths).join(', ')}`, dtype);
  if (!isWholeList(shape))
    throw wrong(`tensor ${name}`, 'must have a shape of whole numbers', shape);
  if (!isWholeList(offsets) || offsets.length !== 2)
    throw wrong(`tensor ${name}`, 'must have two data offsets', offsets);
  return { dtype: dtype as SafetensorsType, shape, data_offsets: offsets as [number, number] };
}

function isWholeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((x) => Number.isSafeInteger(x) && (x as number) >= 0);
}

function wrong(place: string, rule: string, got: unknown): DataFormatError {
  return new DataFormatError(
    `safetensors ${place}: ${rule}, got ${got === undefined ? 'nothing' : JSON.stringify(got)}; restore the file from a copy`,
  );
}
