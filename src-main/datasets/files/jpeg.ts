/** JPEG images, through jpeg-js: plain JavaScript, which refuses damaged files and more memory than it is allowed. */
import { decode } from 'jpeg-js';
import type { DecodedImage } from './decoded-image';
import { refusal } from '../../formats/refusal';

const mostMegapixels = 16;
const mostMegabytes = 256;
/** A progressive image has about ten; each goes over the whole image, however few bytes it has. */
const mostScans = 200;

const scanMarker = Buffer.from([0xff, 0xda]);

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/** The pixels of an image: one channel where it is grey. @throws DataFormatError when it is damaged or too large */
export function decodeJpeg(place: string, file: Buffer): DecodedImage {
  const scans = scanCount(file);
  if (scans > mostScans)
    throw refusal(place, `must have at most ${mostScans} scans`, scans, {
      fix: 'save it again as a plain JPEG',
    });
  const { width, height, data } = guarded(place, file);
  const isGrey = componentsOf(file) === 1;
  if (!isGrey) return { width, height, channels: 3, pixels: data };
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[3 * i] as number;
  return { width, height, channels: 1, pixels };
}

function guarded(place: string, file: Buffer) {
  try {
    return decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: mostMegapixels,
      maxMemoryUsageInMB: mostMegabytes,
    });
  } catch (cause) {
    const reason = reasonOf(cause);
    throw refusal(place, 'must be a whole JPEG image', reason, { cause });
  }
}

/** The decoder says what is wrong by plain errors; where it trips over damaged data, JavaScript says something of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof TypeError || cause instanceof RangeError) return 'damaged data';
  return cause instanceof Error ? cause.message : String(cause);
}

/** Markers that begin a scan: in the data between them 0xff is followed by 0. */
function scanCount(file: Buffer): number {
  let count = 0;
  for (let at = file.indexOf(scanMarker); at >= 0; at = file.indexOf(scanMarker, at + 2)) count++;
  return count;
}

/** Number of colour components in the frame header; 0 where there is none. */
function componentsOf(file: Buffer): number {
  let at = 2;
  while (at + 9 < file.length && file[at] === 0xff) {
    const marker = file[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return file[at + 9] as number;
    at += 2 + file.readUInt16BE(at + 2);
  }
  return 0;
}
