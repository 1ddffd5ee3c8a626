/** Estimates of curvature as measurements: null with a reason where a number is not finite. */
import type { ScalarMeasurement, Subject } from '#shared/domain/measurement';
import type { CellContext } from '../context';

/** The probes and start vectors are the same for all models of all cells with as many weights. */
export const streamSeed = 0;

/** Relative error of a product in the spectral norm by rounding: some 32 units in the last place (seen: up to 15). */
export const productRounding = { float32: 2 ** -19, float64: 2 ** -48 } as const;

/** What an estimate belongs to. */
export interface EstimateOf {
  readonly subject: Subject;
  /** The samples it was computed on. */
  readonly samples: string;
}

/** A value with its error and what that is over, or why there is none. */
export type Estimate =
  | { readonly value: number; readonly error: number | null; readonly errorOver: string }
  | { readonly value: null; readonly reason: string };

/** An estimate under its name. Never throws. */
export function estimate(
  name: string,
  { subject, samples }: EstimateOf,
  given: Estimate,
): ScalarMeasurement {
  const base = { kind: 'scalar', name, subject, samples } as const;
  if (given.value === null) return { ...base, value: null, reason: given.reason, error: null };
  if (!Number.isFinite(given.value))
    return { ...base, value: null, reason: 'the products are not finite', error: null };
  const { value, error, errorOver } = given;
  return { ...base, value, error, errorOver };
}

/** `first 512 training samples`, with the order where it is not the file's own. */
export function firstSamples({ measuredOrder }: CellContext, samples: number): string {
  return `first ${samples} training samples${measuredOrder}`;
}

/** Memory for the vectors of the models measured together. */
const mostGroupBytes = 200_000_000;

/**
 * Measures models in groups that fit into memory together; each comes out as it would alone.
 * @param bytes - that one model needs
 */
export async function inGroups<M, R>(
  models: readonly M[],
  bytes: number,
  measure: (group: readonly M[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const together = Math.max(1, Math.floor(mostGroupBytes / bytes));
  const results: R[] = [];
  for (let from = 0; from < models.length; from += together)
    results.push(...(await measure(models.slice(from, from + together))));
  return results;
}
