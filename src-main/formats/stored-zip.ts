/**
 * Zip archives whose entries are stored as they are, of any size: written in one pass, read entry by entry from the disk.
 * Source: PKWARE's APPNOTE 6.3.10, with its 64-bit fields; unzip and 7-Zip read what is written here.
 */
import { crc32 } from 'node:zlib';
import { fstatSync, readSync, writeSync } from 'node:fs';
import { refusal } from './refusal';

/** Where an entry lies in its archive. */
export interface StoredEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly crc: number;
}

const signatures = { entry: 0x04034b50, listed: 0x02014b50, end: 0x06054b50 } as const;
const signatures64 = { end: 0x06064b50, locator: 0x07064b50 } as const;
const large = 0xffffffff;
const many = 0xffff;
const pieceBytes = 2 ** 20;
/** 1980-01-01: the same content is the same archive. */
const noDate = 0x0021_0000;

/** Writes entries one after another into an open, empty file. */
export class StoredZipWriter {
  readonly #file: number;
  readonly #entries: StoredEntry[] = [];
  #at = 0;

  constructor(file: number) {
    this.#file = file;
  }

  /** Adds an entry. @param pieces - its bytes in order, read once */
  add(name: string, pieces: Iterable<Uint8Array>): void {
    const header = this.#at;
    const nameBytes = Buffer.from(name);
    this.#at += 30 + nameBytes.length + 20;
    let size = 0;
    let crc = 0;
    for (const piece of pieces) {
      this.#write(piece, this.#at);
      this.#at += piece.length;
      size += piece.length;
      crc = crc32(piece, crc);
    }
    const head = Buffer.alloc(30);
    head.writeUInt32LE(signatures.entry, 0);
    head.writeUInt16LE(45, 4);
    head.writeUInt16LE(0x0800, 6);
    head.writeUInt32LE(noDate, 10);
    head.writeUInt32LE(crc, 14);
    head.writeUInt32LE(large, 18);
    head.writeUInt32LE(large, 22);
    head.writeUInt16LE(nameBytes.length, 26);
    head.writeUInt16LE(20, 28);
    this.#write(Buffer.concat([head, nameBytes, extra64([size, size])]), header);
    this.#entries.push({ name, offset: header, size, crc });
  }

  /** Writes the list of entries. */
  end(): void {
    const start = this.#at;
    for (const { crc, name, offset, size } of this.#entries) {
      const nameBytes = Buffer.from(name);
      const extra = extra64([size, size, offset]);
      const head = Buffer.alloc(46);
      head.writeUInt32LE(signatures.listed, 0);
      head.writeUInt16LE(45, 4);
      head.writeUInt16LE(45, 6);
      head.writeUInt16LE(0x0800, 8);
      head.writeUInt32LE(noDate, 12);
      head.writeUInt32LE(crc, 16);
      head.writeUInt32LE(large, 20);
      head.writeUInt32LE(large, 24);
      head.writeUInt16LE(nameBytes.length, 28);
      head.writeUInt16LE(extra.length, 30);
      head.writeUInt32LE(large, 42);
      this.#append(Buffer.concat([head, nameBytes, extra]));
    }
    const listBytes = this.#at - start;
    const count = this.#entries.length;
    const end = Buffer.alloc(56 + 20 + 22);
    const end64 = this.#at;
    end.writeUInt32LE(signatures64.end, 0);
    end.writeBigUInt64LE(44n, 4);
    end.writeUInt16LE(45, 12);
    end.writeUInt16LE(45, 14);
    for (const at of [24, 32]) end.writeBigUInt64LE(BigInt(count), at);
    end.writeBigUInt64LE(BigInt(listBytes), 40);
    end.writeBigUInt64LE(BigInt(start), 48);
    end.writeUInt32LE(signatures64.locator, 56);
    end.writeBigUInt64LE(BigInt(end64), 64);
    end.writeUInt32LE(1, 72);
    end.writeUInt32LE(signatures.end, 76);
    for (const at of [84, 86]) end.writeUInt16LE(many, at);
    for (const at of [88, 92]) end.writeUInt32LE(large, at);
    this.#append(end);
  }

