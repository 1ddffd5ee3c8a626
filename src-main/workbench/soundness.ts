/** Whether the stored results of experiments are as they were written: compared once for each, since only damage changes what is stored. */
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';

/** Comparing stops for others after so long: what screens ask comes first. */
const sliceMs = 10;
/** And goes on after this long. */
const pauseMs = 40;

export class Soundness {
  readonly #store: ProjectStore;
  /** By id: found sound, being compared, or what was found as of what other processes had written. */
  readonly #found = new Map<
    string,
    'sound' | 'comparing' | { readonly error: unknown; readonly otherWrites: number }
  >();
  readonly #damaged: (experimentId: string) => void;

  /** @param damaged - hears of an experiment whose comparison, begun by `compareSoon`, has found damage */
  constructor(store: ProjectStore, damaged: (experimentId: string) => void) {
    this.#store = store;
    this.#damaged = damaged;
  }

  /** Before results leave the program. @throws StoreError `store-corrupt` when a stored value has changed */
  require(experiment: StoredExperiment): void {
    if (this.#found.get(experiment.id) === 'sound') return;
    this.#store.requireUnchanged(experiment);
    this.#found.set(experiment.id, 'sound');
  }

  /**
   * For screens, which do not wait: they show what is stored, and once the comparison has found damage, that. When another process has
   * written since, it may have been a repair: then it is compared again.
   * @throws StoreError `store-corrupt` when it has
   */
  compareSoon(experiment: StoredExperiment): void {
    const found = this.#found.get(experiment.id);
    const isRepaired = typeof found === 'object' && found.otherWrites !== this.#store.otherWrites();
    if (typeof found === 'object' && !isRepaired) throw found.error;
    if (found !== undefined && !isRepaired) return;
    this.#found.set(experiment.id, 'comparing');
    void this.#compare(experiment);
  }

  async #compare(experiment: StoredExperiment): Promise<void> {
    const { id } = experiment;
    try {
      const steps = this.#store.comparison(experiment);
      for (let isDone = false; !isDone;) {
        await new Promise((next) => setTimeout(next, pauseMs));
        if (!this.#store.isOpen) return;
        const until = performance.now() + sliceMs;
        while (!isDone && performance.now() < until) isDone = steps.next().done === true;
      }
      this.#found.set(id, 'sound');
    } catch (error) {
      this.#found.set(id, { error, otherWrites: this.#store.otherWrites() });
      this.#damaged(id);
    }
  }
}
