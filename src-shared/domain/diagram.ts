/**
 * The phase diagram as numbers: what the panels on the screen and the exported figure both draw.
 * Axes and edges are in units of the plot (0 left or bottom, 1 right or top), so a chart only scales and paints.
 * Three stages, so that a screen does again only what has changed: the grid, its panels, the phases by the thresholds.
 */
import { phaseOfCell } from './cell-phase';
import type { SequentialMap } from './colour-maps';
import { absentAxis, axisTitle, layOutAxis, type AxisLook, type DiagramAxis } from './diagram-axis';
import {
  phaseBoundaries,
  phaseRegions,
  type PhaseBoundary,
  type PhaseRegion,
} from './diagram-regions';
import {
  buildPanels,
  type DiagramPanel,
  type FixedRange,
  type PanelCells,
  type SharedRanges,
} from './diagram-panel';
import type { DiagramStatistic } from './diagram-statistic';
import { hasProblemResults, isRelativeError, scalarIn } from './problem-scalars';
import { defaultThresholds, type Phase, type PhaseLabel, type PhaseThresholds } from './phases';
import type { CellResult, CellsResult } from './results';
import { scalarDefinitions, type ScalarDefinition } from './scalars';
import type { Scalar } from './spec';

/** The panels of Yang et al. 2021, the large one first: test accuracy, of problems the relative error. */
export const paperPanels = [
  'testAccuracy',
  'testRelativeError',
  'trainLoss',
  'hessianTopEigenvalue',
  'hessianTrace',
  'modeConnectivity',
  'cka',
  'weightDistance',
] as const;

/** How the grid lies: by default load to the right, temperature upwards with hot at the top, scales by the values. */
export interface GridLook {
  readonly x?: AxisLook;
  readonly y?: AxisLook;
  /** Load upwards and temperature to the right. */
  readonly swapped?: boolean;
}

export interface GridOptions {
  /** Position in the values of each axis that is neither x nor y, by path; 0 where not given. */
  readonly slice?: Readonly<Record<string, number>>;
  readonly look?: GridLook;
}

export interface DiagramOptions extends GridOptions {
  readonly statistic?: DiagramStatistic;
  readonly thresholds?: PhaseThresholds;
  /** Scalars to draw; by default the paper's panels, without those that no cell has. */
  readonly metrics?: readonly string[];
  readonly ranges?: Readonly<Record<string, FixedRange>>;
  readonly shared?: SharedRanges;
  /** The colour map of sequential panels. */
  readonly sequential?: SequentialMap;
}

/** The cells at their places. */
export interface DiagramGrid {
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
  /** Axes beyond the two drawn, each held at one value. */
  readonly slices: readonly {
    readonly path: string;
    readonly title: string;
    readonly values: readonly Scalar[];
    readonly position: number;
  }[];
  /** Row-major from the bottom row: `results[row * x.positions.length + column]`; null where the results have no such cell. */
  readonly results: readonly (CellResult | null)[];
  /** Those of every slice. */
  readonly all: readonly CellResult[];
  /** Whether relative errors take the place of accuracies. */
  readonly isOfProblems: boolean;
}

/** A column and row of the grid; `result` is null where the results have no such cell. */
export interface DiagramCell {
  readonly column: number;
  readonly row: number;
  readonly result: CellResult | null;
  readonly phase: Phase;
  readonly phaseReason: string;
}

export interface Diagram extends Omit<DiagramGrid, 'results' | 'all'> {
  /** In the order of the grid's results. */
  readonly cells: readonly DiagramCell[];
  readonly panels: readonly DiagramPanel[];
  readonly boundaries: readonly PhaseBoundary[];
  /** Connected regions; those of phase `undecided` are for shading, not for a label. */
  readonly regions: readonly PhaseRegion[];
  readonly undecidedCount: number;
  readonly thresholds: PhaseThresholds;
}

/**
 * Lays out the results of an experiment as a phase diagram.
 *
 * x is the axis of role load, y that of role temperature; axes of other roles fill what is free, further ones are slices.
 * Phases are labelled anew with the thresholds given, so that a figure never mixes two sets of thresholds.
 * Never throws: fewer than two axes, missing cells and missing numbers all have a place in the model.
 */
export function buildDiagram(results: CellsResult, options: DiagramOptions = {}): Diagram {
  const { statistic = 'mean', thresholds = defaultThresholds } = options;
  const grid = placeCells(results, options);
  const names = options.metrics ?? measuredPanels(results);
  return labelDiagram(grid, panelsOf(grid, names, { ...options, statistic }), thresholds);
}

