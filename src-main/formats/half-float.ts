/** Floating-point numbers of 16 bits. */

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. @param bits - 0 to 65,535 */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** Google's bfloat16: the upper half of a float32. @param bits - 0 to 65,535 */
export function brainFloatOf(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