  #append(bytes: Uint8Array): void {
    this.#write(bytes, this.#at);
    this.#at += bytes.length;
  }

  #write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
  }
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return extra;
}

/**
 * The entries of an archive that `StoredZipWriter` wrote, each with bytes of its own inside the file: nothing can unpack to more than the
 * file holds.
 * @param limits - most entries and most bytes of their list
 * @throws DataFormatError for anything else
 */
export function storedEntries(
  place: string,
  file: number,
  limits: { readonly mostEntries: number; readonly mostListBytes: number },
): ReadonlyMap<string, StoredEntry> {
  const { size: fileBytes } = fstatSync(file);
  const refuse = (rule: string, got: string | number) =>
    refusal(place, rule, got, { fix: 'export the project again' });
  if (fileBytes < 98) throw refuse('must be a whole archive', `${fileBytes} bytes`);
  const end = readAt(file, fileBytes - 98, 98);
  const signed =
    end.readUInt32LE(0) === signatures64.end &&
    end.readUInt32LE(56) === signatures64.locator &&
    end.readUInt32LE(76) === signatures.end;
  if (!signed)
    throw refuse('must end as an archive of a project does', 'another end (a cut file?)');
  const [count, listBytes, start] = [32, 40, 48].map((at) => Number(end.readBigUInt64LE(at))) as [
    number,
    number,
    number,
  ];
  if (count > limits.mostEntries || listBytes > limits.mostListBytes)
    throw refuse(`must have at most ${limits.mostEntries} entries`, count);
  if (start + listBytes !== fileBytes - 98)
    throw refuse('must end with its list of entries', `a list at byte ${start}`);
  const list = readAt(file, start, listBytes);
  const entries = new Map<string, StoredEntry>();
  let free = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== signatures.listed)
      throw refuse(`must list entry ${i + 1}`, 'something else');
    const nameBytes = list.readUInt16LE(at + 28);
    const extraAt = at + 46 + nameBytes;
    const isWhole = list.readUInt16LE(at + 30) === 28 && extraAt + 28 <= list.length;
    const isStored = list.readUInt16LE(at + 10) === 0 && list.readUInt16LE(at + 32) === 0;
    if (!isWhole || !isStored || list.readUInt32LE(extraAt) !== 0x0018_0001)
      throw refuse(`must store entry ${i + 1} as it is`, 'another kind of entry');
    const [size, packed, offset] = [4, 12, 20].map((by) =>
      Number(list.readBigUInt64LE(extraAt + by)),
    ) as [number, number, number];
    const name = list.toString('utf8', at + 46, extraAt);
    // One after another, as they were written: none shares bytes with another.
    const next = offset + 30 + nameBytes + 20 + size;
    if (offset !== free || size !== packed || next > start || entries.has(name))
      throw refuse(`must have bytes of its own for entry ${i + 1}`, `byte ${offset}`);
    entries.set(name, { name, offset, size, crc: list.readUInt32LE(at + 16) });
    free = next;
    at = extraAt + 28;
  }
  if (at !== list.length || free !== start) throw refuse('must list all that it holds', 'more');
  return entries;
}

/** The bytes of an entry, a megabyte at a time. @throws DataFormatError at the end when they are not those that were written */
export function* storedPieces(place: string, file: number, entry: StoredEntry): Generator<Buffer> {
  const { crc: expected, name, offset, size } = entry;
  const first = offset + 30 + Buffer.byteLength(name) + 20;
  let crc = 0;
  for (let done = 0; done < size;) {
    const piece = readAt(file, first + done, Math.min(pieceBytes, size - done));
    crc = crc32(piece, crc);
    done += piece.length;
    yield piece;
  }
  if (crc === expected) return;
  throw refusal(`${place}, ${name}`, 'must be undamaged', 'a wrong checksum', {
    fix: 'export the project again',
  });
}

function readAt(file: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const read = readSync(file, bytes, done, size - done, at + done);
    if (read === 0) throw refusal('archive', `must hold byte ${at + size}`, 'its end');
    done += read;
  }
  return bytes;
}
