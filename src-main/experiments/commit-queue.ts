/** Gathers what became of tasks and writes it a few times a second: workers never wait for the disk. */
import type { Lease } from '../store/lease';
import type { ProjectStore } from '../store/project-store';
import type { TaskOutcome } from '../store/result-table';

/** What a crash of this process can lose is at most this old, and is done again. */
const commitEveryMs = 100;

export class CommitQueue {
  readonly #store: ProjectStore;
  readonly #lease: () => Lease;
  readonly #committed: (taskIds: readonly string[]) => void;
  readonly #failed: (error: unknown) => void;
  #outcomes: TaskOutcome[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    store: ProjectStore;
    lease: () => Lease;
    committed: (taskIds: readonly string[]) => void;
    failed: (error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#lease = options.lease;
    this.#committed = options.committed;
    this.#failed = options.failed;
  }

  push(outcome: TaskOutcome): void {
    this.#outcomes.push(outcome);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), commitEveryMs);
  }

  /**
   * Writes everything pushed so far; one batch at a time, in order.
   * @throws what the store throws; `failed` has heard of it then
   */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const before = this.#writing;
    const turn = (async () => {
      await before.catch(() => undefined); // its own caller has heard
      await this.#write();
    })();
    this.#writing = turn;
    return turn;
  }

  /** Forgets what is not written. */
  discard(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#outcomes = [];
  }

  async #write(): Promise<void> {
    const batch = this.#outcomes;
    if (batch.length === 0) return;
    this.#outcomes = [];
    try {
      await this.#store.commit(this.#lease(), batch);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    this.#committed(
      batch.map((outcome) => (outcome.kind === 'result' ? outcome.result.taskId : outcome.taskId)),
    );
  }
}
