/** The log of an experiment: what happened when, kept in the project. */

/** What an entry tells of. */
export const logKinds = [
  'started',
  'resumed',
  'paused',
  'stopping',
  'cancelled',
  'retried',
  'extended',
  'diverged',
  'failed',
  'worker-lost',
  'interrupted',
  'finished',
  'given-up',
] as const;
export type LogKind = (typeof logKinds)[number];

export interface LogEntry {
  /** Grows from entry to entry. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: LogKind;
  /** What happened, in a sentence. */
  readonly message: string;
  /** The task that it is about; null where it is about the experiment. */
  readonly task: {
    readonly kind: string;
    readonly cell: number;
    readonly seeds: readonly number[];
  } | null;
}

/** Most entries that a project keeps of an experiment; the oldest go first. */
export const mostLogEntries = 2000;