/** The first stage: axes, and every cell at its place. Never throws. */
export function placeCells(
  { axes, cells }: CellsResult,
  { slice = {}, look = {} }: GridOptions = {},
): DiagramGrid {
  const { x, y, rest } = chooseAxes(axes, look);
  const slices = rest.map((axis) => ({
    path: axis.path,
    title: axisTitle(axis.path),
    values: axis.values,
    position: Math.min(Math.max(0, slice[axis.path] ?? 0), axis.values.length - 1),
  }));
  const held = slices.map(({ path, values, position }) => [path, values[position]] as const);
  const byPlace = new Map(
    cells
      .filter((cell) => held.every(([path, value]) => cell.axes[path] === value))
      .map((cell) => [placeKey(cell.axes[x.path], cell.axes[y.path]), cell]),
  );
  const results = y.positions.flatMap((_, row) =>
    x.positions.map((_, column) => byPlace.get(placeKey(x.values[column], y.values[row])) ?? null),
  );
  return { x, y, slices, results, all: cells, isOfProblems: hasProblemResults(cells) };
}

/** The second stage: what is drawn of the named scalars; names that are none are left out. Never throws. */
export function panelsOf(
  { results, all, isOfProblems }: DiagramGrid,
  names: readonly string[],
  options: Pick<DiagramOptions, 'ranges' | 'shared' | 'sequential'> & {
    readonly statistic: DiagramStatistic;
  },
): readonly DiagramPanel[] {
  const scalars = names.flatMap((name) => scalarIn(name, isOfProblems) ?? []);
  const cells: PanelCells = { drawn: results, all };
  return buildPanels(scalars, cells, options);
}

/** The third stage: the phase of each cell, regions and boundaries. Never throws. */
export function labelDiagram(
  { results, x, y, slices, isOfProblems }: DiagramGrid,
  panels: readonly DiagramPanel[],
  thresholds: PhaseThresholds,
): Diagram {
  const columns = x.positions.length;
  const cells = results.map((result, position): DiagramCell => {
    const { phase, reason } = result ? phaseOfCell(result, thresholds) : noCell;
    const row = Math.floor(position / columns);
    return { column: position % columns, row, result, phase, phaseReason: reason };
  });
  const grid = { x, y, phases: cells.map((cell) => cell.phase) };
  return {
    x,
    y,
    slices,
    cells,
    panels,
    boundaries: phaseBoundaries(grid),
    regions: phaseRegions(grid),
    undecidedCount: cells.filter((cell) => cell.phase === 'undecided').length,
    thresholds,
    isOfProblems,
  };
}

const noCell: PhaseLabel = { phase: 'undecided', reason: 'the results have no such cell' };

/** The paper's panels that some cell has a number for; all of them while nothing is measured. */
export function measuredPanels(results: CellsResult): readonly string[] {
  const scalars = scalarsIn(results);
  const present = paperPanels.filter((name) => scalars.has(name));
  return present.length === 0 ? paperPanels.filter((name) => !isRelativeError(name)) : present;
}

/** Every scalar that the experiment measures, in the order of the registry: what can be drawn. Never throws. */
export function measuredScalars(results: CellsResult): readonly ScalarDefinition[] {
  const isOfProblems = hasProblemResults(results.cells);
  const scalars = scalarsIn(results);
  return scalarDefinitions.flatMap(({ name }) => {
    const scalar = scalars.has(name) ? scalarIn(name, isOfProblems) : undefined;
    return scalar ? [scalar] : [];
  });
}

/** Names of the scalars that an experiment has or will have. */
export function scalarsIn({ cells, scalars }: CellsResult): ReadonlySet<string> {
  return new Set(scalars ?? cells.flatMap(({ metrics }) => Object.keys(metrics)));
}

type ResultAxis = CellsResult['axes'][number];

function chooseAxes(
  axes: readonly ResultAxis[],
  { x, y, swapped = false }: GridLook,
): {
  x: DiagramAxis;
  y: DiagramAxis;
  rest: readonly ResultAxis[];
} {
  const load = axes.find((a) => a.role === 'load');
  const temperature = axes.find((a) => a.role === 'temperature');
  const free = axes.filter((a) => a !== load && a !== temperature);
  const first = load ?? free.shift();
  const second = temperature ?? free.shift();
  const [horizontal, vertical] = swapped ? [second, first] : [first, second];
  return {
    x: horizontal ? layOutAxis(horizontal, 'horizontal', x) : absentAxis,
    y: vertical ? layOutAxis(vertical, 'vertical', y) : absentAxis,
    rest: free,
  };
}

function placeKey(x: Scalar | undefined, y: Scalar | undefined): string {
  return JSON.stringify([x ?? null, y ?? null]);
}
