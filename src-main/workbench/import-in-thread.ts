/** Reads a data set's files in a thread of its own. */
import type { ImportSource } from '../datasets/registry/read-for-import';
import type { RegisterOptions } from '../datasets/registry/register';
import type { Imported, ImportSummary } from './datasets';
import { inThread } from './in-thread';

export interface ImportRequest {
  readonly source: ImportSource;
  /** Absent: only look. */
  readonly options?: RegisterOptions;
}

const thread = { entry: 'import-thread', name: 'import' } as const;

/** Looks at files without keeping anything. @throws what `inspectDataset` throws */
export function inspectInThread(source: ImportSource): Promise<ImportSummary> {
  return inThread<ImportSummary>({ source } satisfies ImportRequest, thread);
}

/** Reads and registers files. @throws what `importDataset` throws */
export function importInThread(source: ImportSource, options: RegisterOptions): Promise<Imported> {
  return inThread<Imported>({ source, options } satisfies ImportRequest, thread);
}
