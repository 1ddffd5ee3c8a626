/** What a spec would make, and what of it is there already. */
import type { PlanSummary } from '#shared/contract/views';
import type { StoredTaskState } from '../store/task-table';
import type { CostBasis } from './cost-basis';
import { defaultCostMs, diskBytes, gradientCost } from './estimate';
import type { Plan } from './plan';

interface WorkSum {
  tasks: number;
  tasksDone: number;
  gradients: number;
  sampleGradients: number;
  leftMs: number;
}

const noWork: Readonly<WorkSum> = {
  tasks: 0,
  tasksDone: 0,
  gradients: 0,
  sampleGradients: 0,
  leftMs: 0,
};

/**
 * Counts, expected time and disk of a plan.
 *
 * `estimatedMs` is an estimate: expected times, corrected by what this project has measured, spread evenly over the workers.
 */
export function summarisePlan(options: {
  plan: Plan;
  /** States of the tasks that the project knows. */
  states: ReadonlyMap<string, StoredTaskState>;
  basis: CostBasis;
  /** Executor that it is planned for. */
  engine: string;
  workers: number;
}): PlanSummary {
  const { plan, states, basis, engine, workers } = options;
  const cellsDone = plan.cells.map(() => true);
  const seen = new Set<string>();
  const work = new Map<string, WorkSum>();
  let runs = 0;
  let runsDone = 0;
  let tasksDone = 0;
  let leftMs = 0;
  let bytes = 0;
  for (const task of plan.tasks) {
    const state = states.get(task.id);
    const isDone = state === 'done' || state === 'diverged';
    if (isDone) tasksDone += 1;
    if (task.kind === 'train') {
      runs += 1;
      if (isDone) runsDone += 1;
      else cellsDone[task.cell] = false;
    }
    const kind = work.get(task.kind) ?? { ...noWork };
    work.set(task.kind, kind);
    kind.tasks += 1;
    kind.tasksDone += Number(isDone);
    if (isDone || seen.has(task.id)) continue;
    seen.add(task.id);
    const taskMs = defaultCostMs(task) * basis.factors(task.kind);
    const { gradients, samples } = gradientCost(task);
    kind.gradients += gradients;
    kind.sampleGradients += gradients * samples;
    kind.leftMs += taskMs;
    leftMs += taskMs;
    bytes += diskBytes(task);
  }
  return {
    cells: plan.cells.length,
    runs,
    runsDone,
    tasks: plan.tasks.length,
    tasksDone,
    estimatedMs: Math.round(leftMs / Math.max(1, workers)),
    estimate: {
      ...range(work, basis, workers),
      source: basis.source,
      tasks: basis.tasks,
      engine,
      workers,
      unmeasured: [...work].flatMap(([kind, sum]) =>
        sum.leftMs > 0 && !basis.knows(kind) ? [kind] : [],
      ),
    },
    diskBytes: bytes,
    cellsDone,
    work: [...work].map(([kind, { leftMs: ms, ...counts }]) => ({
      kind,
      ...counts,
      estimatedMs: Math.round(ms / Math.max(1, workers)),
    })),
  };
}

/** Between what the time will lie most likely: the doubts of all kinds taken together, as if all were wrong in the same direction. */
function range(
  work: ReadonlyMap<string, WorkSum>,
  basis: CostBasis,
  workers: number,
): { lowMs: number; highMs: number } {
  let [low, high] = [0, 0];
  for (const [kind, { leftMs }] of work) {
    low += leftMs / basis.doubt(kind);
    high += leftMs * basis.doubt(kind);
  }
  const share = Math.max(1, workers);
  return { lowMs: Math.round(low / share), highMs: Math.round(high / share) };
}
