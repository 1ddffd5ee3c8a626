/** Deep Ritz and deep Galerkin losses of -(u_11 + ... + u_dd) = f on the unit interval, square, ..., u = 0 on the boundary. */
import { add, constant, mul, sub, type Node } from '../graph';
import type { Model, Objective } from './objective';
import { columns, flat, rowsFor, slopes, squared } from './problem-row';

export interface PoissonOptions {
  readonly dimensions: number;
  readonly formulation: 'deep-ritz' | 'deep-galerkin';
  /** `exact`: u = prod 4 x_i (1 - x_i) network(x) is 0 on the boundary; `penalty`: u = network(x), and u^2 there is in the loss. */
  readonly boundary: 'exact' | 'penalty';
  /** Of the penalty. */
  readonly boundaryWeight: number;
}

/**
 * Loss of a row. deep-ritz: the energy density |grad u|^2 / 2 - f u at its point: its mean over the domain, of measure 1, is least
 * for the solution, and negative there. deep-galerkin: the squared residual (laplace u + f)^2, least 0. Either with `penalty`:
 * + boundaryWeight u^2 at the row's point of the boundary.
 * Source: E and Yu 2018; Sirignano and Spiliopoulos 2018; checked in tests/unit/engine/objectives.test.ts
 */
export function poisson(options: PoissonOptions): Objective {
  const { dimensions, formulation, boundary, boundaryWeight } = options;
  const isExact = boundary === 'exact';
  const inside = formulation === 'deep-ritz' ? energyDensity : squaredResidual;
  const solution = (model: Model, points: Node) =>
    isExact ? mul(bump(points), model.apply(points)) : model.apply(points);
  const atPoints = (model: Model, x: Node) =>
    solution(model, columns(rowsFor(model, x), 0, dimensions));
  const weights = isExact ? '' : ` ${boundaryWeight}`;
  return {
    key: `poisson ${dimensions} ${formulation} ${boundary}${weights}`,
    score: 'relative-error',
    losses(model, { x }) {
      const rows = rowsFor(model, x);
      const points = columns(rows, 0, dimensions);
      const source = columns(rows, dimensions);
      const each = inside(solution(model, points), points, source);
      if (isExact) return each;
      const edge = columns(rows, dimensions + 1, 2 * dimensions + 1);
      return add(each, mul(constant(boundaryWeight), squared(solution(model, edge))));
    },
    outputs: atPoints,
    predictions: (model, x) => flat(atPoints(model, x)),
  };
}

/** prod 4 x_i (1 - x_i): [..., N, d] to [..., N, 1], 0 on the boundary and 1 in the middle. */
function bump(points: Node): Node {
  return coordinatesOf(points)
    .map((x) => mul(constant(4), mul(x, sub(constant(1), x))))
    .reduce((product, factor) => mul(product, factor));
}

function energyDensity(u: Node, points: Node, source: Node): Node {
  const squares = coordinatesOf(slopes(u, points)).map(squared);
  const kinetic = squares.reduce((total, square) => add(total, square));
  return sub(mul(constant(0.5), kinetic), flat(mul(source, u)));
}

function squaredResidual(u: Node, points: Node, source: Node): Node {
  const seconds = coordinatesOf(slopes(u, points)).map((slope, i) =>
    columns(slopes(slope, points), i),
  );
  const laplacian = seconds.reduce((total, second) => add(total, second));
  return squared(add(laplacian, source));
}

function coordinatesOf(points: Node): Node[] {
  return Array.from({ length: points.shape.at(-1) as number }, (_, i) => columns(points, i));
}
