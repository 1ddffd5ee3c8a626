/**
 * Which of the compiled kernels give right numbers: the build compares them with the reference once and keeps what it found beside
 * them, so that no start has to.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon, nativeFolder } from './executors/native/addon';

/** What is kept: the digest of the sources that the kernels were compiled from, and the instruction sets whose numbers are right. */
interface CheckedKernels {
  readonly sources: string;
  readonly right: readonly string[];
}

/**
 * Whether the kernels load here, and those that would run were found right after they were compiled. Never throws.
 * Cost: a millisecond.
 * @param folder - of the kernels; the build's own when left out, none for null
 */
export function areKernelsRight(folder: string | null = nativeFolder()): boolean {
  if (folder === null) return false;
  try {
    const [kernels = ''] = loadAddon(folder).kernelNames();
    const record = JSON.parse(readFileSync(recordFile(folder), 'utf8')) as CheckedKernels;
    return record.sources === sourcesOf(folder) && record.right.includes(kernels);
  } catch {
    // No kernels, or none that were checked: another engine will do.
    return false;
  }
}

/** Keeps which instruction sets are right. @throws what the file system says where it cannot */
export function keepChecked(right: readonly string[], folder: string): void {
  const record: CheckedKernels = { sources: sourcesOf(folder), right };
  writeFileSync(recordFile(folder), `${JSON.stringify(record)}\n`);
}

function recordFile(folder: string): string {
  return join(folder, 'checked.json');
}

/** As the compiling has left it. */
function sourcesOf(folder: string): string {
  return readFileSync(join(folder, 'sources.sha256'), 'utf8');
}
