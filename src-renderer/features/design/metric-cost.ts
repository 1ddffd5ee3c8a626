/** What a metric costs, in a line for the form. */
import type { PlanSummary } from '#shared/contract/views';
import { counted, formatRough, formatShortTime } from '../../charts/number-format';

/**
 * `75 tasks, 19,500 gradient evaluations, 12.3 s`; what is done already is left out of the cost.
 * @param plan - null while the spec is wrong or being looked at
 */
export function costText(plan: PlanSummary | null, metric: string): string {
  const work = plan?.work.find(({ kind }) => kind === metric);
  if (!work) return plan ? 'makes no task here' : '';
  const left = work.tasks - work.tasksDone;
  if (left === 0) return `${counted(work.tasks, 'task')}, done already`;
  const gradients =
    work.gradients > 0 ? `, ${formatRough(work.gradients)} gradient evaluations` : '';
  return `${counted(left, 'task')}${gradients}, ${formatShortTime(work.estimatedMs)}`;
}
