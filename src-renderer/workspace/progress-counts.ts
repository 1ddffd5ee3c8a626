/** Sums of a progress report: what the header and the Progress screen write. */
import type { Progress } from '#shared/contract/views';
import { formatCount } from '../charts/number-format';

export interface HeadCounts {
  readonly runsDone: string;
  readonly runsTotal: string;
  readonly tasksDone: string;
  readonly tasksTotal: string;
  readonly failed: number;
}

/** Runs and tasks that have a result (diverged ones included) of all there are. */
export function headCounts(progress: Progress): HeadCounts {
  return {
    runsDone: formatCount(withResult(progress.runs)),
    runsTotal: formatCount(totalOf(progress.runs)),
    tasksDone: formatCount(withResult(progress.tasks)),
    tasksTotal: formatCount(totalOf(progress.tasks)),
    failed: progress.tasks.failed,
  };
}

/** Share of the tasks that is done, 0..1, trainings that run or were put down in part; 1 where there is nothing to do. */
export function doneShare(progress: Progress): number {
  const total = totalOf(progress.tasks);
  const parts = progress.trainings.reduce(
    (sum, { steps, totalSteps }) => sum + steps / totalSteps,
    progress.begun.reduce((sum, { share }) => sum + share, 0),
  );
  return total === 0 ? 1 : Math.min(1, (withResult(progress.tasks) + parts) / total);
}

/** `42%`; never 0% where something is done, nor 100% where something is left. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1%';
  return `${Math.floor(100 * share)}%`;
}

/** Number of all items of a count by state. */
export function totalOf(counts: Progress['tasks']): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

/** Items with a result: done and diverged. */
export function withResult(counts: Progress['tasks']): number {
  return counts.done + counts.diverged;
}
