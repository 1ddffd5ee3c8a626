/** Where the effective loss is level: all of its minima and maxima, none missed. */
import { rippleHeight, toySlope, type ToyLandscape } from './effective-loss';

export interface StationaryPoints {
  /** Local minima, rising in x. */
  readonly minima: readonly number[];
  /** Local maxima: between each two neighbouring minima one. */
  readonly maxima: readonly number[];
}

/**
 * All stationary points, exact to rounding.
 *
 * The slope x + a k sin kx (a: height of the ripples) is 0 for |x| <= a k only, and turns where cos kx = -1 / (a k^2): between two
 * turns it is monotone, so that a change of sign brackets the one zero, found by bisection. With a k^2 <= 1 the loss is convex, with
 * its minimum at 0. Points where the slope only touches 0 are neither. Never throws. Cost: some a k^2 / 3 bisections.
 */
export function stationaryPoints(landscape: ToyLandscape): StationaryPoints {
  const { frequency: k } = landscape;
  const height = rippleHeight(landscape);
  const strength = height * k * k;
  if (strength <= 1) return { minima: [0], maxima: [] };
  const turn = Math.acos(-1 / strength);
  const slope = (x: number) => toySlope(landscape, x);
  const minima: number[] = [];
  const maxima: number[] = [];
  const most = Math.ceil((height * k * k + turn) / (2 * Math.PI));
  for (let n = -most; n <= most; n++) {
    const middle = 2 * Math.PI * n;
    const [from, to] = [(middle - turn) / k, (middle + turn) / k];
    const next = (middle + 2 * Math.PI - turn) / k;
    if (n === 0) minima.push(0);
    else if (slope(from) < 0 && slope(to) > 0) minima.push(bisect(slope, from, to));
    if (slope(to) > 0 && slope(next) < 0) maxima.push(bisect(slope, to, next));
  }
  return { minima, maxima };
}

/** The zero of a function between two points where its signs differ. */
function bisect(f: (x: number) => number, from: number, to: number): number {
  const isRising = f(to) > 0;
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (f(middle) > 0 === isRising) high = middle;
    else low = middle;
  }
}

/** The minimum in whose basin x lies; on a maximum itself that to its right. */
export function minimumBelow({ minima, maxima }: StationaryPoints, x: number): number {
  const basin = maxima.filter((maximum) => maximum <= x).length;
  return minima[basin] as number;
}
