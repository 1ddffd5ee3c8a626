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

/** What people read of the samples, in the order in which they are offered. */
const sampleNotes: Readonly<Record<string, { title: string; description: string }>> = {
  'digits-width-batch': {
    title: 'Digits: width by batch size',
    description:
      'Five widths of an MLP by five batch sizes, three seeds each: a phase diagram in seconds on any machine.',
  },
  'digits-cnn': {
    title: 'Digits, CNN: width by batch size',
    description:
      'Three widths of a network of three convolutions by three batch sizes, two seeds each: 18 runs, a minute or two on any machine.',
  },
  'digits-label-noise': {
    title: 'Digits: label noise by stop rule',
    description:
      'An MLP trained to zero training error, and stopped early, on five shares of wrong labels, five seeds each: what fitting noise costs, in half a minute.',
  },
  'digits-every-metric': {
    title: 'Digits: every metric',
    description:
      'Three widths of an MLP by three batch sizes, three seeds each, with the whole toolbox: curvature, paths, surfaces, topology, similarity. Open a cell to see it. A minute or two.',
  },
  'convection-beta': {
    title: 'Convection: beta by batch size',
    description:
      'A physics-informed network on waves of five speeds by three batch sizes, two seeds each: the fast ones fail to train. A minute or two.',
  },
  'poisson-1d-ritz': {
    title: 'Poisson, deep Ritz: width by batch size',
    description:
      'Three widths by three batch sizes on the energy of Poisson’s equation in 1-D, two seeds each: seconds.',
  },
  'poisson-1d-galerkin': {
    title: 'Poisson, deep Galerkin: width by batch size',
    description:
      'The same network and grid on the squared residual of the equation: another landscape for the same solution.',
  },
};

/** The specs that ship with the program: those with notes first, the rest by name. @throws PhasescapeError `environment` when one cannot be read */
export function readSamples(resourcesFolder: string): Sample[] {
  const folder = join(resourcesFolder, 'samples');
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => {
        const name = file.slice(0, -'.json'.length);
        const spec: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        return { name, title: name, description: '', ...sampleNotes[name], spec };
      })
      .sort((a, b) => placeOf(a.name) - placeOf(b.name));
  } catch (error) {
    throw new PhasescapeError(
      'environment',
      `samples: must be readable, got ${error instanceof Error ? error.message : String(error)}; install again`,
      { cause: error },
    );
  }
}

function placeOf(name: string): number {
  const place = Object.keys(sampleNotes).indexOf(name);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}
