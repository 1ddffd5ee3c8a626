/** What decides whether an executor's numbers may stand for the reference's. */
/** Largest differences from the float64 reference, relative to the largest entry; NaN where a result is not finite. */
export interface EngineErrors {
  /** Of the gradients of an MLP and of a CNN. */
  readonly gradientError: number;
  /** Of their Hessian-vector products. */
  readonly productError: number;
  /** Of their weights after ten steps. */
  readonly trainingError: number;
}

/** A float32 executor is some 1e-6 off; one with shortened float32 (TensorFloat-32) or a wrong kernel is off by 1e-3 or more. */
const conformingError = 1e-4;

/** Largest relative difference from the reference of everything compared; null where one is not a number. */
export function largestError({
  gradientError,
  productError,
  trainingError,
}: EngineErrors): number | null {
  const error = Math.max(gradientError, productError, trainingError);
  return Number.isNaN(error) ? null : error;
}

/** Whether an executor's numbers may stand for the reference's. */
export function conforms(errors: EngineErrors): boolean {
  const error = largestError(errors);
  return error !== null && error <= conformingError;
}
