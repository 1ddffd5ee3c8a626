/** Deletes experiments beside the work of a workbench: a large one takes seconds, and others are answered meanwhile. */
import type { ProjectStore } from '../store/project-store';

/** Deleting stops for others after so long. */
const sliceMs = 20;
/** And goes on after this long. */
const pauseMs = 10;

export class Removing {
  readonly #store: ProjectStore;
  /** One at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(store: ProjectStore) {
    this.#store = store;
  }

  /**
   * Deletes an experiment; from the call on nobody sees it any more.
   * @returns when all of it is gone, or the project was closed: then the next workbench goes on
   * @throws StoreError when the disk refuses
   */
  async remove(experimentId: string): Promise<void> {
    const steps = this.#store.removal(experimentId);
    steps.next();
    const turn = this.#turn.catch(() => undefined).then(() => this.#finish(steps));
    this.#turn = turn;
    await turn;
  }

  async #finish(steps: Generator<void>): Promise<void> {
    for (let isDone = false; !isDone;) {
      await new Promise((next) => setTimeout(next, pauseMs));
      if (!this.#store.isOpen) return;
      const until = performance.now() + sliceMs;
      while (!isDone && performance.now() < until) isDone = steps.next().done === true;
    }
  }
}
