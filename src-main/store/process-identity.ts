/** Tells processes of this machine apart: a process id alone is given to another process sooner or later. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that lives now. */
export interface LivingProcess {
  /** When it started, in ticks since the machine did; null where that cannot be known (no `/proc`). */
  readonly started: string | null;
}

/**
 * Names the set of processes that a process id means something in: this start of this machine, and the container if there is one.
 * @returns the boot's id and the process namespace where there is `/proc`, else the name of the machine. Never throws.
 */
export function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // not Linux, or /proc is closed
  }
}

/** Looks a process of this process space up. @returns null when it does not live. Never throws. */
export function findProcess(pid: number): LivingProcess | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  try {
    // `pid (name) state parent ...`: the name may hold anything, so the fields are counted from its end. Field 22 is the start.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended and waits for its parent to hear of it.
    return state === 'Z' || state === 'X' ? null : { started: fields[18] ?? null };
  } catch {
    return { started: null };
  }
}
