/** Reads the reference fixtures: see README.md in this folder for every field. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FixtureArray {
  readonly shape: number[];
  readonly data: number[];
}

// The fixtures are trusted test data whose fields the tests name one by one.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function readFixture(name: string): any {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}

/** One-hot rows of labels, flat. */
export function oneHot(labels: readonly number[], classes: number): Float64Array {
  const rows = new Float64Array(labels.length * classes);
  labels.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return rows;
}

/** Largest absolute difference relative to the largest magnitude expected. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs((actual[i] as number) - (expected[i] as number)));
    scale = Math.max(scale, Math.abs(expected[i] as number));
  }
  return actual.length === expected.length && !Number.isNaN(worst)
    ? worst / (scale || 1)
    : Infinity;
}

/** Largest absolute difference of two arrays; Infinity when their lengths differ or one is NaN. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}
