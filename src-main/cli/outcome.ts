/** How a command ends: its exit code and what it says when it cannot do its work. */
import { formatProblem, InvalidSpecError } from '#shared/domain/check-spec';
import { InvalidTableError } from '#shared/domain/imported/table-error';
import { PhasescapeError, type ErrorCode } from '#shared/errors';
import { escapeText } from '#shared/show-value';

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
  if (error instanceof InvalidSpecError || error instanceof InvalidTableError) {
    for (const problem of error.problems) say(`error: ${formatProblem(problem)}`);
    return exitCodes.badInput;
  }
  if (error instanceof PhasescapeError) {
    say(`error: ${error.message}`);
    return codeOf[error.code];
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of `error: defect: ${stack}`.split('\n')) say(line);
  return exitCodes.environment;
}

/** A line for the user, on standard error: standard output is for results. What it quotes can neither end the line nor move the cursor. */
export function say(line: string): void {
  process.stderr.write(`${escapeText(line)}\n`);
}

/** Codes of writing to a reader that has gone: the first time, and every time after. */
const readerIsGone = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/**
 * Writes a result to standard output and waits until it is through. A reader that closed early (`head`) is no error.
 * @throws PhasescapeError `environment` when it cannot be written, as on a full disk
 */
export async function print(text: string): Promise<void> {
  const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, resolve);
  });
  if (!error || readerIsGone.includes(error.code ?? '')) return;
  throw new PhasescapeError(
    'environment',
    `standard output: must take what is printed, got ${error.message}; make room or send it elsewhere`,
    { cause: error },
  );
}

/**
 * Keeps a failing standard stream from ending the process: `print` tells of standard output, and where nobody hears standard
 * error (`2>&1 | head`, a closed terminal) work goes on in silence.
 */
export function surviveClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
