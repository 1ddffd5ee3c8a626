/** Where this workbench keeps what, and how large it is: to be read, not to be given back. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectStore } from '../store/project-store';
import { formulationCacheFolder, measuredEnginesFile } from './measured-engines';
import { settingsFile } from './settings-file';

export interface Place {
  readonly title: string;
  readonly path: string;
  readonly meaning: string;
  /** Null where there is nothing yet. */
  readonly sizeBytes: number | null;
}

/** Every place, the project's first. Cost: looks at every file below them. */
export async function describePlaces(
  store: ProjectStore,
  registryFolder: string,
): Promise<Place[]> {
  const places: Omit<Place, 'sizeBytes'>[] = [
    {
      title: 'Project',
      path: store.folder,
      meaning:
        'Experiments, results, and the files below. Copy this folder to take all of it along.',
    },
    {
      title: 'Artifacts',
      path: store.artifactsFolder,
      meaning: 'Weights, curves and surfaces of finished tasks, named by their content.',
    },
    {
      title: 'Checkpoints',
      path: store.checkpointsFolder,
      meaning: 'States of unfinished trainings; gone once their results are stored.',
    },
    {
      title: 'Registered data sets',
      path: registryFolder,
      meaning: 'What you have imported, for all projects.',
    },
    {
      title: 'Settings',
      path: settingsFile(),
      meaning: 'What is set on this page, for all projects.',
    },
    {
      title: 'Measured engines',
      path: measuredEnginesFile(),
      meaning: 'How fast each engine is here. Only a cache: it may be deleted.',
    },
    {
      title: 'Formulations',
      path: formulationCacheFolder(),
      meaning: 'How convolutions are computed fastest here. Only a cache: it may be deleted.',
    },
  ];
  return Promise.all(
    places.map(async (place) => ({ ...place, sizeBytes: await sizeOf(place.path) })),
  );
}

/** Bytes of a file, or of all files below a folder; null where there is none, or it cannot be looked at. Links are not followed. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory()) return stats.size;
    const entries = await readdir(path);
    let sum = 0;
    for (const entry of entries) sum += (await sizeOf(join(path, entry))) ?? 0;
    return sum;
  } catch {
    return null; // gone meanwhile, or not ours to look at
  }
}
