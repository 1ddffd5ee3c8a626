/**
 * PNG images of 8 bits or less a channel, without interlacing: what data sets are made of. Own reader, because its memory is
 * bounded by the size in the header, and nothing is unpacked beyond it.
 * Source: "Portable Network Graphics (PNG) Specification", W3C, second edition.
 */
import { crc32 } from 'node:zlib';
import type { DecodedImage } from './decoded-image';
import { unpackExactly } from '../../formats/inflate';
import { refusal } from '../../formats/refusal';

const signature = '89504e470d0a1a0a';
const mostPixels = 2 ** 24;
/** Channels of each colour type: grey, RGB, palette, grey with alpha, RGB with alpha. */
const channelsOfType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly colour: number;
}

export function isPng(bytes: Buffer): boolean {
  return bytes.toString('hex', 0, 8) === signature;
}

/** The pixels of an image; transparency is left out. @throws DataFormatError naming the rule that is broken */
export function decodePng(place: string, file: Buffer): DecodedImage {
  const chunks = [...chunksOf(place, file)];
  const header = headerOf(place, chunks[0]);
  const channels = channelsOfType[header.colour] as number;
  const rowBytes = Math.ceil((header.width * channels * header.bits) / 8);
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((c) => c.bytes));
  const raw = unpackExactly(place, packed, {
    packing: 'zlib',
    size: header.height * (1 + rowBytes),
  });
  const rows = unfilter(place, raw, {
    rowBytes,
    height: header.height,
    step: Math.max(1, (channels * header.bits) / 8),
  });
  const palette = chunks.find(({ type }) => type === 'PLTE')?.bytes;
  return pixelsOf(place, rows, { header, palette, rowBytes });
}

interface Chunk {
  readonly type: string;
  readonly bytes: Buffer;
}

function* chunksOf(place: string, file: Buffer): Generator<Chunk> {
  if (!isPng(file)) throw refusal(place, 'must begin like a PNG file', 'another beginning');
  let at = 8;
  for (;;) {
    if (at + 12 > file.length) throw refusal(place, 'must end with IEND', `the end at byte ${at}`);
    const size = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (at + 12 + size > file.length)
      throw refusal(place, `must have the ${size} bytes of ${type}`, file.length - at - 12);
    const body = file.subarray(at + 4, at + 8 + size);
    if (crc32(body) !== file.readUInt32BE(at + 8 + size))
      throw refusal(`${place}, byte ${at}`, `must have ${type} undamaged`, 'a wrong checksum');
    if (type === 'IEND') return;
    yield { type, bytes: body.subarray(4) };
    at += 12 + size;
  }
}

function headerOf(place: string, chunk: Chunk | undefined): Header {
  if (chunk?.type !== 'IHDR' || chunk.bytes.length !== 13)
    throw refusal(place, 'must have its header first', chunk?.type ?? 'nothing');
  const { bytes } = chunk;
  const width = bytes.readUInt32BE(0);
  const height = bytes.readUInt32BE(4);
  const [bits = 0, colour = 0, , , interlace = 0] = bytes.subarray(8);
  if (width === 0 || height === 0 || width * height > mostPixels)
    throw refusal(place, `must have 1 to ${mostPixels} pixels`, `${width} x ${height}`);
  const isSmall = [1, 2, 4].includes(bits) && (colour === 0 || colour === 3);
  if (!(bits === 8 || isSmall) || !channelsOfType[colour] || interlace !== 0)
    throw refusal(
      place,
      'must have at most 8 bits a channel and no interlacing',
      `${bits} bits, colour type ${colour}${interlace === 0 ? '' : ', interlaced'}`,
      { fix: 'save it as a plain 8-bit PNG' },
    );
  return { width, height, bits, colour };
}

/** Undoes the prediction of each row. */
function unfilter(
  place: string,
  raw: Buffer,
  { rowBytes, height, step }: { rowBytes: number; height: number; step: number },
): Uint8Array {
  const rows = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (1 + rowBytes)] as number;
    if (filter > 4) throw refusal(`${place}, row ${y + 1}`, 'must have a filter 0..4', filter);
    const from = y * (1 + rowBytes) + 1;
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= step ? (rows[to + x - step] as number) : 0;
      const up = y > 0 ? (rows[to + x - rowBytes] as number) : 0;
      const corner = x >= step && y > 0 ? (rows[to + x - rowBytes - step] as number) : 0;
      rows[to + x] = (raw[from + x] as number) + prediction(filter, left, up, corner);
    }
  }
  return rows;
}

function prediction(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? up : corner;
    }
  }
}

/** Grey or RGB bytes of rows of samples. */
function pixelsOf(
  place: string,
  rows: Uint8Array,
  { header, palette, rowBytes }: { header: Header; palette: Buffer | undefined; rowBytes: number },
): DecodedImage {
  const { width, height, bits, colour } = header;
  const stored = channelsOfType[colour] as number;
  const channels = colour === 0 || colour === 4 ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const perByte = 8 / bits;
  const sample = (y: number, i: number) => {
    if (bits === 8) return rows[y * rowBytes + i] as number;
    const byte = rows[y * rowBytes + Math.floor(i / perByte)] as number;
    return (byte >> (8 - bits - (i % perByte) * bits)) & ((1 << bits) - 1);
  };
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (colour === 3) {
        const index = sample(y, x);
        if (!palette || 3 * index + 2 >= palette.length)
          throw refusal(place, 'must have every colour in its palette', index);
        pixels.set(palette.subarray(3 * index, 3 * index + 3), to);
      } else {
        for (let c = 0; c < channels; c++)
          pixels[to + c] = (sample(y, x * stored + c) * 255) / (2 ** bits - 1);
      }
      to += channels;
    }
  }
  return { width, height, channels, pixels };
}
