/** The log of an experiment as lines: what is shown of it, and as text to copy. */
import type { LogEntry, LogKind } from '#shared/domain/experiment-log';
import type { AxisValues } from '#shared/domain/results';
import { axisText } from '../../workspace/axis-text';
import { taskTitle } from '../../workspace/task-titles';

export const logFilters = ['all', 'course', 'trouble'] as const;
export type LogFilter = (typeof logFilters)[number];

export const filterTitles: Readonly<Record<LogFilter, string>> = {
  all: 'everything',
  course: 'course only',
  trouble: 'trouble only',
};

const troubles: ReadonlySet<LogKind> = new Set([
  'diverged',
  'failed',
  'worker-lost',
  'interrupted',
  'given-up',
]);
/** About single tasks. */
const details: ReadonlySet<LogKind> = new Set(['diverged', 'failed', 'worker-lost']);

export const kindTitles: Readonly<Record<LogKind, string>> = {
  started: 'started',
  resumed: 'resumed',
  paused: 'paused',
  stopping: 'stopping',
  cancelled: 'cancelled',
  retried: 'retried',
  extended: 'measured more',
  diverged: 'diverged',
  failed: 'task failed',
  'worker-lost': 'worker died',
  interrupted: 'interrupted',
  finished: 'finished',
  'given-up': 'given up',
};

export interface LogLine {
  readonly id: number;
  /** `2026-11-21 19:26:05`, in the reader's time. */
  readonly time: string;
  readonly kind: LogKind;
  readonly title: string;
  /** The task, then what happened. */
  readonly text: string;
  readonly isTrouble: boolean;
}

/** The lines of a filter that hold what is typed, the newest first. */
export function logLines(
  entries: readonly LogEntry[],
  axes: ReadonlyMap<number, AxisValues>,
  { filter, words }: { readonly filter: LogFilter; readonly words: string },
): readonly LogLine[] {
  const wanted = words.trim().toLowerCase();
  const place = ({ cell, kind, seeds }: NonNullable<LogEntry['task']>) => {
    const where = axes.get(cell);
    const seed = `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
    return `${taskTitle(kind)}, ${where ? axisText(where) : `cell ${cell}`}, ${seed}: `;
  };
  return entries
    .filter(({ kind }) => filter === 'all' || (filter === 'course') === !details.has(kind))
    .filter(({ kind }) => filter !== 'trouble' || troubles.has(kind))
    .map(({ at, id, kind, message, task }) => ({
      id,
      time: localTime(at),
      kind,
      title: kindTitles[kind],
      text: `${task ? place(task) : ''}${message}`,
      isTrouble: troubles.has(kind) && kind !== 'diverged',
    }))
    .filter(({ text, time, title }) => `${time} ${title} ${text}`.toLowerCase().includes(wanted))
    .toReversed();
}

/** The lines as text, the oldest first. */
export function logText(lines: readonly LogLine[]): string {
  return lines
    .toReversed()
    .map(({ text, time, title }) => `${time}\t${title}\t${text}\n`)
    .join('');
}

function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const pad = (n: number) => String(n).padStart(2, '0');
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')}`;
}
