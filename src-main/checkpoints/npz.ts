/** NumPy's `.npz`: a zip, stored without compression, of one `.npy` for each tensor. */
import { crc32 } from 'node:zlib';
import type { NamedTensor } from './safetensors';

/** Where the data of an array begins is a multiple of this. */
const alignment = 64;
/** 1980-01-01, the zip format's first day: the same weights give the same bytes. */
const firstDay = 0x21;
/** Sizes and counts of the classic zip format. */
const mostBytes = 0xffffffff;
const mostFiles = 0xffff;

/**
 * The bytes of an archive that `numpy.load` reads: little-endian float32 in C order, each under its tensor's name.
 * @throws RangeError for more than 4 GB or 65,535 tensors, which the format without its extension cannot hold
 */
export function encodeNpz(tensors: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const name = new TextEncoder().encode(`${tensor.name}.npy`);
    const content = encodeNpy(tensor);
    const about = { crc: crc32(content), size: content.byteLength, name };
    const local = header(0x04034b50, about);
    files.push(local, content);
    directory.push(header(0x02014b50, about, offset));
    offset += local.byteLength + content.byteLength;
  }
  const directoryBytes = directory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (offset + directoryBytes > mostBytes || tensors.length > mostFiles) {
    throw new RangeError(
      `npz: must be at most 4 GB in ${mostFiles} tensors, got ${offset} bytes in ${tensors.length}; export safetensors`,
    );
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, tensors.length, true);
  end.setUint16(10, tensors.length, true);
  end.setUint32(12, directoryBytes, true);
  end.setUint32(16, offset, true);
  return joined([...files, ...directory, new Uint8Array(end.buffer)]);
}

/** One array, version 1.0 of the format. */
function encodeNpy({ data, shape }: NamedTensor): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = 10 + dictionary.length + 1;
  const padding = (alignment - (before % alignment)) % alignment;
  const text = `${dictionary}${' '.repeat(padding)}\n`;
  const bytes = new Uint8Array(10 + text.length + 4 * data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of data.entries()) view.setFloat32(10 + text.length + 4 * i, value, true);
  return bytes;
}

interface ZipEntry {
  readonly crc: number;
  readonly size: number;
  readonly name: Uint8Array;
}

/** The header before a file, or with its offset the one in the directory at the end. */
function header(signature: number, { crc, name, size }: ZipEntry, offset?: number): Uint8Array {
  const isInDirectory = offset !== undefined;
  const length = isInDirectory ? 46 : 30;
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  // Made by, in the directory alone; then the version that is needed to read it.
  if (isInDirectory) view.setUint16(4, 20, true);
  const at = isInDirectory ? 6 : 4;
  view.setUint16(at, 20, true);
  view.setUint16(at + 8, firstDay, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
  if (isInDirectory) view.setUint32(42, offset, true);
  bytes.set(name, length);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
