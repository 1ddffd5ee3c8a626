/** Scalars of a run: a finite number, or null with its reason. */
import type { ScalarMeasurement } from '#shared/domain/measurement';

/** A value that is there, or why it is not. */
export type ValueOrReason =
  | { readonly value: number; readonly error?: number; readonly errorOver?: string }
  | { readonly reason: string };

/**
 * The scalar `name` of the run with that seed; a value that is not finite is null, since results hold no NaN.
 * @param samples - what it is over
 */
export function runScalar(
  name: string,
  { seed, samples }: { readonly seed: number; readonly samples: string },
  of: ValueOrReason,
): ScalarMeasurement {
  const base = { kind: 'scalar', name, subject: { kind: 'run', seed }, samples } as const;
  if ('reason' in of) return { ...base, value: null, reason: of.reason, error: null };
  const { value, error, errorOver } = of;
  if (!Number.isFinite(value))
    return { ...base, value: null, reason: 'the value is not finite', error: null };
  return {
    ...base,
    value,
    error: error ?? null,
    ...(errorOver === undefined ? {} : { errorOver }),
  };
}
