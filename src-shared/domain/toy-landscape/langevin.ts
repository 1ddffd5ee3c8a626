/** Trajectories of a noisy descent on the bare landscape. */
import { toySlope, withoutNoise, type ToyLandscape } from './effective-loss';

export interface LangevinOptions {
  /** Where it begins. */
  readonly start: number;
  /** How long it lasts; the bowl alone forgets its start as exp(-time). */
  readonly time: number;
  /** Standard normal numbers, one after another. */
  readonly normal: () => number;
}

/** Longest step, and the part of the fastest time scale, 1 / (1 + c k^2), that a step may take. */
const longestStep = 0.02;
const stablePart = 0.1;

/**
 * Overdamped Langevin motion dx = -L'(x) dt + sqrt(2 T) dW, by Euler steps, with L the bare landscape: it is the temperature of the
 * noise that the effective loss averages over. At rest x is distributed as exp(-L / T).
 * @returns positions after each step, the start first; step `time / (length - 1)`
 * Never throws for a finite landscape. The same numbers give the same trajectory.
 */
export function langevinTrajectory(
  landscape: ToyLandscape,
  { start, time, normal }: LangevinOptions,
): Float64Array {
  const bare = withoutNoise(landscape);
  const steepest = 1 + landscape.ruggedness * landscape.frequency ** 2;
  const steps = Math.max(1, Math.ceil(time / Math.min(longestStep, stablePart / steepest)));
  const step = time / steps;
  const noise = Math.sqrt(2 * landscape.temperature * step);
  const positions = new Float64Array(steps + 1);
  let x = start;
  positions[0] = x;
  for (let i = 1; i <= steps; i++) {
    x += -step * toySlope(bare, x) + noise * normal();
    positions[i] = x;
  }
  return positions;
}
