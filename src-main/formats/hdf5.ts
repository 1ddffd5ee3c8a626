/**
 * Arrays of numbers at the root of an HDF5 file as h5py writes them by default: superblock 0, groups as symbol tables, data in one piece.
 * A strict reader of that much and no more: nothing is followed twice, nothing is unpacked, every address is inside the file.
 * Source: HDF5 File Format Specification 3.0, sections II.A, III.A.1, III.B, III.D, IV.A.1.a, IV.A.2.
 */
import type { NumericArray } from './numeric-array';
import { refusal } from './refusal';

const signature = '\x89HDF\r\n\x1a\n';
const saveAgain = {
  fix: 'save it with h5py and its default settings, without chunks and compression',
};
/** More names at the root are no surface. */
const mostNames = 1000;
const deepestTree = 8;
const mostMessages = 1000;

const messages = { dataspace: 1, datatype: 3, layout: 8, filters: 11, continuation: 16, group: 17 };

/** Whether bytes begin like an HDF5 file. */
export function isHdf5(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, signature.length) === signature;
}

/** Named arrays; one is read when it is asked for. */
export interface Hdf5Arrays {
  readonly names: readonly string[];
  /** Null where there is no such name. @throws DataFormatError where it is no array of numbers that is read here */
  readonly array: (name: string) => NumericArray | null;
}

/** What lies at the root. @throws DataFormatError naming the rule that is broken */
export function parseHdf5(place: string, file: Buffer): Hdf5Arrays {
  const bytes = new Reader(place, file);
  const version = bytes.at(8, 1).readUInt8();
  const sizes = bytes.at(13, 2);
  if (version !== 0 || sizes[0] !== 8 || sizes[1] !== 8 || bytes.address(24) !== 0)
    throw refusal(place, 'must be of the first version of HDF5', version, saveAgain);
  const group = messagesAt(bytes, bytes.address(64)).get(messages.group);
  if (!group || group.length < 16) throw refusal(place, 'must have a group', 'none', saveAgain);
  const heap = bytes.signed(addressIn(group, 8), 'HEAP', 32);
  const heapSize = addressIn(heap, 8);
  const heapAt = addressIn(heap, 24);
  const headers = new Map<string, number>();
  const visited = new Set<number>();
  const visit = (at: number, depth: number): void => {
    if (visited.has(at) || depth > deepestTree)
      throw refusal(place, 'must have a tree of names', 'a circle', saveAgain);
    visited.add(at);
    const head = bytes.signed(at, 'TREE', 24);
    const [kind, level] = [head[4], head[5] ?? 0];
    const used = head.readUInt16LE(6);
    if (kind !== 0 || used > mostNames)
      throw refusal(place, `must have at most ${mostNames} names`, used, saveAgain);
    for (let i = 0; i < used; i++) {
      const child = bytes.address(at + 24 + 16 * i + 8);
      if (level > 0) visit(child, depth + 1);
      else nodes(child);
    }
  };
  const nodes = (at: number): void => {
    const count = bytes.signed(at, 'SNOD', 8).readUInt16LE(6);
    for (let i = 0; i < count; i++) {
      const nameAt = bytes.address(at + 8 + 40 * i);
      const header = bytes.address(at + 8 + 40 * i + 8);
      const rest = bytes.at(heapAt + nameAt, Math.max(0, Math.min(256, heapSize - nameAt)));
      const end = rest.indexOf(0);
      if (end < 0 || headers.size >= mostNames)
        throw refusal(place, 'must have short names', 'another', saveAgain);
      headers.set(rest.toString('utf8', 0, end), header);
    }
  };
  visit(addressIn(group, 0), 0);
  return {
    names: [...headers.keys()],
    array: (name) => {
      const at = headers.get(name);
      return at === undefined ? null : arrayAt(new Reader(`${place}, ${name}`, file), at);
    },
  };
}

