/** How far an experiment is: from the database, with what runs now laid over it. */
import type { ExperimentSummary, Progress } from '#shared/contract/views';
import { taskStates, type ExperimentState, type TaskState } from '#shared/domain/results';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';
import type { CountedTask, Failure } from '../store/task-table';
import type { CostFactors } from './estimate';
import type { Scheduler } from './scheduler';

type StateCounts = Record<TaskState, number>;

const noCounts = (): StateCounts =>
  Object.fromEntries(taskStates.map((state) => [state, 0])) as StateCounts;

/** What the state of a task is told from. */
type TaskOfState = Pick<CountedTask, 'id' | 'kind' | 'cell' | 'seeds' | 'state'>;

/** The states of an experiment's tasks as users see them: the scheduler's where it runs here, else derived from the runs they read. */
export function stateReader(
  tasks: readonly TaskOfState[],
  scheduler: Scheduler | null,
): (task: TaskOfState) => TaskState {
  let trained: Set<string> | null = null;
  const isTrained = (cell: number, seed: number) => {
    trained ??= new Set(
      tasks
        .filter((t) => t.kind === 'train' && (t.state === 'done' || t.state === 'diverged'))
        .map((task) => `${task.cell}/${task.seeds[0]}`),
    );
    return trained.has(`${cell}/${seed}`);
  };
  return ({ cell, id, kind, seeds, state }) => {
    const live = scheduler?.graph.nodes.get(id)?.state;
    if (live !== undefined) return live;
    if (state !== 'pending') return state;
    const isReady = kind === 'train' || seeds.every((seed) => isTrained(cell, seed));
    return isReady ? 'ready' : 'waiting';
  };
}

/**
 * The state of an experiment as users see it. One that was running when its process died is paused: nothing runs, and `resume` goes on
 * where the database ends.
 */
export function visibleState(
  experiment: StoredExperiment,
  isHeldSomewhere: boolean,
): ExperimentState {
  const isMoving = experiment.state === 'running' || experiment.state === 'stopping';
  return isMoving && !isHeldSomewhere ? 'paused' : experiment.state;
}

/** One line of the list of experiments. Cost: one grouped query. */
export function experimentSummary(
  store: ProjectStore,
  experiment: StoredExperiment,
  state: ExperimentState,
): ExperimentSummary {
  const counts = store.taskCounts(experiment.id);
  const count = (kinds: 'train' | 'all', states: readonly string[] | 'all') =>
    counts
      .filter((row) => kinds === 'all' || row.kind === kinds)
      .filter((row) => states === 'all' || states.includes(row.state))
      .reduce((sum, row) => sum + row.count, 0);
  return {
    id: experiment.id,
    name: experiment.name,
    state,
    interrupted: experiment.state !== state,
    createdAt: experiment.createdAt,
    cells: experiment.spec.axes.reduce((cells, axis) => cells * axis.values.length, 1),
    runs: {
      total: count('train', 'all'),
      done: count('train', ['done', 'diverged']),
      diverged: count('train', ['diverged']),
      failed: count('train', ['failed']),
      running: 0,
    },
    tasks: {
      total: count('all', 'all'),
      done: count('all', ['done', 'diverged']),
      failed: count('all', ['failed']),
      cancelled: count('all', ['cancelled']),
    },
  };
}

/** What progress is told from. */
interface ProgressSources {
  experiment: StoredExperiment;
  state: ExperimentState;
  tasks: readonly CountedTask[];
  stateOf: (task: CountedTask) => TaskState;
  scheduler: Scheduler | null;
  /** Why tasks failed that no scheduler knows of, by their ids. */
  failuresOf: (ids: readonly string[]) => readonly Failure[];
  /** Expected milliseconds of a task on one core. */
  expectedMs: (task: CountedTask) => number;
  factors: CostFactors;
  /** How far a training that waits was when it was put down, 0..1; null where it was not begun. */
  begunShare: (task: CountedTask) => number | null;
}

