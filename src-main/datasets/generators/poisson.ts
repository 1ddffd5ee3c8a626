/** Poisson's equation on the unit interval or square with u = 0 on the boundary: rows of points with the exact solution. */
import { poissonColumns } from '#shared/domain/generated-datasets';
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import type { Rows } from '../dataset';
import { problemRows } from './collocation';

/**
 * u = prod_i sin(k pi x_i), 0 on the boundary for every whole k.
 * Checked in tests/unit/datasets/problems.test.ts
 */
export function poissonSolution(frequency: number): (point: readonly number[]) => number {
  return (point) => point.reduce((product, x) => product * Math.sin(frequency * Math.PI * x), 1);
}

/** f = -laplace u = d (k pi)^2 u for this solution. */
export function poissonSource(frequency: number): (point: readonly number[]) => number {
  const solution = poissonSolution(frequency);
  return (point) => point.length * (frequency * Math.PI) ** 2 * solution(point);
}

/** Rows: point, source, a point of the boundary (the ends in turn; along the four sides), exact u. Never throws. */
export function poissonRows(
  spec: GeneratedDatasetSpecOf<'poisson-1d' | 'poisson-2d'>,
  coordinates: 1 | 2,
): Rows {
  const solution = poissonSolution(spec.frequency);
  const source = poissonSource(spec.frequency);
  return problemRows(spec, {
    coordinates,
    columns: poissonColumns(coordinates),
    rowOf({ inside, boundary }, place) {
      const edge = coordinates === 1 ? [place % 2] : onSquare(boundary);
      return [...inside, source(inside), ...edge, solution(inside)];
    },
  });
}

/** The point at a share in [0, 1) of the way around the unit square. */
function onSquare(share: number): [number, number] {
  const side = Math.floor(4 * share);
  const along = 4 * share - side;
  switch (side) {
    case 0:
      return [along, 0];
    case 1:
      return [1, along];
    case 2:
      return [1 - along, 1];
    default:
      return [0, 1 - along];
  }
}
