/**
 * Who may schedule work in a project: one process at a time. Its lease has a heartbeat and a fencing token that only grows:
 * a process that was thought dead and comes back holds an old token, and its writes are refused.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { ConflictError } from '#shared/errors';
import { translating } from './sqlite-error';
import { findProcess, processSpace, type LivingProcess } from './process-identity';

/** A lease without a heartbeat for this long is taken over, where its owner cannot be looked up. */
export const leaseExpiryMs = 15_000;
/** How often the owner renews it. */
export const heartbeatMs = 3_000;

export interface Lease {
  readonly owner: string;
  readonly fence: number;
}

interface LeaseRow {
  readonly owner: string | null;
  readonly pid: number | null;
  readonly host: string | null;
  readonly process_space: string | null;
  readonly process_started: string | null;
  readonly since: string | null;
  readonly heartbeat_ms: number | null;
  readonly fence: number;
}

/** What the lease needs of the world; tests pass their own. */
export interface LeaseSurroundings {
  readonly pid: number;
  readonly host: string;
  /** Where `pid` means this process. */
  readonly processSpace: string;
  readonly now: () => number;
  /** A living process of this process space. */
  readonly findProcess: (pid: number) => LivingProcess | null;
}

const thisProcess = (): LeaseSurroundings => ({
  pid: process.pid,
  host: hostname(),
  processSpace: processSpace(),
  now: () => Date.now(),
  findProcess,
});

/**
 * Whether the owner of a lease lives. In this process space the process itself decides and no clock does: a clock that jumps takes
 * nothing from a living process. Elsewhere, and where the start of a process cannot be known, its heartbeat does.
 */
function isLive(lease: LeaseRow, here: LeaseSurroundings): boolean {
  if (lease.owner === null) return false;
  const isFresh = here.now() - (lease.heartbeat_ms ?? 0) <= leaseExpiryMs;
  if (lease.process_space !== here.processSpace || lease.pid === null) return isFresh;
  const found = here.findProcess(lease.pid);
  if (found === null) return false;
  if (found.started === null || lease.process_started === null) return isFresh;
  return found.started === lease.process_started;
}

/** The lease of the project in `db`. */
export function leaseTable(db: Database.Database, here: LeaseSurroundings = thisProcess()) {
  const read = db.prepare(
    'SELECT owner, pid, host, process_space, process_started, since, heartbeat_ms, fence FROM lease WHERE id = 1',
  );
  const write = db.prepare(
    `UPDATE lease SET owner = ?, pid = ?, host = ?, process_space = ?, process_started = ?, since = ?, heartbeat_ms = ?, fence = ?
     WHERE id = 1`,
  );
  const renewal = db.prepare(
    'UPDATE lease SET heartbeat_ms = ? WHERE id = 1 AND owner = ? AND fence = ?',
  );
  const clear = db.prepare(
    `UPDATE lease SET owner = NULL, pid = NULL, host = NULL, process_space = NULL, process_started = NULL, since = NULL, heartbeat_ms = NULL
     WHERE id = 1 AND owner = ? AND fence = ?`,
  );
  /** Leases of this process that the disk did not let go of: their rows still stand. */
  const givenUp = new Set<string>();
  const row = (): LeaseRow => {
    const found = read.get() as LeaseRow;
    return found.owner !== null && givenUp.has(found.owner) ? { ...found, owner: null } : found;
  };

  const take = db.transaction((): Lease => {
    const current = row();
    if (isLive(current, here)) {
      throw new ConflictError(
        `project: one process may run experiments at a time, got process ${current.pid} on ${current.host} running since ${current.since}; wait for it or stop it`,
        { details: { pid: current.pid, host: current.host, since: current.since } },
      );
    }
    const lease = { owner: randomUUID(), fence: current.fence + 1 };
    const now = here.now();
    write.run(
      lease.owner,
      here.pid,
      here.host,
      here.processSpace,
      here.findProcess(here.pid)?.started ?? null,
      new Date(now).toISOString(),
      now,
      lease.fence,
    );
    return lease;
  });

  return {
    /** Whether a living process schedules in this project now. */
    isHeld: (): boolean => isLive(row(), here),

    /** The living process that schedules in this project, in words; null when none does. */
    holder(): string | null {
      const current = row();
      if (!isLive(current, here)) return null;
      return `process ${current.pid} on ${current.host} since ${current.since}`;
    },

    /**
     * Takes the lease when it is free, or its owner is dead or, elsewhere, silent.
     * @returns the lease with a token higher than every one before
     * @throws ConflictError naming the owner while it lives; StoreError when the disk refuses
     */
    acquire: (): Lease => translating(db.name, () => take.immediate()),

    /** Says that the owner lives. @returns false when the lease was lost to another process. @throws StoreError when the disk refuses */
    renew: (lease: Lease): boolean =>
      translating(db.name, () => renewal.run(here.now(), lease.owner, lease.fence).changes === 1),

    /**
     * Gives the lease back; nothing happens when it was lost before.
     * @returns false where the disk refuses, as a full one does: it is free for this process then, and for others once this succeeds
     */
    release(lease: Lease): boolean {
      try {
        clear.run(lease.owner, lease.fence);
        return true;
      } catch (error) {
        if (!(error instanceof Database.SqliteError)) throw error;
        givenUp.add(lease.owner);
        return false;
      }
    },

    /** Called inside every transaction that writes a result. @throws ConflictError when the lease was lost */
    require(lease: Lease): void {
      const current = row();
      if (current.owner === lease.owner && current.fence === lease.fence) return;
      throw new ConflictError(
        `project: results may be written by the owner of the lease only, got token ${lease.fence} where ${current.fence} is current (process ${current.pid ?? 'none'} took over); stop this process`,
        { details: { pid: current.pid, since: current.since } },
      );
    },
  };
}
