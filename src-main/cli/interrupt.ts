/** Ctrl+C: the first one pauses, the second one kills. */
import { say } from './outcome';

/** npm passes a signal on that the terminal has sent to us as well: signals this close together are one. */
const oneSignalMs = 500;

export interface InterruptActions {
  readonly pause: () => void;
  readonly kill: () => void;
}

/** Listens for SIGINT and SIGTERM until it is disposed. */
export class Interrupt implements Disposable {
  readonly #listeners: readonly (readonly [NodeJS.Signals, () => void])[];
  #count = 0;
  #last = -Infinity;

  constructor({ kill, pause }: InterruptActions) {
    const interrupted = () => {
      const now = performance.now();
      if (now - this.#last < oneSignalMs) return;
      this.#last = now;
      this.#count += 1;
      if (this.#count > 1) {
        kill();
        return;
      }
      say(
        'stopping: trainings are put down where they are, measurements end first; press Ctrl+C again to end all at once',
      );
      pause();
    };
    const terminated = () => {
      this.#count += 1;
      kill();
    };
    this.#listeners = [
      ['SIGINT', interrupted],
      ['SIGTERM', terminated],
    ];
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  /** Whether a signal has come. */
  get happened(): boolean {
    return this.#count > 0;
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
