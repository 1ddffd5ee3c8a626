/** Zip archives as numpy writes them: stored or deflated entries, found by the list at the end. Nothing is written to disk. */
import { crc32 } from 'node:zlib';
import { UnpackingAllowance, unpackExactly } from './inflate';
import { refusal } from './refusal';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

const endSignature = 0x06054b50;
const listSignature = 0x02014b50;
const entrySignature = 0x04034b50;
const endBytes = 22;
const mostComment = 65_535;
/** Entries of an archive of arrays; of one with an entry for each tensor more. */
const usualEntries = 1000;

/** Whether bytes begin like a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/** Every entry, unpacked one at a time. @throws DataFormatError naming the entry and the rule that is broken */
export function* readZip(
  place: string,
  file: Buffer,
  mostEntries = usualEntries,
): Generator<ZipEntry> {
  const end = findEnd(place, file);
  const count = file.readUInt16LE(end + 10);
  if (count > mostEntries) throw refusal(place, `must have at most ${mostEntries} entries`, count);
  let at = file.readUInt32LE(end + 16);
  const seen = new Set<number>();
  const allowance = new UnpackingAllowance(file.length);
  for (let i = 0; i < count; i++) {
    requireRange(place, file, { at, size: 46, what: 'the list of entries' });
    if (file.readUInt32LE(at) !== listSignature)
      throw refusal(`${place}, entry ${i + 1}`, 'must be listed', 'something else');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
      file.readUInt16LE(at + offset),
    ) as [number, number, number];
    const name = file.toString('utf8', at + 46, at + 46 + nameBytes);
    const start = file.readUInt32LE(at + 42);
    // Entries that share their bytes are how a small archive unpacks to a large one.
    if (seen.has(start)) throw refusal(`${place}, ${name}`, 'must have bytes of its own', 'shared');
    seen.add(start);
    yield { name, bytes: readEntry(`${place}, ${name}`, file, { at, start, allowance }) };
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
}

function readEntry(
  place: string,
  file: Buffer,
  { at, start, allowance }: { at: number; start: number; allowance: UnpackingAllowance },
): Buffer {
  const method = file.readUInt16LE(at + 10);
  const packedBytes = file.readUInt32LE(at + 20);
  const size = file.readUInt32LE(at + 24);
  if (packedBytes === 0xffffffff || size === 0xffffffff)
    throw refusal(place, 'must be smaller than 4 GiB', 'a 64-bit entry', {
      fix: 'save it in parts',
    });
  requireRange(place, file, { at: start, size: 30, what: 'its header' });
  if (file.readUInt32LE(start) !== entrySignature)
    throw refusal(place, 'must have a header', 'something else');
  const dataAt = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28);
  requireRange(place, file, { at: dataAt, size: packedBytes, what: 'its bytes' });
  const packed = file.subarray(dataAt, dataAt + packedBytes);
  const isStored = method === 0 && packedBytes === size;
  if (!isStored && method !== 8)
    throw refusal(place, 'must be stored or deflated', `method ${method}`);
  const bytes = isStored
    ? packed
    : unpackExactly(place, packed, { packing: 'deflate', size, allowance });
  if (checksumOf(bytes) !== file.readUInt32LE(at + 16))
    throw refusal(place, 'must be undamaged', 'a wrong checksum');
  return bytes;
}

/** In pieces: Node takes less than 2 GiB a call. */
function checksumOf(bytes: Buffer): number {
  const piece = 2 ** 28;
  let sum = 0;
  for (let at = 0; at < bytes.length; at += piece) sum = crc32(bytes.subarray(at, at + piece), sum);
  return sum;
}

function findEnd(place: string, file: Buffer): number {
  const first = Math.max(0, file.length - endBytes - mostComment);
  for (let at = file.length - endBytes; at >= first; at--)
    if (file.readUInt32LE(at) === endSignature) return at;
  throw refusal(place, 'must end with the list of a zip archive', 'no list (a truncated file?)');
}

function requireRange(
  place: string,
  file: Buffer,
  { at, size, what }: { at: number; size: number; what: string },
): void {
  if (at + size > file.length)
    throw refusal(place, `must have ${what} inside the file`, `an end at byte ${at + size}`);
}
