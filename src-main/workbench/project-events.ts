/** Events for the open screens: what the scheduler tells, throttled, and what other processes write. */
import type { WorkbenchEvent } from '#shared/contract/events';
import type { SchedulerListeners } from '../experiments/scheduler';
import type { ExperimentDesk } from './experiment-desk';
import { Throttle } from './throttle';
import { RunningCurves } from './training-curves';

const progressEveryMs = 250;
const resultsEveryMs = 500;
const lookEveryMs = 1_000;

export type EventListener = (event: WorkbenchEvent) => void;

export class ProjectEvents implements Disposable {
  /** For screens that open while something trains. */
  readonly running = new RunningCurves();
  readonly #listeners = new Set<EventListener>();
  readonly #progress = new Throttle(progressEveryMs);
  readonly #results = new Throttle(resultsEveryMs);
  readonly #logs = new Throttle(resultsEveryMs);
  #desk: ExperimentDesk | null = null;
  #timer: NodeJS.Timeout | null = null;
  #otherWrites = 0;

  /** What the scheduler calls. */
  readonly scheduled: SchedulerListeners = {
    progress: (id) => this.#progress.say(id, () => this.#sayProgress(id)),
    results: (id) =>
      this.#results.say(id, () =>
        this.#emit({ name: 'experiment.results', payload: { experimentId: id } }),
      ),
    listed: () => this.listed(),
    logged: (id) =>
      this.#logs.say(id, () =>
        this.#emit({ name: 'experiment.logged', payload: { experimentId: id } }),
      ),
    note: (message) => void process.stderr.write(`phasescape: ${message}\n`),
    epochs: (experimentId, node, report) => {
      // Inside an epoch the progress alone has news.
      this.#progress.say(experimentId, () => this.#sayProgress(experimentId));
      if (Object.values(report.columns).every((column) => column.length === 0)) return;
      this.running.add(node, report);
      this.#emit({
        name: 'run.epochs',
        payload: {
          experimentId,
          taskId: report.taskId,
          cell: node.task.cell,
          seed: node.task.seeds[0] ?? 0,
          epochs: report.epochs,
          columns: Object.fromEntries(
            Object.entries(report.columns).map(([name, column]) => [name, [...column]]),
          ),
        },
      });
    },
  };

  /** Says where progress is read, and starts to look for other processes' writes. */
  watch(desk: ExperimentDesk): void {
    this.#desk = desk;
    this.#otherWrites = desk.store.otherWrites();
    this.#timer = setInterval(() => this.#look(desk), lookEveryMs);
    this.#timer.unref();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  listed(): void {
    this.#emit({ name: 'experiment.listed', payload: {} });
  }

  /** Marks of runs changed. */
  marked(): void {
    this.#emit({ name: 'runs.marked', payload: {} });
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#progress[Symbol.dispose]();
    this.#results[Symbol.dispose]();
    this.#logs[Symbol.dispose]();
    this.#listeners.clear();
  }

  #emit(event: WorkbenchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #sayProgress(id: string): void {
    if (this.#listeners.size === 0 || !this.#desk?.store.experiments.find(id)) return;
    this.#emit({ name: 'experiment.progress', payload: this.#desk.progress(id) });
  }

  #look(desk: ExperimentDesk): void {
    if (this.#listeners.size === 0) return;
    const writes = desk.store.otherWrites();
    if (writes === this.#otherWrites) return;
    this.#otherWrites = writes;
    this.listed();
    this.marked();
    for (const { id, state } of desk.store.experiments.list()) {
      if (state === 'draft') continue;
      this.scheduled.results(id);
      this.scheduled.logged(id);
      this.scheduled.progress(id);
    }
  }
}
