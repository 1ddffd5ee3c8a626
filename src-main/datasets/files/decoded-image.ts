/** Pictures as pixels. */

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colour. */
  readonly channels: 1 | 3;
  /** Rows of pixels, their channels side by side. */
  readonly pixels: Uint8Array;
}
