/**
 * Entry of a thread in a worker process: ends the process when its parent is gone. The worker's own thread cannot, while it is inside a
 * call of the engine; for a wide network that takes half a minute.
 */
import { workerData } from 'node:worker_threads';

const lookEveryMs = 250;
const parent = workerData as number;

/** Where an orphan gets a new parent the id changes; where it keeps the old one (Windows) nobody answers to it. */
function isOrphan(): boolean {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}

setInterval(() => {
  if (isOrphan()) process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);
