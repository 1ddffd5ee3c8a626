/** Writes what happens to experiments into the project, a few times a second: a log must never slow down or end a run. */
import type { LogEntry } from '#shared/domain/experiment-log';
import { reportError } from '#shared/errors';
import type { NewLogEntry } from '../store/log-table';
import type { ProjectStore } from '../store/project-store';
import type { PlannedTask } from './plan';

const writeEveryMs = 100;
/** Entries kept for a database that refuses them. */
const mostWaiting = 1000;

export class ExperimentLog implements Disposable {
  readonly #store: ProjectStore;
  readonly #written: (experimentId: string) => void;
  readonly #note: (message: string) => void;
  #waiting: NewLogEntry[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: {
    store: ProjectStore;
    /** New entries of an experiment are in the database. */
    written: (experimentId: string) => void;
    /** Says that they could not be written. */
    note: (message: string) => void;
  }) {
    this.#store = options.store;
    this.#written = options.written;
    this.#note = options.note;
  }

  /** Adds an entry to the log of each of the experiments. @param task - what it is about; none for the experiment itself */
  add(
    experimentIds: Iterable<string>,
    { kind, message }: Pick<LogEntry, 'kind' | 'message'>,
    task?: Pick<PlannedTask, 'kind' | 'cell' | 'seeds'>,
  ): void {
    const at = new Date().toISOString();
    const about = task ? { kind: task.kind, cell: task.cell, seeds: [...task.seeds] } : null;
    for (const experimentId of experimentIds)
      this.#waiting.push({ experimentId, at, kind, message, task: about });
    this.#timer ??= setTimeout(() => this.flush(), writeEveryMs);
  }

  /** Writes what is not written yet. Never throws. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const entries = this.#waiting;
    if (entries.length === 0) return;
    this.#waiting = [];
    try {
      this.#store.addLog(entries);
    } catch (error) {
      // Why an experiment was given up, as on a full disk, is written when there is room again.
      this.#waiting = [...entries, ...this.#waiting].slice(0, mostWaiting);
      this.#note(`the log could not be written: ${reportError(error).message}`);
      return;
    }
    for (const id of new Set(entries.map(({ experimentId }) => experimentId))) this.#written(id);
  }

  [Symbol.dispose](): void {
    this.flush();
  }
}
