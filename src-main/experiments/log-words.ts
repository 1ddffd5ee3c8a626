/** What the log of an experiment says of its own course. */
import type { Addition } from '#shared/domain/additions';
import type { LogEntry } from '#shared/domain/experiment-log';
import type { ExperimentState, TaskState } from '#shared/domain/results';

type Words = Pick<LogEntry, 'kind' | 'message'>;

/** A verb was given. */
export const askedWords = {
  pausing: {
    kind: 'paused',
    message: 'Asked to pause: nothing new starts, trainings are put down.',
  },
  stopping: { kind: 'stopping', message: 'Asked to stop: what runs ends, nothing new starts.' },
  cancelling: { kind: 'cancelled', message: 'Asked to cancel: what runs is killed.' },
} as const satisfies Readonly<Record<string, Words>>;

/** It starts or goes on. @param before - its state as stored: one that was running was left by its process */
export function startWords(before: ExperimentState, workers: number): readonly Words[] {
  const with_ = `with ${workers} ${workers === 1 ? 'worker' : 'workers'}.`;
  const isLeft = before === 'running' || before === 'stopping';
  const left: Words = {
    kind: 'interrupted',
    message: 'The process that ran it had ended before it could say so.',
  };
  return [
    ...(isLeft ? [left] : []),
    before === 'draft'
      ? { kind: 'started', message: `Started ${with_}` }
      : { kind: 'resumed', message: `Goes on ${with_}` },
  ];
}

/** Failed tasks are ready again. */
export function retryWords(count: number): Words {
  const message = `${count} failed ${count === 1 ? 'task is' : 'tasks are'} tried again.`;
  return { kind: 'retried', message };
}

/** Metrics are added to those of its spec. */
export function extendedWords(additions: readonly Pick<Addition, 'metric' | 'cells'>[]): Words {
  const parts = additions.map(({ metric, cells }) => {
    const many = cells?.length === 1 ? '1 cell' : `${cells?.length ?? 'all'} cells`;
    return `${metric.name} in ${many}`;
  });
  return { kind: 'extended', message: `To be measured too: ${parts.join('; ')}.` };
}

/** Nothing of it runs any more. @param states - of its tasks */
export function restWords(state: ExperimentState, states: readonly TaskState[]): Words {
  const count = (wanted: TaskState) => states.filter((each) => each === wanted).length;
  const counts = `${count('done')} done, ${count('diverged')} diverged, ${count('failed')} failed of ${states.length} tasks`;
  const isEnd = state === 'finished' || state === 'finished-with-failures';
  return {
    kind: isEnd ? 'finished' : 'paused',
    message: `${isEnd ? 'Finished' : 'Nothing runs any more'}: ${counts}.`,
  };
}

/** A worker died with a task that will be tried again. */
export function workerLostWords(attempts: number, mostAttempts: number): Words {
  const message = `A worker died with it; it is tried again, attempt ${attempts + 1} of ${mostAttempts}.`;
  return { kind: 'worker-lost', message };
}

/** A loss that is not finite. */
export const divergedWords: Words = {
  kind: 'diverged',
  message: 'Its loss is no longer finite: a result, kept as such.',
};
