/** JPEG images, through jpeg-js: plain JavaScript, which refuses damaged files and more memory than it is allowed. */
import { decode } from 'jpeg-js';
import type { DecodedImage } from './decoded-image';
import { refusal } from './raw-samples';

const mostMegapixels = 16;
const mostMegabytes = 256;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/** The pixels of an image: one channel where it is grey. @throws DataFormatError when it is damaged or too large */
export function decodeJpeg(place: string, file: Buffer): DecodedImage {
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
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(place, 'must be a whole JPEG image', reason, { cause });
  }
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
