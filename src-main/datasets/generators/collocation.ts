/** Points of a problem: those that are trained on, spread evenly or drawn, and the grid that is tested on. */
import type { ProblemSpec } from '#shared/domain/problem-spec';
import { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';

/** Numbers in [0, 1) of one training sample: inside the domain, along the initial line, along the boundary. */
interface UnitPoint {
  readonly inside: readonly number[];
  readonly initial: number;
  readonly boundary: number;
}

/** What a row is made of besides where its points lie. */
interface ProblemRows {
  /** Coordinates of a point inside. */
  readonly coordinates: number;
  /** Numbers of a row. */
  readonly columns: number;
  /** The row of a sample; `place` counts within its part. */
  readonly rowOf: (point: UnitPoint, place: number) => readonly number[];
}

/**
 * Training rows, then those of the test grid.
 *
 * `even`: point i has the coordinates frac(start + i g^-j), j = 1..d, with g the positive root of x^(d+1) = x + 1 and a uniform start
 * for each coordinate: any number of points covers the domain evenly, and so do the first ones of more. `random`: each coordinate is
 * uniform. Both draw from the stream `collocation` of the data seed. Test points are the middles (i + 1/2) / grid of equal parts of each
 * coordinate, the first slowest, so that means over them come near integrals; their initial and boundary points lie as evenly.
 * Source: Roberts 2018 (the sequence R_d). Never throws.
 */
export function problemRows(
  spec: Pick<ProblemSpec, 'points' | 'grid' | 'sampling' | 'dataSeed'>,
  { coordinates, columns, rowOf }: ProblemRows,
): Rows {
  const { points, grid } = spec;
  const testCount = grid ** coordinates;
  const inputs = new Float32Array((points + testCount) * columns);
  const draw = trainingPoints(spec, coordinates);
  for (let i = 0; i < points; i++) inputs.set(rowOf(draw(i), i), i * columns);
  for (let i = 0; i < testCount; i++) {
    const inside = Array.from({ length: coordinates }, (_, axis) => {
      const step = Math.floor(i / grid ** (coordinates - 1 - axis)) % grid;
      return (step + 0.5) / grid;
    });
    const share = (i + 0.5) / testCount;
    const row = rowOf({ inside, initial: share, boundary: share }, i);
    inputs.set(row, (points + i) * columns);
  }
  return { inputs, labels: new Int32Array(points + testCount) };
}

/** The training points in order: to be called with 0, 1, 2, ... */
function trainingPoints(
  { sampling, dataSeed }: Pick<ProblemSpec, 'sampling' | 'dataSeed'>,
  coordinates: number,
): (place: number) => UnitPoint {
  const stream = new RandomStream(dataSeed, 'collocation');
  const uniform = () => stream.uniform();
  if (sampling === 'random')
    return () => ({
      inside: Array.from({ length: coordinates }, uniform),
      initial: uniform(),
      boundary: uniform(),
    });
  const inside = recurrence(coordinates, uniform);
  const initial = recurrence(1, uniform);
  const boundary = recurrence(1, uniform);
  return (place) => ({
    inside: inside(place),
    initial: initial(place)[0] as number,
    boundary: boundary(place)[0] as number,
  });
}

function recurrence(coordinates: number, uniform: () => number): (place: number) => number[] {
  let root = 2;
  // Converges as 1 / (d + 1) to the power of the steps.
  for (let i = 0; i < 64; i++) root = (1 + root) ** (1 / (coordinates + 1));
  const steps = Array.from({ length: coordinates }, (_, j) => root ** -(j + 1));
  const starts = steps.map(uniform);
  return (place) => steps.map((step, j) => ((starts[j] as number) + place * step) % 1);
}
