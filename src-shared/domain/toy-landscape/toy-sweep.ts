/** The sweep over both sliders of the toy landscape: which positions there are, and the noise of the pairs that walk in each cell. */
import { defaultToyFrequency, type ToyLandscape } from './effective-loss';
import { normalStream } from './normal-stream';
import { toyDiagram, type ToyCell } from './toy-diagram';
import { toyPair, type ToyPair } from './toy-pair';

/** A slider over the orders of magnitude between two values. */
export interface ToyScale {
  readonly least: number;
  readonly most: number;
}

export const toyLoadScale: ToyScale = { least: 0.01, most: 1 };
export const toyTemperatureScale: ToyScale = { least: 0.001, most: 1 };

/** Cells along each axis of the sweep; sliders have ten positions from each to the next. */
const cellsAlong = 20;
const positionsPerCell = 10;
/** The last position of a slider; the first is 0. */
export const toyLastPosition = positionsPerCell * (cellsAlong - 1);

/** Pairs of walkers in each cell. Odd, so that two phases which share a cell between them cannot have equally many. */
export const toyPairs = 9;

/** The value at a position of a slider, evenly spaced in its logarithm, rounded to three significant digits. */
export function toyValueAt({ least, most }: ToyScale, position: number): number {
  const value = least * (most / least) ** (position / toyLastPosition);
  return Number(value.toPrecision(3));
}

/** The position closest to a value; values beyond an end have the position of that end. */
export function toyPositionOf({ least, most }: ToyScale, value: number): number {
  const share = Math.log(value / least) / Math.log(most / least);
  return Math.min(toyLastPosition, Math.max(0, Math.round(share * toyLastPosition)));
}

const cellValues = (scale: ToyScale) =>
  Array.from({ length: cellsAlong }, (_, i) => toyValueAt(scale, positionsPerCell * i));

/** The loads of the sweep, rising. */
export const toyLoads: readonly number[] = cellValues(toyLoadScale);
/** The temperatures of the sweep, rising. */
export const toyTemperatures: readonly number[] = cellValues(toyTemperatureScale);

/** The noise of one walker of a pair: the same in every cell. */
const normals = (pair: number, trajectory: 0 | 1) => normalStream(2 * pair + trajectory + 1);

/** The landscape of two sliders. */
export function toyLandscapeAt(load: number, temperature: number): ToyLandscape {
  return { ruggedness: load, frequency: defaultToyFrequency, temperature };
}

/** One of the pairs that the sweep counts. @param pair - 0 to `toyPairs` - 1 */
export function toySweepPair(landscape: ToyLandscape, pair: number): ToyPair {
  return toyPair(landscape, { normals: (trajectory) => normals(pair, trajectory) });
}

/** The cells of one temperature of the sweep, by rising load. Cost: some 50 ms. */
export function toySweepRow(temperature: number): readonly ToyCell[] {
  return toyDiagram({
    loads: toyLoads,
    temperatures: [temperature],
    frequency: defaultToyFrequency,
    pairs: toyPairs,
    normals,
  });
}
