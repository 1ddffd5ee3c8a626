/** Directions in the space of weights, and what is said of them: how long they are and how far from orthogonal. */
import type { MeasurementFacts } from '#shared/domain/measurement';
import { compareWeights } from '../compare-weights';

/** A direction in the space of weights, [P]; weights move by multiples of it. */
export type Direction = Float64Array;

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
  const { norms, cosine } = compareWeights(first, second);
  return {
    'length of the first direction': norms[0],
    'length of the second direction': norms[1],
    // Of directions made orthogonal only the rounding of float32 is left.
    'cosine between the directions':
      cosine !== null && Math.abs(cosine) < 1e-6 ? 0 : (cosine ?? 'undefined: a direction is 0'),
  };
}
