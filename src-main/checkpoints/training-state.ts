/**
 * A training in the middle as bytes: what is small as JSON, then the numbers as they lie in memory, so that nothing is rounded.
 * Layout: 8 bytes length of the header (little-endian), the header, then the arrays one after another from a multiple of 8 on.
 */
import { DataFormatError } from '#shared/errors';
import { sizeOf, type Tensor } from '#main/engine/tensor';

interface ArrayEntry {
  readonly name: string;
  readonly dtype: 'float32' | 'float64';
  readonly shape: readonly number[];
}

interface Header {
  readonly facts: unknown;
  readonly arrays: readonly ArrayEntry[];
}

const widths = { float32: 4, float64: 8 } as const;

/** @param facts - plain data: what JSON keeps as it is */
export function encodeState(facts: unknown, arrays: Readonly<Record<string, Tensor>>): Uint8Array {
  const entries = Object.entries(arrays).map(([name, { shape, data }]) => {
    const dtype = data instanceof Float64Array ? ('float64' as const) : ('float32' as const);
    return { entry: { name, dtype, shape }, data };
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ facts, arrays: entries.map(({ entry }) => entry) } satisfies Header),
  );
  let at = roundedUp(8 + header.length);
  const total = entries.reduce((end, { data }) => roundedUp(end + data.byteLength), at);
  const bytes = new Uint8Array(total);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at = roundedUp(at + data.byteLength);
  }
  return bytes;
}

/**
 * The inverse of `encodeState`.
 * @throws DataFormatError when the bytes are cut short or are none of these
 */
export function decodeState(bytes: Uint8Array): {
  facts: unknown;
  arrays: Record<string, Tensor>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (8 + length > bytes.byteLength)
    throw wrong('its header inside the file', `${bytes.byteLength} bytes`);
  const { arrays, facts } = parse(bytes.subarray(8, 8 + length));
  let at = roundedUp(8 + length);
  const tensors = arrays.map(({ name, dtype, shape }): [string, Tensor] => {
    const sizeBytes = widths[dtype] * sizeOf(shape);
    if (at + sizeBytes > bytes.byteLength) throw wrong(`all of ${name}`, 'a shorter file');
    // A copy: the bytes need not lie where numbers may.
    const { buffer } = Uint8Array.from(bytes.subarray(at, at + sizeBytes));
    at = roundedUp(at + sizeBytes);
    const data = dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
    return [name, { shape, data }];
  });
  return { facts, arrays: Object.fromEntries(tensors) };
}

function parse(bytes: Uint8Array): Header {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Header;
  } catch {
    throw wrong('a header of JSON', 'something else');
  }
}

function roundedUp(offset: number): number {
  return 8 * Math.ceil(offset / 8);
}

function wrong(rule: string, got: string): DataFormatError {
  return new DataFormatError(
    `state of a training: must have ${rule}, got ${got}; train it from the beginning`,
  );
}
