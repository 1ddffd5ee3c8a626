/** Fingerprints of data sets: a task's id depends on the very samples it reads. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PhasescapeError } from '#shared/errors';

/**
 * SHA-256 of a shipped data set's file.
 * @throws PhasescapeError `environment` when the file is missing from the installation
 */
export function datasetDigest(resourcesFolder: string, name: string): string {
  const file = join(resourcesFolder, 'datasets', `${name}.csv.gz`);
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch (error) {
    throw new PhasescapeError(
      'environment',
      `data set ${name}: must ship with the program, got no readable ${file}; install again`,
      { cause: error },
    );
  }
}
