/** The largest singular value of a weight matrix. */
import { RandomStream } from '#main/engine/random';
import { euclideanNorm } from '../vectors';

const mostRounds = 1000;
const settled = 1e-10;

/**
 * ||A||_2 = max ||A v|| / ||v|| of a matrix [rows, columns], row-major, by power iteration on A'A from a fixed random vector.
 *
 * Ends when the value changes by less than 1e-10 of it, or after 1000 rounds: never above the true value, and little below it, since
 * the value settles twice as fast as the vector. 0 for a matrix of zeros; NaN where an entry is. Never throws.
 * Cost: two products with A a round. Checked in tests/unit/metrics/weight-norms.test.ts
 */
export function spectralNorm(
  matrix: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
): number {
  const stream = new RandomStream(0, 'lanczos-start');
  let v = unit(Float64Array.from({ length: columns }, () => stream.normal()));
  let value = 0;
  for (let round = 0; round < mostRounds; round++) {
    const w = new Float64Array(columns);
    let squares = 0;
    for (let r = 0; r < rows; r++) {
      const start = r * columns;
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += (matrix[start + c] as number) * (v[c] as number);
      squares += sum * sum;
      for (let c = 0; c < columns; c++)
        w[c] = (w[c] as number) + sum * (matrix[start + c] as number);
    }
    const before = value;
    value = Math.sqrt(squares);
    if (!(Math.abs(value - before) > settled * value)) break;
    v = unit(w);
  }
  return value;
}

function unit(v: Float64Array): Float64Array {
  const length = euclideanNorm(v);
  return v.map((x) => x / length);
}
