/**
 * Random numbers: the counter-based generator Philox 4x32-10, one named stream per purpose.
 * The same seed, purpose and index give the same numbers on every machine; streams do not overlap.
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */

/** What a stream is for: streams with different names are independent. */
export type StreamPurpose =
  | 'init'
  | 'shuffle'
  | 'langevin'
  | 'dropout'
  | 'data-fraction'
  | 'label-noise'
  | 'pixel-noise'
  | 'data-samples'
  | 'collocation'
  | 'data-teacher'
  | 'data-order'
  | 'test-split'
  | 'lanczos-start'
  | 'probe'
  | 'sharpness-start'
  | 'perturbation'
  | 'mixup'
  | 'curve-shuffle'
  | 'curve-t'
  | 'curve-dropout'
  | 'alignment-order'
  | 'slice-direction'
  | 'slice-point'
  | 'test';

/** Ten rounds of Philox on a 128-bit counter with a 64-bit key; `counter` is replaced by the result. */
export function philox4x32(counter: Uint32Array, key0: number, key1: number): void {
  let c0 = counter[0] as number;
  let c1 = counter[1] as number;
  let c2 = counter[2] as number;
  let c3 = counter[3] as number;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

/** Upper 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** 32-bit FNV-1a of a name: the second half of a stream's key. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A sequence of random numbers. Has state; make a new one for every use. */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #index: number;
  readonly #block = new Uint32Array(4);
  #counter = 0;
  #left = 0;
  #spareNormal: number | null = null;

  /**
   * @param seed - unsigned 32-bit
   * @param purpose - names the stream
   * @param index - a further number in the stream's name (epoch, probe), unsigned 32-bit
   */
  constructor(seed: number, purpose: StreamPurpose, index = 0) {
    this.#key0 = seed >>> 0;
    this.#key1 = hashName(purpose);
    this.#index = index >>> 0;
  }

  /** A whole number in 0..2^32-1. */
  uint32(): number {
    if (this.#left === 0) {
      this.#block[0] = this.#counter >>> 0;
      this.#block[1] = Math.floor(this.#counter / 0x100000000);
      this.#block[2] = this.#index;
      this.#block[3] = 0;
      philox4x32(this.#block, this.#key0, this.#key1);
      this.#counter++;
      this.#left = 4;
    }
    return this.#block[4 - this.#left--] as number;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Uniform whole number in 0..count-1, without bias (rejection). */
  below(count: number): number {
    const limit = 0x100000000 - (0x100000000 % count);
    for (;;) {
      const draw = this.uint32();
      if (draw < limit) return draw % count;
    }
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** +1 or -1 with equal chance. */
  sign(): number {
    return this.uint32() & 0x80000000 ? 1 : -1;
  }

  /** Gamma with shape `alpha` >= 1 and scale 1 (Marsaglia and Tsang 2000). */
  gamma(alpha: number): number {
    const d = alpha - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v))
        return d * v;
    }
  }

  /** Beta(alpha, alpha) as a ratio of gammas, alpha >= 1. */
  symmetricBeta(alpha: number): number {
    const a = this.gamma(alpha);
    return a / (a + this.gamma(alpha));
  }

  /** A uniform random order of 0..count-1 (Fisher and Yates). */
  permutation(count: number): Int32Array {
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i] as number;
      order[i] = order[j] as number;
      order[j] = held;
    }
    return order;
  }
}
