/** The Gauss length of a path, point by point. */

/** What is kept between the points of a path: the last one, and the direction in which it was reached. */
export class GaussLength {
  #last: Float64Array | null = null;
  #direction: Float64Array | null = null;
  #length = 0;

  /** Sum of the angles so far, radians. */
  get length(): number {
    return this.#length;
  }

  /**
   * Goes on to the next point. A point that is where the last one was has no direction and is passed over.
   * @param point - [d]; not kept
   */
  add(point: ArrayLike<number>): void {
    const last = this.#last;
    this.#last = Float64Array.from(point);
    if (last === null) return;
    const step = this.#last.map((v, i) => v - (last[i] as number));
    const size = Math.sqrt(step.reduce((total, v) => total + v * v, 0));
    if (size === 0) return;
    const direction = step.map((v) => v / size);
    if (this.#direction) this.#length += angleBetween(this.#direction, direction);
    this.#direction = direction;
  }
}

/**
 * Length of the curve that the unit tangent of a path draws on the sphere; of the polygon through given points the sum of its turning
 * angles, in radians: 0 for a straight path, never more than that of the smooth path itself (Milnor 1950).
 * Source: Lucas et al. 2021; checked in tests/unit/metrics/monotone-interpolation.test.ts. Never throws.
 */
export function gaussLength(points: readonly ArrayLike<number>[]): number {
  const path = new GaussLength();
  for (const point of points) path.add(point);
  return path.length;
}

/** Of two unit vectors, also where they are nearly parallel (Kahan). */
function angleBetween(a: Float64Array, b: Float64Array): number {
  let difference = 0;
  let sum = 0;
  a.forEach((v, i) => {
    difference += (v - (b[i] as number)) ** 2;
    sum += (v + (b[i] as number)) ** 2;
  });
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}
