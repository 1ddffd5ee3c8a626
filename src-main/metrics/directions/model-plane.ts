/** The plane through three models. */
import { euclideanNorm, innerProduct } from '../vectors';
import { differenceOf, scaled, type Direction } from './direction';

export interface ModelPlane {
  /** Of length 1 and orthogonal, in weights; the first points from the first model to the second. */
  readonly directions: readonly [Direction, Direction];
  /** Positions of the three models; the first is 0, 0, the second on the x-axis. */
  readonly x: readonly [number, number, number];
  readonly y: readonly [number, number, number];
}

/** Models nearer to a line than this part of their distance are on it: what float32 weights can tell. */
const leastHeight = 1e-6;

/**
 * The plane through three weight vectors by Gram-Schmidt.
 *
 * Definition: u = (w2 - w1) / ||w2 - w1||, v = the part of w3 - w1 orthogonal to u, at length 1; a point is w1 + x u + y v.
 * @param models - three vectors [P]
 * @returns null where they lie on one line or two are equal. Never throws.
 * Source: Garipov et al. 2018, section 3; checked in tests/laws/slices.test.ts
 */
export function modelPlane([first, second, third]: readonly [
  ArrayLike<number>,
  ArrayLike<number>,
  ArrayLike<number>,
]): ModelPlane | null {
  const along = differenceOf(second, first);
  const across = differenceOf(third, first);
  const width = euclideanNorm(along);
  const distance = euclideanNorm(across);
  if (!(width > 0)) return null;
  const u = scaled(along, 1 / width);
  const foot = innerProduct(across, u);
  // Twice: what is left after one step has the rounding of the whole.
  const once = without(across, u);
  const rest = without(once, u);
  const height = euclideanNorm(rest);
  if (!(height > leastHeight * Math.max(distance, width))) return null;
  return { directions: [u, scaled(rest, 1 / height)], x: [0, width, foot], y: [0, 0, height] };
}

/** The part of a vector orthogonal to a unit vector. */
function without(vector: Direction, unit: Direction): Direction {
  const part = innerProduct(vector, unit);
  return vector.map((value, i) => value - part * (unit[i] as number));
}
