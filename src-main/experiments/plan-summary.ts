/** What a spec would make, and what of it is there already. */
import type { PlanSummary } from '#shared/contract/views';
import type { StoredTaskState } from '../store/task-table';
import { defaultCostMs, diskBytes, type CostFactors } from './estimate';
import type { Plan } from './plan';

/**
 * Counts, expected time and disk of a plan.
 *
 * `estimatedMs` is an estimate: expected times, corrected by what this project has measured, spread evenly over the workers.
 */
export function summarisePlan(options: {
  plan: Plan;
  /** States of the tasks that the project knows. */
  states: ReadonlyMap<string, StoredTaskState>;
  factors: CostFactors;
  workers: number;
}): PlanSummary {
  const { plan, states, factors, workers } = options;
  const cellsDone = plan.cells.map(() => true);
  const seen = new Set<string>();
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
    if (isDone || seen.has(task.id)) continue;
    seen.add(task.id);
    leftMs += defaultCostMs(task) * factors(task.kind);
    bytes += diskBytes(task);
  }
  return {
    cells: plan.cells.length,
    runs,
    runsDone,
    tasks: plan.tasks.length,
    tasksDone,
    estimatedMs: Math.round(leftMs / Math.max(1, workers)),
    diskBytes: bytes,
    cellsDone,
  };
}
