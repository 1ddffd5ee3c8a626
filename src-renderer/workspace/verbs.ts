/** What can be done with an experiment in each of its states: the same verbs as in the command line. */
import type { Progress } from '#shared/contract/views';
import { commandOf, type CommandId } from '#shared/domain/commands';
import type { ExperimentState } from '#shared/domain/results';
import { counted, formatCount } from '../charts/number-format';
import { withResult } from './progress-counts';

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
  /** What it does, in a sentence or two: its tooltip. */
  readonly does: string;
  readonly isMain: boolean;
  /** It is asked about before it is done. */
  readonly asks?: boolean;
}

const verb = (procedure: Verb['procedure'], isMain = false): Verb => {
  const { title, help } = commandOf(procedure);
  return { procedure, label: title, does: help, isMain };
};

const verbs = {
  start: verb('experiment.start', true),
  pause: verb('experiment.pause'),
  stop: verb('experiment.stop'),
  cancel: { ...verb('experiment.cancel'), asks: true },
  resume: verb('experiment.resume', true),
  retry: verb('experiment.retry', true),
};

/** The verbs offered in a state, each with what it would do now; the main one, where there is one, comes first. */
export function verbsFor(state: ExperimentState, progress: Progress | null): readonly Verb[] {
  return offered(state, progress).map((verb) => ({ ...verb, does: doesNow(verb, progress) }));
}

/** What a verb does in general, then what that means now. */
function doesNow({ does, procedure }: Verb, progress: Progress | null): string {
  const now = progress === null ? '' : meaningNow(procedure, progress);
  return now === '' ? does : `${does}\nNow: ${now}.`;
}

function meaningNow(procedure: Verb['procedure'], { runs, tasks }: Progress): string {
  const trainings = counted(runs.running, 'training');
  const measurements = counted(tasks.running - runs.running, 'measurement');
  const open = tasks.waiting + tasks.ready + tasks.cancelled;
  const left = counted(open, 'task');
  switch (procedure) {
    case 'experiment.start':
    case 'experiment.resume':
      return `${left} to do, ${formatCount(withResult(tasks))} done already`;
    case 'experiment.pause':
      return `${trainings} put down, ${measurements} to end first, ${left} kept for later`;
    case 'experiment.stop':
      return `${trainings} and ${measurements} to end first, ${left} kept for later`;
    case 'experiment.cancel':
      return `${trainings} and ${measurements} killed, ${formatCount(withResult(tasks))} results kept`;
    case 'experiment.retry':
      return `${counted(tasks.failed, 'failed task')} to try again`;
    default:
      return procedure satisfies never;
  }
}

function offered(state: ExperimentState, progress: Progress | null): readonly Verb[] {
  const runsNow = (progress?.tasks.running ?? 0) > 0;
  const hasFailed = (progress?.tasks.failed ?? 0) > 0;
  const retry = hasFailed ? [verbs.retry] : [];
  switch (state) {
    case 'draft':
      return [verbs.start];
    case 'running':
      return [verbs.pause, verbs.stop, verbs.cancel, ...retry];
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
