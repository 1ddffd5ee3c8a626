/** Convection and reaction on x in [0, 2 pi], t in [0, 1], periodic in x: rows of points with the exact solution. */
import { evolutionColumns } from '#shared/domain/generated-datasets';
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import type { Rows } from '../dataset';
import { problemRows } from './collocation';

const period = 2 * Math.PI;

/** The exact solution of an equation at (x, t). */
export type Solution = (x: number, t: number) => number;

/**
 * u_t + beta u_x = 0, u(x, 0) = sin x: the wave moves on unchanged, u = sin(x - beta t).
 * Source: Krishnapriyan et al. 2021; checked in tests/unit/datasets/problems.test.ts
 */
export function convectionSolution(beta: number): Solution {
  return (x, t) => Math.sin(x - beta * t);
}

/**
 * u_t = rho u (1 - u), u(x, 0) = h(x) = exp(-(x - pi)^2 / (2 (pi / 4)^2)): u = h e^(rho t) / (h e^(rho t) + 1 - h).
 *
 * The initial values are not quite periodic in their slope: exp(-8) = 0.0003 at both ends.
 * Source: Krishnapriyan et al. 2021; checked in tests/unit/datasets/problems.test.ts
 */
export function reactionSolution(rho: number): Solution {
  return (x, t) => {
    const h = Math.exp(-((x - Math.PI) ** 2) / (2 * (Math.PI / 4) ** 2));
    const grown = h * Math.exp(rho * t);
    return grown / (grown + 1 - h);
  };
}

/** Rows x, t, initial x, initial u, boundary t, exact u. Never throws. */
export function convectionRows(spec: GeneratedDatasetSpecOf<'convection'>): Rows {
  return evolutionRows(spec, convectionSolution(spec.beta));
}

/** Rows as for convection. Never throws. */
export function reactionRows(spec: GeneratedDatasetSpecOf<'reaction'>): Rows {
  return evolutionRows(spec, reactionSolution(spec.rho));
}

function evolutionRows(
  spec: GeneratedDatasetSpecOf<'convection' | 'reaction'>,
  solution: Solution,
): Rows {
  return problemRows(spec, {
    coordinates: 2,
    columns: evolutionColumns,
    rowOf({ inside: [along = 0, t = 0], initial, boundary }) {
      const x = period * along;
      const start = period * initial;
      return [x, t, start, solution(start, 0), boundary, solution(x, t)];
    },
  });
}