/** Everything the progress screen shows. */
export function experimentProgress(options: ProgressSources): Progress {
  const { experiment, tasks, stateOf, scheduler, state, factors } = options;
  const workers = scheduler?.workers ?? 0;
  const kinds = new Map<string, Progress['kinds'][number]>();
  const begun: Progress['begun'] = [];
  const taskCounts = noCounts();
  const runCounts = noCounts();
  const cells: Progress['cells'] = [];
  const failed: CountedTask[] = [];
  const seedOrder = new Map(experiment.spec.seeds.map((seed, index) => [seed, index]));
  const trainings: Progress['trainings'] = [];
  let leftMs = 0;
  let longestMs = 0;
  for (const task of tasks) {
    const now = stateOf(task);
    taskCounts[now] += 1;
    const kind = kinds.get(task.kind) ?? noKind(task.kind);
    kinds.set(task.kind, kind);
    kind.total += 1;
    if (now === 'done' || now === 'diverged') {
      kind.done += 1;
      kind.spentMs += task.durationMs ?? 0;
    } else if (now === 'failed') kind.failed += 1;
    else if (now === 'running') kind.running += 1;
    const cell = (cells[task.cell] ??= {
      index: task.cell,
      runs: experiment.spec.seeds.map(() => 'waiting'),
      measured: 0,
      toMeasure: 0,
      failed: 0,
    });
    if (task.kind === 'train') {
      runCounts[now] += 1;
      cell.runs[seedOrder.get(task.seeds[0] ?? 0) ?? 0] = now;
    } else {
      cell.toMeasure += 1;
      if (now === 'done' || now === 'diverged') cell.measured += 1;
    }
    if (now === 'failed') {
      cell.failed += 1;
    }
    if (now === 'failed' && failed.length < mostFailures) failed.push(task);
    const training = now === 'running' ? (scheduler?.training.of(task.id) ?? null) : null;
    if (training) {
      const { steps, totalSteps } = training;
      const [seed = 0] = task.seeds;
      trainings.push({ taskId: task.id, cell: task.cell, seed, steps, totalSteps });
    }
    if (now === 'waiting' || now === 'ready' || now === 'running') {
      const isWaiting = task.kind === 'train' && now !== 'running';
      const share = isWaiting ? options.begunShare(task) : null;
      if (share !== null) begun.push({ taskId: task.id, share });
      const expectedMs = options.expectedMs(task) * factors(task.kind) * (1 - (share ?? 0));
      const taskMs = training?.leftMs ?? expectedMs;
      // What trains together ends together.
      const workerMs = taskMs / (typeof training?.leftMs === 'number' ? training.packed : 1);
      leftMs += workerMs;
      kind.leftMs += workerMs / Math.max(1, workers);
      longestMs = Math.max(longestMs, taskMs);
    }
  }
  const isActive = scheduler?.isActive(experiment.id) ?? false;
  return {
    experimentId: experiment.id,
    state,
    tasks: taskCounts,
    runs: runCounts,
    workers,
    workersBusy: scheduler?.workersBusy ?? 0,
    elapsedMs: Math.round(experiment.activeMs + (scheduler?.runningMs(experiment.id) ?? 0)),
    etaMs:
      isActive && state === 'running'
        ? Math.round(Math.max(leftMs / Math.max(1, workers), longestMs))
        : null,
    stepsPerSecond: isActive ? (scheduler?.throughput.perSecond() ?? null) : null,
    trainings,
    cells,
    failures: failuresOf(failed, options),
    begun,
    kinds: [...kinds.values()],
  };
}

function failuresOf(
  failed: readonly CountedTask[],
  { failuresOf: read, scheduler }: Pick<ProgressSources, 'failuresOf' | 'scheduler'>,
): Progress['failures'] {
  const stored = new Map(read(failed.map(({ id }) => id)).map((failure) => [failure.id, failure]));
  return failed.map(({ cell, id, kind, seeds }) => {
    const node = scheduler?.graph.nodes.get(id);
    const known = stored.get(id);
    return {
      ...{ taskId: id, kind, cell, seeds: [...seeds], state: 'failed' as const },
      message: node?.message ?? known?.errorMessage ?? 'failed',
      attempts: node?.attempts ?? known?.attempts ?? 0,
    };
  });
}

/** Failures that are told with their reasons: more are not read, and would be sent four times a second. */
const mostFailures = 100;

function noKind(kind: string): Progress['kinds'][number] {
  return { kind, total: 0, done: 0, failed: 0, running: 0, spentMs: 0, leftMs: 0 };
}
