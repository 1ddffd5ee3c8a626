/** What the values of a scalar can be: where a column is in another unit, or another number altogether, its values often say so. */
import { isRelativeError } from '../problem-scalars';

export interface ScalarBounds {
  readonly least: number;
  readonly most: number;
  /** `must be a fraction from 0 to 1`. */
  readonly rule: string;
  /** What to do about a value outside, given the column it stands in. */
  readonly fix: (name: string, column: string) => string;
}

const check = () => 'check which column it is';

const fraction: ScalarBounds = {
  least: 0,
  most: 1,
  rule: 'must be a fraction from 0 to 1',
  fix: (name, column) => `if it is in percent, divide it by 100 (${name}=${column}/100)`,
};
const likeness: ScalarBounds = {
  // The debiased estimate of small samples can be a little below 0.
  least: -1,
  most: 1 + 1e-6,
  rule: 'must be at most 1, as every CKA is',
  fix: (name, column) => `if it is in percent, divide it by 100 (${name}=${column}/100)`,
};
const points: ScalarBounds = {
  least: -100,
  most: 100,
  rule: 'must be from -100 to 100 percentage points',
  fix: check,
};
const size: ScalarBounds = { least: 0, most: Infinity, rule: 'must not be below 0', fix: check };

const bounds: Readonly<Record<string, ScalarBounds>> = {
  trainAccuracy: fraction,
  testAccuracy: fraction,
  predictionAgreement: fraction,
  cka: likeness,
  modeConnectivity: points,
  curveBarrier: { ...points, least: 0, rule: 'must be from 0 to 100 percentage points' },
  curveGain: { ...points, least: 0, rule: 'must be from 0 to 100 percentage points' },
  weightDistance: size,
  trainRelativeError: size,
  testRelativeError: size,
};
const losses = new Set(['trainLoss', 'testLoss']);

/**
 * The bounds of a scalar; undefined where its values can be anything.
 * @param names - all scalars of the table: losses beside relative errors are those of problems, energies that may be negative
 */
export function boundsOf(name: string, names: readonly string[]): ScalarBounds | undefined {
  if (!losses.has(name)) return bounds[name];
  if (names.some(isRelativeError)) return undefined;
  const fix = () => 'a cross-entropy is never below 0: check which column it is';
  return { ...size, fix };
}
