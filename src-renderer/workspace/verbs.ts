/** What can be done with an experiment in each of its states: the same verbs as in the command line. */
import type { Progress } from '#shared/contract/views';
import { commandOf, type CommandId } from '#shared/domain/commands';
import type { ExperimentState } from '#shared/domain/results';

/** The verbs in the order of the table of commands, which has their words. */
export const verbCommands = [
  'experiment.start',
  'experiment.pause',
  'experiment.stop',
  'experiment.cancel',
  'experiment.resume',
  'experiment.retry',
] as const satisfies readonly CommandId[];

export interface Verb {
  readonly procedure: (typeof verbCommands)[number];
  readonly label: string;
  /** What it does, in a sentence: its tooltip. */
  readonly does: string;
  readonly isMain: boolean;
}

const verb = (procedure: Verb['procedure'], isMain = false): Verb => {
  const { title, help } = commandOf(procedure);
  return { procedure, label: title, does: help, isMain };
};

const verbs = {
  start: verb('experiment.start', true),
  pause: verb('experiment.pause'),
  stop: verb('experiment.stop'),
  cancel: verb('experiment.cancel'),
  resume: verb('experiment.resume', true),
  retry: verb('experiment.retry', true),
};

/** The verbs offered in a state; the main one, where there is one, comes first. */
export function verbsFor(state: ExperimentState, progress: Progress | null): readonly Verb[] {
  const runsNow = (progress?.tasks.running ?? 0) > 0;
  const hasFailed = (progress?.tasks.failed ?? 0) > 0;
  const retry = hasFailed ? [verbs.retry] : [];
  switch (state) {
    case 'draft':
      return [verbs.start];
    case 'running':
      return [verbs.pause, verbs.stop, verbs.cancel];
    case 'stopping':
      return [verbs.resume, verbs.cancel];
    case 'paused':
      return [verbs.resume, ...retry, ...(runsNow ? [verbs.cancel] : [])];
    case 'cancelled':
      return [verbs.resume, ...retry];
    case 'finished':
      return [];
    case 'finished-with-failures':
      return [verbs.retry];
    default:
      return state satisfies never;
  }
}
