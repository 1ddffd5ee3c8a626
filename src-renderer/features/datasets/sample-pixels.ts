/** From the numbers of a sample to the pixels of a picture. */

/**
 * RGBA bytes of an image sample.
 * @param values - bytes 0..255, channels last; one channel is grey, two show as red and green, a fourth is left out
 */
export function sampleRgba(
  values: readonly number[],
  { height, width, channels }: { height: number; width: number; channels: number },
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const at = (channel: number) => values[pixel * channels + channel] ?? 0;
    const [red, green, blue] =
      channels === 1 ? [at(0), at(0), at(0)] : [at(0), at(1), channels === 2 ? 0 : at(2)];
    rgba.set([red, green, blue, 255], 4 * pixel);
  }
  return rgba;
}
