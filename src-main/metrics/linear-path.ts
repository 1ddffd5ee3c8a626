/** The straight line between the weights of two models. */
import type { CellContext, SampleTensors } from './context';
import { evaluatePath, type PathPoint, type WeightPath } from './path-points';

/** `count` equal steps' ends from 0 to 1. @param count - at least 2 */
export function equalSteps(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i / (count - 1));
}

/** (1 - alpha) first + alpha last, [P], exact at both ends. */
export function linearPoint(first: Float32Array, last: Float32Array, alpha: number): Float32Array {
  return first.map((v, i) => (1 - alpha) * v + alpha * (last[i] as number));
}

export interface LinearPath {
  readonly first: Float32Array;
  readonly last: Float32Array;
  readonly alphas: readonly number[];
  readonly samples: SampleTensors;
}

/** The line as a path whose points can be evaluated. */
export function linearPath({ first, last, alphas, samples }: LinearPath): WeightPath {
  return {
    points: alphas.length,
    weightsAt: (point) => linearPoint(first, last, alphas[point] as number),
    samples,
  };
}

/**
 * Loss and error at theta = (1 - alpha) first + alpha last of any two checkpoints, for each alpha; statistics of batch norm recomputed
 * at every point. Not finite losses are null.
 * Checked in tests/reference/connectivity.test.ts.
 */
export function evaluateLinearPath(context: CellContext, path: LinearPath): Promise<PathPoint[]> {
  return evaluatePath(context, linearPath(path));
}
