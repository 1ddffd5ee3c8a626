/** The plane that a training moved in most: principal components of the differences to its end. */
import { euclideanNorm, innerProduct } from '../vectors';
import { scaled, type Direction } from './direction';
import { symmetricEigen } from './symmetric-eigen';

export interface PrincipalDirections {
  /** The two of largest variance: of length 1 and orthogonal, in weights. */
  readonly directions: readonly [Direction, Direction];
  /** Part of the sum of squared differences that each explains, 0 to 1. */
  readonly explained: readonly [number, number];
  /** Positions of the points of the trajectory in the plane; its end is 0, 0. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A second component below this part of the first is rounding of float32 weights. */
const leastPart = 1e-12;

/**
 * The first two principal directions of a trajectory.
 *
 * Definition: D has a row theta_t - theta_T for every recorded t, not centred: the plane goes through the end. With the eigenpairs
 * (l, a) of the Gram matrix D D', the direction is D'a / sqrt(l), and l / trace(D D') is what it explains.
 * @param points - weights in the order of the training, each [P], the end last
 * @returns null where the points lie on one line (or are one point): there is no plane. Never throws on finite weights.
 * Cost: T^2/2 inner products of length P.
 * Source: Li et al. 2018, section 7; checked in tests/laws/slices.test.ts
 */
export function principalDirections(
  points: readonly ArrayLike<number>[],
): PrincipalDirections | null {
  const end = points.at(-1);
  if (!end) return null;
  const gram = points.map(() => new Float64Array(points.length));
  points.forEach((a, i) => {
    for (let j = i; j < points.length; j++) {
      const product = productOfDifferences(a, points[j] as ArrayLike<number>, end);
      (gram[i] as Float64Array)[j] = product;
      (gram[j] as Float64Array)[i] = product;
    }
  });
  const total = gram.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const [first, second] = symmetricEigen(gram);
  if (!first || !second || !(second.value > leastPart * first.value)) return null;
  const u = unitCombination(points, end, first.vector);
  const w = unitCombination(points, end, second.vector);
  const positions = (direction: Direction) => {
    const origin = innerProduct(end, direction);
    return points.map((point) => innerProduct(point, direction) - origin);
  };
  return {
    directions: [u, w],
    explained: [first.value / total, second.value / total],
    x: positions(u),
    y: positions(w),
  };
}

/** (a - end) . (b - end), without keeping the differences. */
function productOfDifferences(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  end: ArrayLike<number>,
): number {
  let total = 0;
  for (let i = 0; i < end.length; i++) {
    const e = end[i] as number;
    total += ((a[i] as number) - e) * ((b[i] as number) - e);
  }
  return total;
}

/** sum_t a_t (point_t - end) at length 1. */
function unitCombination(
  points: readonly ArrayLike<number>[],
  end: ArrayLike<number>,
  weights: Float64Array,
): Direction {
  const result = new Float64Array(end.length);
  points.forEach((point, t) => {
    const factor = weights[t] as number;
    for (let i = 0; i < result.length; i++)
      result[i] = (result[i] as number) + factor * ((point[i] as number) - (end[i] as number));
  });
  return scaled(result, 1 / euclideanNorm(result));
}
