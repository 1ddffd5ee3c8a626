/** Reads a data set's files in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { PhasescapeError, type Outcome } from '#shared/errors';
import type { ImportSource } from '../datasets/registry/read-for-import';
import type { RegisterOptions } from '../datasets/registry/register';
import { builtProgram } from '../workers/worker-process';
import type { Imported, ImportSummary } from './datasets';

export interface ImportRequest {
  readonly source: ImportSource;
  /** Absent: only look. */
  readonly options?: RegisterOptions;
}

/** Looks at files without keeping anything. @throws what `inspectDataset` throws */
export function inspectInThread(source: ImportSource): Promise<ImportSummary> {
  return inThread<ImportSummary>({ source });
}

/** Reads and registers files. @throws what `importDataset` throws */
export function importInThread(source: ImportSource, options: RegisterOptions): Promise<Imported> {
  return inThread<Imported>({ source, options });
}

async function inThread<T>(request: ImportRequest): Promise<T> {
  const thread = new Worker(builtProgram('import-thread'), { workerData: request });
  try {
    const outcome = await new Promise<Outcome<T>>((answered, failed) => {
      thread.once('message', answered);
      thread.once('error', failed);
      thread.once('exit', (code) =>
        failed(
          new PhasescapeError(
            'internal',
            `import: must answer before it ends, got exit code ${code}; try it on the command line`,
          ),
        ),
      );
    });
    if (outcome.ok) return outcome.value;
    throw new PhasescapeError(outcome.error.code, outcome.error.message, {
      details: outcome.error.details,
    });
  } finally {
    await thread.terminate();
  }
}
