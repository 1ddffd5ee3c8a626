/**
 * Samples of a problem: a differential equation with its initial and boundary values. Each is one row that holds a point inside,
 * with what belongs to it (an initial and a boundary point, the source), and last the exact solution at the point inside: the
 * mean over samples of a loss of rows is then the sum of the means over inner, initial and boundary points.
 */
import { differentiate } from '../differentiate';
import { broadcast, mul, reshape, slice, type Node } from '../graph';
import type { Tensor } from '../tensor';
import type { Model } from './objective';

/** The exact solution at the point inside of each sample [N, columns]. */
export function exactSolution({ shape, data }: Tensor): (sample: number) => number {
  const columns = shape.at(-1) as number;
  return (sample) => data[(sample + 1) * columns - 1] as number;
}

/** Rows with the leading extents of the parameters, so that derivatives in them stay apart for every model: [...lead, N, columns]. */
export function rowsFor({ lead }: Model, x: Node): Node {
  return broadcast(x, [...lead, ...x.shape.slice(-2)]);
}

/** Columns start..end-1 of rows. */
export function columns(rows: Node, start: number, end = start + 1): Node {
  return slice(rows, -1, { start, end });
}

/**
 * Derivatives of the solution in the coordinates: values [..., N, 1] at points [..., N, d] to [..., N, d].
 *
 * The sum over rows is differentiated: right for networks whose output for a row depends on that row alone.
 */
export function slopes(values: Node, points: Node): Node {
  return differentiate(values, [points])[0] as Node;
}

/** The square of a column, one number per row: [..., N, 1] to [..., N]. */
export function squared(column: Node): Node {
  return flat(mul(column, column));
}

/** [..., N, 1] to [..., N]. */
export function flat(column: Node): Node {
  return reshape(column, column.shape.slice(0, -1));
}
