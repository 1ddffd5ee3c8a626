/** What a metric costs, in a line for the form. */
import type { PlanSummary } from '#shared/contract/views';
import { seedsOfSubject } from '#shared/domain/metric-definition';
import { findMetric } from '#shared/domain/metric-registry';
import { counted, formatShortTime } from '../../charts/number-format';
import { gradientsText } from '../../workspace/work-text';

/**
 * `75 tasks, 19,500 gradient evaluations, 12 s: 18% of the time`; what is done already is left out of the cost.
 * @param plan - null while the spec is wrong or being looked at
 */
export function costText(plan: PlanSummary | null, metric: string): string {
  const work = plan?.work.find(({ kind }) => kind === metric);
  if (!plan) return '';
  if (!work || work.tasks === 0) return noWorkText(plan, metric);
  const left = work.tasks - work.tasksDone;
  if (left === 0) return `${counted(work.tasks, 'task')}, done already`;
  const gradients = work.gradients > 0 ? `, ${gradientsText(work.gradients)}` : '';
  return `${counted(left, 'task')}${gradients}, ${formatShortTime(work.estimatedMs)}: ${shareText(work.estimatedMs, plan.estimatedMs)} of the time`;
}

/** `18%`, `under 1%`. */
export function shareText(part: number, whole: number): string {
  const percent = whole > 0 ? (100 * part) / whole : 0;
  return percent < 1 ? 'under 1%' : `${Math.round(percent)}%`;
}

/** What training costs, as `costText`; empty while that is not known. */
export function trainingCostText(plan: PlanSummary | null): string {
  const work = plan?.work.find(({ kind }) => kind === 'train');
  if (!plan || !work) return '';
  const left = work.tasks - work.tasksDone;
  if (left === 0) return 'Every run is trained already.';
  return `Training: ${counted(left, 'run')}, ${gradientsText(work.gradients)}, ${formatShortTime(work.estimatedMs)}: ${shareText(work.estimatedMs, plan.estimatedMs)} of the time.`;
}

/** Why a metric of the spec has no task: it compares seeds, and there are too few. */
function noWorkText({ cells, runs }: PlanSummary, metric: string): string {
  const needed = seedsOfSubject[findMetric(metric)?.subject ?? 'run'];
  const seeds = cells === 0 ? 0 : Math.round(runs / cells);
  return seeds < needed
    ? `Not measured: it needs ${needed} seeds per cell, and the spec has ${seeds}.`
    : 'Not measured: there is nothing for it in this spec.';
}
