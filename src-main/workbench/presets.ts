/** Sweeps to begin a design with: each a spec that ships with the program, and what it shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import type { Sample } from './resources';

/** What people read of the presets, in the order in which they are offered, and where each spec is. */
const presetNotes: readonly (Omit<Sample, 'spec'> & { readonly file: string })[] = [
  {
    name: 'width-batch',
    file: 'samples/digits-width-batch.json',
    title: 'Width by batch size',
    description:
      'The usual phase diagram: narrow networks and the smallest batches are sharp and far apart; wide ones are flat, alike, and connected to within a point or two of error.',
  },
  {
    name: 'label-noise-double-descent',
    file: 'presets/label-noise-double-descent.json',
    title: 'Label noise and double descent',
    description:
      'With wrong labels the test accuracy falls near the width that just fits them and rises again beyond it; with right ones it only rises.',
  },
  {
    name: 'learning-rate-weight-decay',
    file: 'presets/learning-rate-weight-decay.json',
    title: 'Learning rate by weight decay',
    description:
      'Where training fits: a higher rate finds flatter minima until it becomes unstable, a stronger decay costs train loss until nothing is learned. Both are temperatures: decay is drawn where the load usually is.',
  },
  {
    name: 'data-width',
    file: 'presets/data-width.json',
    title: 'Amount of data by width',
    description:
      'More data needs more width: where runs reach a low train loss, where they are joined by a curve, and what more samples add.',
  },
  {
    name: 'sam-radius-width',
    file: 'presets/sam-radius-width.json',
    title: 'SAM radius by width',
    description:
      'The radius as a temperature: a larger one finds flatter minima at nearly the same train loss, until it is too large for narrow networks.',
  },
];

/** The presets with their specs. @throws PhasescapeError `environment` when one cannot be read */
export function readPresets(resourcesFolder: string): Sample[] {
  return presetNotes.map(({ file, ...notes }) => {
    try {
      const spec: unknown = JSON.parse(readFileSync(join(resourcesFolder, file), 'utf8'));
      return { ...notes, spec };
    } catch (error) {
      throw new PhasescapeError(
        'environment',
        `preset ${file}: must be readable, got ${error instanceof Error ? error.message : String(error)}; install again`,
        { cause: error },
      );
    }
  });
}
