/** A two-dimensional slice: the loss on a grid of a plane in the space of weights. */
import type { FieldMeasurement, MeasurementFacts, Subject } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from './context';
import { planeFacts, type Direction } from './directions/direction';
import { firstTrainingSamples } from './measured-samples';
import { describeStatistics } from './slice-words';
import { evaluateSlice, type SliceOptions, type SlicePoints, type SliceValues } from './slice';

/** The plane origin + x first + y second. */
export interface Plane {
  /** [P] */
  readonly origin: ArrayLike<number>;
  readonly directions: readonly [Direction, Direction];
}

/** Positions of the columns (x) and rows (y) of a grid. */
export interface PlaneGrid {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** So many positions at equal steps from -extent to extent; exactly symmetric. */
export function centredPositions(count: number, extent: number): number[] {
  return Array.from({ length: count }, (_, i) => (extent * (2 * i - (count - 1))) / (count - 1));
}

/**
 * So many positions at equal steps over given values, enlarged by a part of their extent on each side.
 * @param values - not all alike
 */
export function positionsAround(
  values: readonly number[],
  { points, margin }: { readonly points: number; readonly margin: number },
): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const start = low - margin * (high - low);
  const step = ((1 + 2 * margin) * (high - low)) / (points - 1);
  return Array.from({ length: points }, (_, i) => start + i * step);
}

/** The weights of every point of a grid, row by row. */
export function planePoints(
  { origin, directions: [u, v] }: Plane,
  { x, y }: PlaneGrid,
): SlicePoints {
  const row = new Float64Array(origin.length);
  return {
    count: x.length * y.length,
    weightsAt(index, into) {
      const column = index % x.length;
      if (column === 0) {
        const b = y[index / x.length] as number;
        for (let i = 0; i < row.length; i++) row[i] = (origin[i] as number) + b * (v[i] as number);
      }
      const a = x[column] as number;
      for (let i = 0; i < row.length; i++) into[i] = (row[i] as number) + a * (u[i] as number);
    },
  };
}

/** Loss and error on a plane, evaluated as `evaluateSlice` says. @param model - whose running statistics count */
export function evaluatePlane(
  context: CellContext,
  model: ModelWeights,
  { plane, grid }: { plane: Plane; grid: PlaneGrid },
  options: SliceOptions,
): Promise<SliceValues> {
  return evaluateSlice(context, model, planePoints(plane, grid), options);
}

interface NamedPlane {
  readonly name: string;
  readonly subject: Subject;
  readonly grid: PlaneGrid;
  readonly options: SliceOptions;
}

interface DescribedPlane extends NamedPlane {
  readonly plane: Plane;
  readonly values: SliceValues;
  readonly facts: MeasurementFacts;
}

/** The fields `NAME-loss` and `NAME-error` of a plane, with the lengths of its directions and their cosine as facts. */
export function planeFields(
  context: CellContext,
  { plane, values, facts, ...about }: DescribedPlane,
): FieldMeasurement[] {
  return fieldsOf(context, about, {
    values,
    facts: {
      ...planeFacts(plane.directions),
      ...describeStatistics(context, about.options.statistics),
      ...facts,
    },
  });
}

/** The same fields where there is no plane: null at every point, with the reason as a fact. */
export function emptyPlaneFields(
  context: CellContext,
  about: NamedPlane,
  reason: string,
): FieldMeasurement[] {
  const nothing = new Array<null>(about.grid.x.length * about.grid.y.length).fill(null);
  return fieldsOf(context, about, { values: { loss: nothing, error: nothing }, facts: { reason } });
}

function fieldsOf(
  context: CellContext,
  { name, subject, grid, options }: NamedPlane,
  { values, facts }: { values: SliceValues; facts: MeasurementFacts },
): FieldMeasurement[] {
  const samples = firstTrainingSamples(context, options.samples).words;
  return (['loss', 'error'] as const).map((what) => ({
    kind: 'field',
    name: `${name}-${what}`,
    subject,
    ...grid,
    values: values[what],
    samples,
    facts,
  }));
}
