/** Generators for the values of an axis. */

/** `count` values from `first` to `last`, evenly spaced; one value when count is 1. */
export function linearValues(first: number, last: number, count: number): number[] {
  if (count <= 1) return [first];
  return Array.from({ length: count }, (_, i) => tidy(first + ((last - first) * i) / (count - 1)));
}

/** `count` values from `first` to `last` (both above 0), evenly spaced in the logarithm. */
export function logarithmicValues(first: number, last: number, count: number): number[] {
  if (count <= 1) return [first];
  const ratio = last / first;
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? first : i === count - 1 ? last : tidy(first * ratio ** (i / (count - 1))),
  );
}

/** The powers of two in [first, last]. */
export function powersOfTwo(first: number, last: number): number[] {
  const values: number[] = [];
  for (let v = 2 ** Math.ceil(Math.log2(first) - 1e-9); v <= last * (1 + 1e-12); v *= 2)
    values.push(v);
  return values;
}

/** Whole numbers from values (rounded), without repeats: for settings such as width that must be whole. */
export function wholeValues(values: readonly number[]): number[] {
  return [...new Set(values.map((v) => Math.round(v)))];
}

/** Drops the rounding noise of the generator: 12 significant digits. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
