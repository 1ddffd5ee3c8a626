/** A two-dimensional slice: the loss on a grid of a plane in the space of weights. */
import type { FieldMeasurement, MeasurementFacts, Subject } from '#shared/domain/measurement';
import type { CellContext, ModelWeights } from './context';
import { planeFacts, type Direction } from './directions/direction';
import { describeStatistics, describeSamples } from './slice-words';
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

/**
 * The fields `NAME-loss` and `NAME-error` of a plane, with the lengths of its directions and their cosine as facts.
 * @param facts - what else is known of the directions
 */
export function planeFields(
  context: CellContext,
  { name, subject, plane, grid, values, options, facts = {} }: DescribedPlane,
): FieldMeasurement[] {
  const about = {
    ...facts,
    ...planeFacts(plane.directions),
    ...describeStatistics(context, options.statistics),
  };
  const samples = describeSamples(context, options.samples);
  const field = (what: 'loss' | 'error'): FieldMeasurement => ({
    kind: 'field',
    name: `${name}-${what}`,
    subject,
    ...grid,
    values: values[what],
    samples,
    facts: about,
  });
  return [field('loss'), field('error')];
}

export interface DescribedPlane {
  readonly name: string;
  readonly subject: Subject;
  readonly plane: Plane;
  readonly grid: PlaneGrid;
  readonly values: SliceValues;
  readonly options: SliceOptions;
  readonly facts?: MeasurementFacts;
}
