/** Physics-informed losses of first-order equations in space and time, x in [0, 2 pi], periodic, with given initial values. */
import { add, broadcast, concat, constant, mul, pad, slice, sub, type Node } from '../graph';
import type { Model, Objective } from './objective';
import { columns, flat, rowsFor, slopes, squared } from './problem-row';

/** Weights of the terms besides the residual. */
export interface EvolutionWeights {
  readonly initialWeight: number;
  readonly boundaryWeight: number;
}

/** The length of the interval in x. */
export const period = 2 * Math.PI;

/**
 * Convection u_t + beta u_x = 0.
 *
 * Loss of a row: (u_t + beta u_x)^2 at its point, + initialWeight (u(x0, 0) - u0)^2 + boundaryWeight (u(0, tb) - u(2 pi, tb))^2.
 * Source: Krishnapriyan et al. 2021; checked in tests/unit/engine/objectives.test.ts
 */
export function convection({
  beta,
  ...weights
}: EvolutionWeights & { readonly beta: number }): Objective {
  return evolution(`convection ${beta}`, weights, ({ slopeX, slopeT }) =>
    add(slopeT, mul(constant(beta), slopeX)),
  );
}

/**
 * Reaction u_t = rho u (1 - u); the loss is made as for convection.
 * Source: Krishnapriyan et al. 2021; checked in tests/unit/engine/objectives.test.ts
 */
export function reaction({
  rho,
  ...weights
}: EvolutionWeights & { readonly rho: number }): Objective {
  return evolution(`reaction ${rho}`, weights, ({ u, slopeT }) =>
    sub(slopeT, mul(constant(rho), mul(u, sub(constant(1), u)))),
  );
}

/** The solution and its derivatives at the points inside, each [..., N, 1]. */
interface Inside {
  readonly u: Node;
  readonly slopeX: Node;
  readonly slopeT: Node;
}

function evolution(
  equation: string,
  { initialWeight, boundaryWeight }: EvolutionWeights,
  residual: (inside: Inside) => Node,
): Objective {
  const solution = (model: Model, x: Node) => model.apply(columns(rowsFor(model, x), 0, 2));
  return {
    key: `${equation} ${initialWeight} ${boundaryWeight}`,
    score: 'relative-error',
    losses(model, { x }) {
      const rows = rowsFor(model, x);
      const points = columns(rows, 0, 2);
      const u = model.apply(points);
      const slope = slopes(u, points);
      const inside = { u, slopeX: columns(slope, 0), slopeT: columns(slope, 1) };
      const { start, left, right } = sides(model, rows);
      const ofStart = squared(sub(start, columns(rows, 3)));
      const ofSides = squared(sub(left, right));
      return add(
        squared(residual(inside)),
        add(mul(constant(initialWeight), ofStart), mul(constant(boundaryWeight), ofSides)),
      );
    },
    outputs: solution,
    predictions: (model, x) => flat(solution(model, x)),
  };
}

/** The solution at the initial point and at both ends of the interval, each [..., N, 1]: one pass through the network. */
function sides(model: Model, rows: Node): { start: Node; left: Node; right: Node } {
  const time = columns(rows, 4);
  const points = concat(
    [
      pad(columns(rows, 2), -1, { before: 0, after: 1 }),
      pad(time, -1, { before: 1, after: 0 }),
      concat([broadcast(constant(period), time.shape), time], -1),
    ],
    -2,
  );
  const u = model.apply(points);
  const count = rows.shape.at(-2) as number;
  const part = (i: number) => slice(u, -2, { start: i * count, end: (i + 1) * count });
  return { start: part(0), left: part(1), right: part(2) };
}
