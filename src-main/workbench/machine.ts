/** What this machine can carry. */
import { availableParallelism, totalmem } from 'node:os';

/** Workers compute on one core each: beyond a few a core they only take memory and wait for each other. */
const workersPerCore = 4;

/** Cores of this machine that this process may use: the workers that are started where none was said. */
export function coreCount(): number {
  return availableParallelism();
}

/** The most worker processes that are started here. */
export function mostWorkers(): number {
  return workersPerCore * availableParallelism();
}

/** Memory that processes of this machine, or of the container that this is, may hold. */
export function machineMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}
