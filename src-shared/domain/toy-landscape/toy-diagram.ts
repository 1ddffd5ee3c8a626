/** The phase diagram of the toy landscape: a pair of trajectories for each position of both sliders. */
import { phaseNames, type Phase } from '../phases';
import { toyPair, type ToyPairOptions } from './toy-pair';

export interface ToyDiagramOptions extends Omit<ToyPairOptions, 'normals'> {
  /** Heights of the ripples, along x. */
  readonly loads: readonly number[];
  /** Along y. */
  readonly temperatures: readonly number[];
  readonly frequency: number;
  /** Pairs a cell. */
  readonly pairs: number;
  /** Standard normal numbers of trajectory 0 or 1 of a pair: the same ones in every cell, so that cells differ by their sliders alone. */
  readonly normals: (pair: number, trajectory: 0 | 1) => () => number;
}

export interface ToyCell {
  readonly load: number;
  readonly temperature: number;
  /** The phase that most pairs fall in; of equally many the first in the order of phases. */
  readonly phase: Phase;
  /** Part of the pairs in it. */
  readonly agreement: number;
  /** Means over the pairs. */
  readonly loss: number;
  readonly curvature: number;
  readonly barrier: number;
  readonly distance: number;
}

/** Cells row by row: temperatures.length rows of loads.length. Deterministic for given `normals`. Never throws. */
export function toyDiagram(options: ToyDiagramOptions): ToyCell[] {
  const { loads, temperatures } = options;
  return temperatures.flatMap((temperature) =>
    loads.map((load) => toyCell(options, load, temperature)),
  );
}

function toyCell(
  {
    frequency,
    pairs: count,
    normals,
    loads: _loads,
    temperatures: _rows,
    ...options
  }: ToyDiagramOptions,
  load: number,
  temperature: number,
): ToyCell {
  const pairs = Array.from({ length: count }, (_, pair) =>
    toyPair(
      { ruggedness: load, frequency, temperature },
      { ...options, normals: (trajectory) => normals(pair, trajectory) },
    ),
  );
  const counts = phaseNames.map((name) => pairs.filter(({ phase }) => phase === name).length);
  const most = Math.max(...counts);
  const mean = (of: 'loss' | 'curvature' | 'barrier' | 'distance') =>
    pairs.reduce((sum, pair) => sum + pair[of], 0) / count;
  return {
    load,
    temperature,
    phase: phaseNames[counts.indexOf(most)] ?? 'undecided',
    agreement: most / count,
    loss: mean('loss'),
    curvature: mean('curvature'),
    barrier: mean('barrier'),
    distance: mean('distance'),
  };
}
