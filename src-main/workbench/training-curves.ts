/** Loss curves of an experiment for a screen that opens late: of what trains or was put down so far, of what was trained last in full. */
import type { TaskState } from '#shared/domain/results';
import type { TrainingCurve } from '#shared/domain/training-curve';
import { joinEpochs } from '#shared/domain/training-curve';
import { cellSettings } from '../experiments/run-settings';
import type { SchedulerListeners } from '../experiments/scheduler';
import type { ExperimentDesk } from './experiment-desk';

type EpochsListener = SchedulerListeners['epochs'];

/** Curves that are kept; far more than trainings can run or have been put down at once. */
const mostCurves = 1000;

/** The epochs of trainings that have begun: they are in no database until the training ends. */
export class RunningCurves {
  readonly #curves = new Map<string, TrainingCurve>();

  /** Adds what a worker reported. */
  add(node: Parameters<EpochsListener>[1], report: Parameters<EpochsListener>[2]): void {
    const { taskId, epochs, columns } = report;
    const { cell, seeds } = node.task;
    const next = { taskId, cell, seed: seeds[0] ?? 0, epochs, columns };
    this.#curves.set(taskId, joinEpochs(this.#curves.get(taskId), next));
    const [oldest] = this.#curves.keys();
    if (this.#curves.size > mostCurves && oldest !== undefined) this.#curves.delete(oldest);
  }

  /** The curves of the tasks that have not ended, in the order in which they began; the others are forgotten. */
  unfinished(hasEnded: (taskId: string) => boolean): readonly TrainingCurve[] {
    for (const taskId of this.#curves.keys()) if (hasEnded(taskId)) this.#curves.delete(taskId);
    return [...this.#curves.values()];
  }
}

/** Every training that runs or was put down and, up to `most` in all, those that ended last; the newest stands last. */
export function trainingCurves(
  desk: ExperimentDesk,
  running: RunningCurves,
  { experimentId, most }: { readonly experimentId: string; readonly most: number },
): readonly TrainingCurve[] {
  const { spec } = desk.require(experimentId);
  const { tasks, states } = desk.tasks(experimentId);
  // Epochs may be an axis: those of the cell count.
  const epochs = cellSettings(spec).column('training.epochs');
  const epochsOf = (cell: number) => Number(epochs?.[cell] ?? spec.training.epochs);
  const nodes = desk.scheduler?.graph.nodes;
  const isOpen = (state: TaskState | undefined) =>
    state === 'running' || state === 'ready' || state === 'waiting';
  const live = running
    .unfinished((taskId) => {
      // Of other experiments only those are known that run; an experiment that rests has left the scheduler.
      const state = states.get(taskId) ?? nodes?.get(taskId)?.state;
      return state !== undefined && !isOpen(state);
    })
    .filter(({ taskId }) => isOpen(states.get(taskId)));
  // A process that ended took its memory along; what it wrote of its trainings is there.
  const isLive = new Set(live.map(({ taskId }) => taskId));
  const begun = tasks.flatMap(({ cell, id: taskId, kind, seeds }) => {
    if (kind !== 'train' || isLive.has(taskId) || !isOpen(states.get(taskId))) return [];
    const columns = desk.begun.columnsOf(taskId);
    return columns === null
      ? []
      : [{ taskId, cell, seed: seeds[0] ?? 0, epochs: epochsOf(cell), columns }];
  });
  const open = [...begun, ...live];
  const ended = tasks
    .filter((task) => task.kind === 'train' && task.finishedAt !== null)
    .sort((a, b) => String(a.finishedAt).localeCompare(String(b.finishedAt)))
    .slice(-Math.max(1, most - open.length))
    .flatMap(({ id: taskId, cell, seeds }) =>
      desk.store.results.measurementsOf(taskId).flatMap((measurement) => {
        if (measurement.kind !== 'series' || measurement.name !== 'training') return [];
        const { columns } = measurement;
        return [{ taskId, cell, seed: seeds[0] ?? 0, epochs: epochsOf(cell), columns }];
      }),
    );
  return open.length >= most ? open : [...ended, ...open];
}
