/** Holds the project's lease while experiments run here, and renews it. */
import { ConflictError } from '#shared/errors';
import { heartbeatMs, type Lease } from '../store/lease';
import type { ProjectStore } from '../store/project-store';

export class LeaseKeeper implements Disposable {
  readonly #store: ProjectStore;
  readonly #lost: (error: unknown) => void;
  #lease: Lease | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(store: ProjectStore, lost: (error: unknown) => void) {
    this.#store = store;
    this.#lost = lost;
  }

  get isHeld(): boolean {
    return this.#lease !== null;
  }

  /** The lease held. @throws ConflictError when none is: it was lost or given back */
  current(): Lease {
    if (this.#lease) return this.#lease;
    throw new ConflictError('project: results may be written while holding the lease, got none');
  }

  /** Takes the lease unless it is held. @throws ConflictError naming the process that has it */
  acquire(): Lease {
    if (this.#lease) return this.#lease;
    this.#lease = this.#store.lease.acquire();
    this.#endTimer();
    this.#timer = setInterval(() => this.#renew(), heartbeatMs);
    this.#timer.unref();
    return this.#lease;
  }

  /** Gives the lease back; where the disk refuses that, it is tried again until other processes see it free. Never throws. */
  release(): void {
    this.#endTimer();
    const lease = this.#lease;
    this.#lease = null;
    if (!lease || this.#store.lease.release(lease)) return;
    this.#timer = setInterval(() => {
      if (this.#store.lease.release(lease)) this.#endTimer();
    }, heartbeatMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.release();
    this.#endTimer();
  }

  #endTimer(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #renew(): void {
    const lease = this.#lease;
    if (!lease) return;
    try {
      if (this.#store.lease.renew(lease)) return;
      this.#store.lease.require(lease); // throws who has it now
    } catch (error) {
      this.#lost(error);
    }
  }
}
