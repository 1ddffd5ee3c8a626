/** Unpacks what a file says it holds and not a byte more: a header or a bomb cannot ask for memory. */
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { refusal } from './refusal';

export type Packing = 'gzip' | 'zlib' | 'deflate';

const unpackers = { gzip: gunzipSync, zlib: inflateSync, deflate: inflateRawSync } as const;

/** So much may always be unpacked; beyond it real data never shrinks to less than a hundredth. */
const freeBytes = 2 ** 26;
const mostRatio = 100;

/** What one file may unpack to, all its parts together: many parts with little in each are a bomb too. */
export class UnpackingAllowance {
  readonly #fileBytes: number;
  readonly #most: number;
  #taken = 0;

  /** @param fileBytes - size of the whole file */
  constructor(fileBytes: number) {
    this.#fileBytes = fileBytes;
    this.#most = Math.max(freeBytes, mostRatio * fileBytes);
  }

  /** @throws DataFormatError when the parts so far and this one are more than such a file can hold */
  take(place: string, size: number): void {
    this.#taken += size;
    if (this.#taken > this.#most)
      throw refusal(
        place,
        `must declare at most ${this.#most} bytes for ${this.#fileBytes} packed ones`,
        this.#taken,
      );
  }
}

/** The first bytes of what is packed. @throws DataFormatError when it does not unpack */
export function unpackStart(
  place: string,
  packed: Uint8Array,
  { packing, size }: { packing: Packing; size: number },
): Buffer {
  // A kilobyte holds at most a megabyte.
  const head = packed.subarray(0, 1024 + size);
  return guarded(place, packing, () =>
    unpackers[packing](head, { finishFlush: constants.Z_SYNC_FLUSH }),
  ).subarray(0, size);
}

/**
 * Unpacks to exactly `size` bytes.
 * @param allowance - that of the file, where it has several packed parts
 * @throws DataFormatError when so much cannot be in there, when it is more or less, or when it does not unpack
 */
export function unpackExactly(
  place: string,
  packed: Uint8Array,
  {
    packing,
    size,
    allowance = new UnpackingAllowance(packed.length),
  }: { packing: Packing; size: number; allowance?: UnpackingAllowance },
): Buffer {
  allowance.take(place, size);
  const bytes = guarded(place, packing, () =>
    // One byte more than is wanted shows that there is more.
    unpackers[packing](packed, { maxOutputLength: size + 1 }),
  );
  if (bytes.length === size) return bytes;
  throw refusal(place, `must unpack to ${size} bytes`, bytes.length);
}

function guarded(place: string, packing: Packing, unpackIt: () => Buffer): Buffer {
  try {
    return unpackIt();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw refusal(place, 'must not unpack to more than it declares', 'more', { cause });
    throw refusal(place, `must be ${packing} data`, message, { cause });
  }
}
