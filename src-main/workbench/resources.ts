/** The files that ship with the program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';

/**
 * The folder `resources` of this installation: beside the sources, the built program, or the packaged app.
 * @throws PhasescapeError `environment` when it is missing
 */
export function findResources(start: string = import.meta.dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const place = join(folder, 'resources');
    if (existsSync(join(place, 'datasets'))) return place;
    // A packaged app keeps its extra files one level up, without the name.
    if (existsSync(join(folder, 'datasets')) && existsSync(join(folder, 'samples'))) return folder;
    if (dirname(folder) === folder) {
      throw new PhasescapeError(
        'environment',
        `resources: must be installed beside the program, got none above ${start}; install again`,
      );
    }
  }
}

export interface Sample {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly spec: unknown;
}

const sampleNotes: Readonly<Record<string, { title: string; description: string }>> = {
  'digits-width-batch': {
    title: 'Digits: width by batch size',
    description:
      'Five widths by five batch sizes, three seeds each: a phase diagram in seconds on any machine.',
  },
  'digits-cnn': {
    title: 'Digits: a convolutional network',
    description:
      'Three convolutions on the same digits, three widths by three batch sizes, two seeds each.',
  },
};

/** Samples with a note come in the order of the notes, others after them. */
function placeOf(file: string): number {
  const place = Object.keys(sampleNotes).indexOf(file.slice(0, -'.json'.length));
  return place < 0 ? Infinity : place;
}

/** The specs that ship with the program. @throws PhasescapeError `environment` when one cannot be read */
export function readSamples(resourcesFolder: string): Sample[] {
  const folder = join(resourcesFolder, 'samples');
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b, 'en'))
      .map((file) => {
        const name = file.slice(0, -'.json'.length);
        const spec: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        return { name, title: name, description: '', ...sampleNotes[name], spec };
      });
  } catch (error) {
    throw new PhasescapeError(
      'environment',
      `samples: must be readable, got ${error instanceof Error ? error.message : String(error)}; install again`,
      { cause: error },
    );
  }
}
