/** Where the built renderer is. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';

/** The built renderer beside this program. @throws PhasescapeError `environment` when it was not built */
export function findRenderer(start: string = import.meta.dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    for (const place of ['renderer', 'out/renderer']) {
      if (existsSync(join(folder, place, 'index.html'))) return join(folder, place);
    }
    if (dirname(folder) === folder) {
      throw new PhasescapeError(
        'environment',
        'renderer: must be built to be served, got no out/renderer/index.html; run npm run build',
      );
    }
  }
}
