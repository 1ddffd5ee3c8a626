/** Directions in the space of weights, and what is said of them: how long they are and how far from orthogonal. */
import type { MeasurementFacts } from '#shared/domain/measurement';

/** A direction in the space of weights, [P]; weights move by multiples of it. */
export type Direction = Float64Array;

/** sum_i a_i b_i over two vectors of one length. Never throws. */
export function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** ||a||_2. Never throws. */
export function normOf(a: ArrayLike<number>): number {
  return Math.sqrt(innerProduct(a, a));
}

/** The cosine of the angle between two vectors; null where one is 0. Never throws. */
export function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const lengths = normOf(a) * normOf(b);
  return lengths > 0 ? innerProduct(a, b) / lengths : null;
}

/**
 * a - b, element by element.
 * @returns [P], float64: origin + difference rounds to exactly the first vector
 */
export function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>): Direction {
  return Float64Array.from({ length: a.length }, (_, i) => (a[i] as number) - (b[i] as number));
}

/** The vector times a number. */
export function scaled(a: ArrayLike<number>, factor: number): Direction {
  return Float64Array.from({ length: a.length }, (_, i) => factor * (a[i] as number));
}

/** Length of each of two directions and their cosine, as captions print them. */
export function planeFacts([first, second]: readonly [Direction, Direction]): MeasurementFacts {
  return {
    'length of the first direction': normOf(first),
    'length of the second direction': normOf(second),
    'cosine between the directions': cosineOf(first, second) ?? 'undefined: a direction is 0',
  };
}
