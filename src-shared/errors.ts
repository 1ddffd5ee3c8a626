/**
 * The errors that users can meet. Below everything else: every layer may import this file.
 * Message grammar: `where: rule, got value; what to do`.
 */

export const errorCodes = [
  'invalid-spec',
  'invalid-input',
  'data-format',
  'shape',
  'store',
  'store-newer',
  'store-corrupt',
  'conflict',
  'not-found',
  'not-converged',
  'engine-unavailable',
  'environment',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Base of every error with a meaning for the user; anything else that is thrown is a defect. */
export class PhasescapeError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: unknown; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details;
  }
}

/** Tensor shapes or types that do not fit together. */
export class ShapeError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('shape', message, options);
  }
}

/** A file or bytes that are not what their format says. */
export class DataFormatError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('data-format', message, options);
  }
}

/** The project's database or artifacts cannot be read or written. */
export class StoreError extends PhasescapeError {
  constructor(
    message: string,
    options: { code?: ErrorCode; details?: unknown; cause?: unknown } = {},
  ) {
    super(options.code ?? 'store', message, options);
  }
}

/** Somebody else owns or changed the thing. */
export class ConflictError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('conflict', message, options);
  }
}

/** An iteration ended without meeting its tolerance where a result without it would mislead. */
export class NotConvergedError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('not-converged', message, options);
  }
}

/** The chosen executor cannot run on this machine. */
export class EngineUnavailableError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('engine-unavailable', message, options);
  }
}

/** The user asked to stop. @public */
export class CancelledError extends PhasescapeError {
  constructor(message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super('cancelled', message, options);
  }
}

/** What crosses a process border in place of a thrown error. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: unknown;
}

/** Turns anything thrown into a report that can cross a process border. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof PhasescapeError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The result of a call over a process border: never a throw. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorReport };
