/** What `doctor` says of the states of unfinished trainings. */
import { statSync } from 'node:fs';
import { checkpointPath, listCheckpoints, readCheckpoint } from '../store/checkpoint-files';
import type { ProjectStore } from '../store/project-store';
import { recordedIn } from '../workers/training-checkpoints';

/**
 * Reads every checkpoint and compares it with its SHA-256.
 * @throws Error naming those that are damaged, or belong to no unfinished training
 */
export function checkCheckpoints(store: ProjectStore): string {
  const folder = store.checkpointsFolder;
  const names = listCheckpoints(folder);
  if (names.length === 0) return 'none: no training is unfinished, or none was long';
  if (store.lease.isHeld())
    return `${names.length} files, not compared: an experiment runs and replaces them`;
  const states = store.tasks.states(names);
  const unused = names.filter((name) => ['done', 'diverged', undefined].includes(states.get(name)));
  const used = names.filter((name) => !unused.includes(name));
  const damaged = used.filter((name) => recordedOf(folder, name) === null);
  if (damaged.length + unused.length === 0) {
    const bytes = used.reduce((sum, name) => sum + statSync(checkpointPath(folder, name)).size, 0);
    return `${used.length} of unfinished trainings, ${Math.ceil(bytes / 1024)} KiB, each as it was written`;
  }
  const parts = [
    damaged.length > 0
      ? `${damaged.length} damaged (${damaged[0]}), whose training begins anew`
      : '',
    unused.length > 0
      ? `${unused.length} of no unfinished training (${unused[0]}), which the next run removes`
      : '',
  ];
  throw new Error(
    `every file in ${folder} should be the state of an unfinished training as it was written, got ${parts.filter(Boolean).join('; ')}`,
  );
}

/** Artifacts that no result names yet: the weights recorded by trainings that are to go on. */
export function recordedByUnfinished(store: ProjectStore): string[] {
  const folder = store.checkpointsFolder;
  return listCheckpoints(folder).flatMap((name) => recordedOf(folder, name) ?? []);
}

/** Null where the file is not what was written. */
function recordedOf(folder: string, name: string): readonly string[] | null {
  try {
    const bytes = readCheckpoint(folder, name);
    return bytes === null ? [] : recordedIn(bytes);
  } catch {
    return null; // told by `checkCheckpoints`
  }
}