function arrayAt(bytes: Reader, at: number): NumericArray {
  const { place } = bytes;
  const found = messagesAt(bytes, at);
  const refuse = (rule: string, got: string | number) => refusal(place, rule, got, saveAgain);
  const part = (message: number, least: number): Buffer => {
    const body = found.get(message);
    if (body && body.length >= least) return body;
    throw refuse('must be an array of numbers', 'something else');
  };
  if (found.has(messages.filters)) throw refuse('must not be compressed', 'filters');
  const space = part(messages.dataspace, 8);
  const [spaceVersion = 0, rank = 0] = space;
  const dimsAt = spaceVersion === 1 ? 8 : 4;
  if ((spaceVersion !== 1 && spaceVersion !== 2) || rank > 2 || space.length < dimsAt + 8 * rank)
    throw refuse('must have at most two axes', rank);
  const shape = Array.from({ length: rank }, (_, i) => addressIn(space, dimsAt + 8 * i));
  const type = part(messages.datatype, 8);
  const [kindBits = 0, flags = 0] = type;
  const size = type.readUInt32LE(4);
  const kind = ([(flags & 8) === 0 ? 'unsigned' : 'signed', 'float'] as const)[kindBits & 15];
  if (kind === undefined || (size !== 1 && size !== 2 && size !== 4 && size !== 8))
    throw refuse('must be an array of numbers', `class ${kindBits & 15}`);
  if (kind === 'float' && size === 1) throw refuse('must be of 2, 4 or 8 bytes', size);
  const layout = part(messages.layout, 2);
  const [layoutVersion = 0, storage] = layout;
  if (layoutVersion < 3 || layoutVersion > 4 || storage !== 1 || layout.length < 18)
    throw refuse('must lie in one piece', storage === 2 ? 'chunks' : `storage ${storage}`);
  const byteCount = shape.reduce((product, n) => product * n, size);
  return {
    type: { kind, bytes: size, isLittle: (flags & 1) === 0 },
    ...{ shape, isFortran: false },
    bytes: bytes.at(addressIn(layout, 2), byteCount),
  };
}

/** The messages of an object header, the first of each kind. */
function messagesAt(bytes: Reader, at: number): ReadonlyMap<number, Buffer> {
  const { place } = bytes;
  const head = bytes.at(at, 16);
  if (head[0] !== 1)
    throw refusal(place, 'must have headers of version 1', head[0] ?? 0, saveAgain);
  const found = new Map<number, Buffer>();
  const blocks = [{ from: at + 16, size: head.readUInt32LE(8) }];
  let seen = 0;
  for (let b = 0; b < blocks.length; b++) {
    const { from, size } = blocks[b] as (typeof blocks)[number];
    const block = bytes.at(from, size);
    for (let i = 0; i + 8 <= size;) {
      const [kind, length] = [block.readUInt16LE(i), block.readUInt16LE(i + 2)];
      const body = block.subarray(i + 8, i + 8 + length);
      seen += 1;
      if (body.length !== length || seen > mostMessages || blocks.length > 32)
        throw refusal(place, 'must have whole headers', 'a part of one', saveAgain);
      if (kind === messages.continuation && length >= 16)
        blocks.push({ from: addressIn(body, 0), size: addressIn(body, 8) });
      else if (!found.has(kind)) found.set(kind, body);
      i += 8 + length;
    }
  }
  return found;
}

/** 64 bits that are an address or a size; beyond 2^53 they are nowhere. */
function addressIn(bytes: Buffer, at: number): number {
  return at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : Infinity;
}

/** Bytes of a file; nothing outside of it. */
class Reader {
  readonly place: string;
  readonly #file: Buffer;

  constructor(place: string, file: Buffer) {
    this.place = place;
    this.#file = file;
  }

  at(at: number, size: number): Buffer {
    if (Number.isSafeInteger(at) && Number.isSafeInteger(size) && at + size <= this.#file.length)
      return this.#file.subarray(at, at + size);
    throw refusal(
      this.place,
      'must have its parts inside the file',
      `one at byte ${at}`,
      saveAgain,
    );
  }

  address(at: number): number {
    return addressIn(this.at(at, 8), 0);
  }

  signed(at: number, mark: string, size: number): Buffer {
    const bytes = this.at(at, size);
    if (bytes.toString('latin1', 0, 4) === mark) return bytes;
    throw refusal(this.place, `must have a ${mark} at byte ${at}`, 'something else', saveAgain);
  }
}
