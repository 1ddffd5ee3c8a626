/** Trainings that were begun and wait for their next stretch: how far each is and its epochs so far, read off the checkpoints. */
import { statSync } from 'node:fs';
import { checkpointPath, listCheckpoints, readCheckpoint } from '../store/checkpoint-files';
import { epochsIn } from '../workers/training-checkpoints';

interface Begun {
  /** Of the file that was read. */
  readonly modifiedMs: number;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Checkpoints are looked for again after this long. */
const lookEveryMs = 1_000;

export class BegunTrainings {
  readonly #folder: string;
  #known = new Map<string, Begun>();
  #lookedAt = -Infinity;

  constructor(checkpointsFolder: string) {
    this.#folder = checkpointsFolder;
  }

  /** How many epochs a training has done; null where it has no checkpoint. */
  doneOf(taskId: string): number | null {
    const columns = this.columnsOf(taskId);
    return columns && (columns['epoch']?.at(-1) ?? 0);
  }

  /** The epochs of a training so far, as columns; null where it has no checkpoint. */
  columnsOf(taskId: string): Begun['columns'] | null {
    this.#look();
    return this.#known.get(taskId)?.columns ?? null;
  }

  #look(): void {
    if (performance.now() - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = performance.now();
    const names = listCheckpoints(this.#folder).filter((name) => !name.startsWith('.'));
    this.#known = new Map(
      names.flatMap((taskId) => {
        const begun = this.#read(taskId);
        return begun ? [[taskId, begun] as const] : [];
      }),
    );
  }

  /** Null for what is none, was replaced while it was read, or is not sound: the training that takes it up says so. */
  #read(taskId: string): Begun | null {
    const file = statSync(checkpointPath(this.#folder, taskId), { throwIfNoEntry: false });
    if (!file?.isFile()) return null;
    const known = this.#known.get(taskId);
    if (known?.modifiedMs === file.mtimeMs) return known;
    try {
      const bytes = readCheckpoint(this.#folder, taskId);
      return bytes && { modifiedMs: file.mtimeMs, columns: epochsIn(bytes) };
    } catch {
      // Damage is told by the training that reads it and by `doctor`; here there is only less to show.
      return null;
    }
  }
}
