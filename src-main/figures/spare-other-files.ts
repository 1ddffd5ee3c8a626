/** The files beside a figure take their names from it: whatever else has one of these names is not written over. */
import { readFile, stat } from 'node:fs/promises';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';

/**
 * Refuses names that belong to files which no figure wrote: a spec or a table of results beside it would be lost.
 *
 * Definition: the files of an earlier figure are known by its provenance, `<name>.json` with a `provenanceVersion`.
 * @param provenance - path of the provenance of the figure that is to be written
 * @param beside - paths of all files that are to be written beside the picture
 * @throws PhasescapeError `invalid-input` naming the first such file
 */
export async function spareOtherFiles(
  provenance: string,
  beside: readonly string[],
): Promise<void> {
  if (await isProvenance(provenance)) return;
  for (const path of beside) {
    if (!(await isThere(path))) continue;
    throw new PhasescapeError(
      'invalid-input',
      `figure: ${showValue(path)} must be free or of an earlier figure, got another file that would be lost; choose another name`,
    );
  }
}

async function isProvenance(path: string): Promise<boolean> {
  try {
    const document: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof document === 'object' && document !== null && 'provenanceVersion' in document;
  } catch {
    return false; // none, or another file: its name is looked at next
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false, // whatever stands in the way is told when it is written
  );
}
