/** From a frame on the wire to a handler and back: nothing throws over a process border. */
import type { CallFrame, ReplyFrame } from '#shared/contract/frames';
import {
  procedures,
  type ProcedureHandlers,
  type ProcedureName,
} from '#shared/contract/procedures';
import { ConflictError, PhasescapeError, reportError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { inputProblems } from './input-problems';
import { inspect } from 'node:util';
import { z } from 'zod';

/** Procedures that change the project: refused where it is open for reading. */
const writing: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  'dataset.register',
  'dataset.remove',
  'experiment.create',
  'experiment.edit',
  'experiment.delete',
  'experiment.start',
  'experiment.pause',
  'experiment.stop',
  'experiment.cancel',
  'experiment.resume',
  'experiment.retry',
  'experiment.measure',
  'experiment.setThresholds',
  'runs.mark',
  'view.save',
  'view.delete',
  'checkpoint.import',
  'table.import',
]);

/** Whether a procedure changes the project. */
export function isWriting(name: ProcedureName): boolean {
  return writing.has(name);
}

export interface DispatchOptions {
  readonly readOnly: boolean;
  /** What a store's error means to the user; anything else as it is. */
  readonly translate?: (error: unknown) => unknown;
  /** Outputs are checked in development and tests: a wrong one is a defect, told as `internal`. */
  readonly checkOutputs: boolean;
}

/**
 * Answers one call. Never throws: an unknown procedure, a wrong input and whatever the handler throws come back as a report.
 */
export async function dispatch(
  handlers: ProcedureHandlers,
  frame: CallFrame,
  options: DispatchOptions,
): Promise<ReplyFrame> {
  const { id } = frame;
  try {
    return { kind: 'reply', id, ok: true, value: await answer(handlers, frame, options) };
  } catch (thrown) {
    const error = options.translate?.(thrown) ?? thrown;
    if (!(error instanceof PhasescapeError)) process.stderr.write(`${inspect(error)}\n`);
    return { kind: 'reply', id, ok: false, error: reportError(error) };
  }
}

async function answer(
  handlers: ProcedureHandlers,
  { input, procedure }: CallFrame,
  { checkOutputs, readOnly }: DispatchOptions,
): Promise<unknown> {
  if (!isProcedure(procedure)) {
    throw new PhasescapeError(
      'invalid-input',
      `procedure: must be one of the contract, got ${showValue(procedure)}; use one of: ${Object.keys(procedures).join(', ')}`,
    );
  }
  if (readOnly && isWriting(procedure)) {
    throw new ConflictError(
      `${procedure}: project must be open for writing, got a read-only workbench; open it without --read-only`,
    );
  }
  const schemas: { input: z.ZodType; output: z.ZodType } = procedures[procedure];
  const parsed = schemas.input.safeParse(input);
  if (!parsed.success) {
    throw new PhasescapeError('invalid-input', inputProblems(procedure, parsed.error, input));
  }
  // The table pairs each schema with its handler; the type of the pair is lost in the lookup by a run-time name.
  const handler = handlers[procedure] as (input: unknown) => Promise<unknown>;
  const value = await handler(parsed.data);
  if (!checkOutputs) return value;
  const checked = schemas.output.safeParse(value);
  if (checked.success) return value;
  throw new PhasescapeError(
    'internal',
    `${procedure}: output must fit the contract, got ${z.prettifyError(checked.error)}; this is a defect, please report it`,
  );
}

function isProcedure(name: string): name is ProcedureName {
  return Object.hasOwn(procedures, name);
}
