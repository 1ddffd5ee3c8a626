/** Two noisy descents on the toy landscape, and the phase that they fall in. */
import type { Phase } from '../phases';
import { toyCurvature, toyLoss, type ToyLandscape } from './effective-loss';
import { langevinTrajectory } from './langevin';
import { minimumBelow, stationaryPoints, type StationaryPoints } from './stationary-points';

/** Where the phases of the toy part, in its own units; ours, as the toy is. */
export interface ToyThresholds {
  /** Sharp from this loss on, as phases are told by the training loss. */
  readonly loss: number;
  /** Poorly connected above this barrier. */
  readonly barrier: number;
  /** Alike up to this distance of the two ends. */
  readonly distance: number;
}

export const defaultToyThresholds: ToyThresholds = { loss: 0.3, barrier: 0.01, distance: 0.5 };

export interface ToyPairOptions {
  /** Where both begin, one on each side of the bowl. */
  readonly starts?: readonly [number, number];
  readonly time?: number;
  /** Standard normal numbers for a trajectory, 0 or 1: a new sequence at each call, the same one for the same index. */
  readonly normals: (trajectory: 0 | 1) => () => number;
  readonly thresholds?: ToyThresholds;
}

export interface ToyPair {
  /** Positions over the time, as `langevinTrajectory`. */
  readonly trajectories: readonly [Float64Array, Float64Array];
  /** Where they end. */
  readonly ends: readonly [number, number];
  /** Minima of the effective loss below the ends. */
  readonly minima: readonly [number, number];
  /** Mean effective loss at these minima. */
  readonly loss: number;
  /** Mean second derivative there; 1 is that of the bowl. */
  readonly curvature: number;
  /** Most that the effective loss between the two minima lies above the higher one; 0 where they are one. */
  readonly barrier: number;
  /** Between the ends. */
  readonly distance: number;
  readonly phase: Phase;
}

/**
 * Lets two trajectories run and says what lies between them.
 *
 * Sharp: the mean loss at the minima that they have reached; poorly connected: the barrier between these; alike: the distance of the
 * ends, noise included, which tells IV-A from IV-B. Deterministic for given `normals`. Never throws.
 */
export function toyPair(
  landscape: ToyLandscape,
  { starts = [-3, 3], time = 6, normals, thresholds = defaultToyThresholds }: ToyPairOptions,
): ToyPair {
  const run = (i: 0 | 1) =>
    langevinTrajectory(landscape, { start: starts[i], time, normal: normals(i) });
  const trajectories = [run(0), run(1)] as const;
  const ends = [trajectories[0].at(-1) as number, trajectories[1].at(-1) as number] as const;
  const points = stationaryPoints(landscape);
  const minima = [minimumBelow(points, ends[0]), minimumBelow(points, ends[1])] as const;
  const loss = (toyLoss(landscape, minima[0]) + toyLoss(landscape, minima[1])) / 2;
  const curvature = (toyCurvature(landscape, minima[0]) + toyCurvature(landscape, minima[1])) / 2;
  const barrier = barrierBetween(landscape, points, minima);
  const distance = Math.abs(ends[0] - ends[1]);
  const phase = toyPhase(toyVerdict({ loss, barrier, distance }, thresholds));
  return { trajectories, ends, minima, loss, curvature, barrier, distance, phase };
}

/** Most that the effective loss between two minima lies above the higher of them; 0 where none lies between. */
function barrierBetween(
  landscape: ToyLandscape,
  { maxima }: StationaryPoints,
  [a, b]: readonly [number, number],
): number {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const between = maxima.filter((x) => from < x && x < to).map((x) => toyLoss(landscape, x));
  const foot = Math.max(toyLoss(landscape, a), toyLoss(landscape, b));
  return Math.max(0, ...between.map((loss) => loss - foot));
}

/** What the numbers of a pair say: the three questions that the phase answers. */
export interface ToyVerdict {
  readonly isSharp: boolean;
  readonly isPoorlyConnected: boolean;
  readonly areAlike: boolean;
}

/** Each number against its threshold; a number on the threshold is sharp, well connected, alike. */
export function toyVerdict(
  { loss, barrier, distance }: Pick<ToyPair, 'loss' | 'barrier' | 'distance'>,
  thresholds: ToyThresholds = defaultToyThresholds,
): ToyVerdict {
  return {
    isSharp: loss >= thresholds.loss,
    isPoorlyConnected: barrier > thresholds.barrier,
    areAlike: distance <= thresholds.distance,
  };
}

function toyPhase({ isSharp, isPoorlyConnected, areAlike }: ToyVerdict): Phase {
  if (isSharp) return isPoorlyConnected ? 'I' : 'II';
  if (isPoorlyConnected) return 'III';
  return areAlike ? 'IV-B' : 'IV-A';
}
