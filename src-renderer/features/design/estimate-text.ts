/** The expected time of a spec in words: how long, between what, and from which rate. */
import type { PlanSummary } from '#shared/contract/views';
import { counted, formatRoughTime } from '../../charts/number-format';
import { taskTitle } from '../../workspace/task-titles';

export interface EstimateText {
  /** `about 40 s`, `nothing left to do`. */
  readonly time: string;
  /** `between 30 s and 55 s`; empty where both are the same. */
  readonly range: string;
  /** Which rate, in a sentence or two. */
  readonly source: string;
}

/** Most kinds of tasks named. */
const mostNamed = 3;

/** What the estimate of a plan says. */
export function estimateText(plan: PlanSummary): EstimateText {
  const { lowMs, highMs, workers } = plan.estimate;
  if (plan.tasksDone === plan.tasks)
    return { time: 'nothing left to do', range: '', source: 'Every result is in this project.' };
  const time = formatRoughTime(plan.estimatedMs);
  const [low, high] = [formatRoughTime(lowMs), formatRoughTime(highMs)];
  return {
    time: plan.estimatedMs < 1000 ? time : `about ${time}`,
    range: low === high ? '' : `between ${low} and ${high}`,
    source: `${sourceText(plan.estimate)} Spread over ${counted(workers, 'worker')}.`,
  };
}

function sourceText({ engine, source, tasks, unmeasured }: PlanSummary['estimate']): string {
  switch (source) {
    case 'tasks': {
      const measured = `From the last ${counted(tasks, 'task')} that ${engine} finished in this project.`;
      return unmeasured.length === 0
        ? measured
        : `${measured} ${namesOf(unmeasured)} ${unmeasured.length === 1 ? 'has' : 'have'} not run here yet: taken at the pace of the others.`;
    }
    case 'benchmark':
      return `From the benchmark of ${engine} on this machine; no task has finished in this project yet.`;
    case 'none':
      return `By the pace of a usual processor core: ${engine} has not been measured on this machine. The first finished tasks correct it.`;
    default:
      return source satisfies never;
  }
}

function namesOf(kinds: readonly string[]): string {
  const shown = kinds.slice(0, mostNamed).map(taskTitle);
  const more = kinds.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${counted(more, 'other kind')}`;
}
