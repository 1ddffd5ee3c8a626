/** Work that would keep the workbench from answering, in a thread of its own with a limit on its memory. */
import { Worker } from 'node:worker_threads';
import { PhasescapeError, type Outcome } from '#shared/errors';
import { builtProgram, type BuiltProgram } from '../workers/worker-process';

/** Which thread, and what it may take. */
export interface ThreadOptions {
  /** Name of its built program. */
  readonly entry: BuiltProgram;
  /** What it is called in messages. */
  readonly name: string;
  /** Heap of the thread, in MiB; Node's own limit without it. */
  readonly mostMegabytes?: number;
  /** It is ended after so long; never without it. */
  readonly mostMs?: number;
}

/**
 * Runs a built program that posts one `Outcome`.
 * @throws PhasescapeError: what it reports; `data-format` when it took more than it may; `internal` when it ended without an answer
 */
export async function inThread<T>(request: object, options: ThreadOptions): Promise<T> {
  const { entry, mostMegabytes, mostMs, name } = options;
  const thread = new Worker(builtProgram(entry), {
    workerData: request,
    ...(mostMegabytes === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } }),
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const outcome = await new Promise<Outcome<T>>((answered, failed) => {
      thread.once('message', answered);
      thread.once('error', (error: NodeJS.ErrnoException) => {
        failed(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch(name, 'memory') : error);
      });
      thread.once('exit', (code) => {
        failed(
          new PhasescapeError(
            'internal',
            `${name}: must answer before it ends, got exit code ${code}; try it on the command line`,
          ),
        );
      });
      if (mostMs !== undefined)
        timer = setTimeout(() => {
          failed(tooMuch(name, 'time'));
        }, mostMs);
    });
    if (outcome.ok) return outcome.value;
    throw new PhasescapeError(outcome.error.code, outcome.error.message, {
      details: outcome.error.details,
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

function tooMuch(name: string, what: 'memory' | 'time'): PhasescapeError {
  return new PhasescapeError(
    'data-format',
    `${name}: must be read within the ${what} it is given, got more; use a smaller file`,
  );
}
