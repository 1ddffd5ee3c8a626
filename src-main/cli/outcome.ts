/** How a command ends: its exit code and what it says when it cannot do its work. */
import { formatProblem, InvalidSpecError } from '#shared/domain/check-spec';
import { PhasescapeError, type ErrorCode } from '#shared/errors';

/** The exit codes of every command; scripts depend on them. */
export const exitCodes = {
  done: 0,
  someFailed: 1,
  badInput: 2,
  environment: 3,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const codeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  'invalid-spec': exitCodes.badInput,
  'invalid-input': exitCodes.badInput,
  'data-format': exitCodes.badInput,
  shape: exitCodes.badInput,
  'not-found': exitCodes.badInput,
  'not-converged': exitCodes.someFailed,
  store: exitCodes.environment,
  'store-newer': exitCodes.environment,
  'store-corrupt': exitCodes.environment,
  conflict: exitCodes.environment,
  'engine-unavailable': exitCodes.environment,
  environment: exitCodes.environment,
  cancelled: exitCodes.interrupted,
  internal: exitCodes.environment,
};

/** The exit code for an error, after saying on standard error what is wrong: one line for each mistake, never a stack of a known error. */
export function tellError(error: unknown): ExitCode {
  if (error instanceof InvalidSpecError) {
    for (const problem of error.problems) say(`error: ${formatProblem(problem)}`);
    return exitCodes.badInput;
  }
  if (error instanceof PhasescapeError) {
    say(`error: ${error.message}`);
    return codeOf[error.code];
  }
  say(`error: defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCodes.environment;
}

/** A line for the user, on standard error: standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes a result to standard output and waits until it is through. A reader that closed early (`head`) is no error. */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve());
  });
}
