/**
 * The phase diagram as numbers: what the panels on the screen and the exported figure both draw.
 * Axes and edges are in units of the plot (0 left or bottom, 1 right or top), so a chart only scales and paints.
 */
import { estimateOf, phaseOfCell } from './cell-phase';
import type { ColourMap } from './colour-maps';
import { absentAxis, axisTitle, layOutAxis, type DiagramAxis } from './diagram-axis';
import {
  phaseBoundaries,
  phaseRegions,
  type PhaseBoundary,
  type PhaseRegion,
} from './diagram-regions';
import { whyMissing } from './missing-values';
import { hasProblemResults, isRelativeError, scalarIn } from './problem-scalars';
import { defaultThresholds, type Phase, type PhaseLabel, type PhaseThresholds } from './phases';
import type { CellMetric, CellResult, CellsResult } from './results';
import { scalarDefinitions, type ScalarDefinition } from './scalars';
import type { Scalar } from './spec';

export const diagramStatistics = [
  'mean',
  'median',
  'lowerQuartile',
  'upperQuartile',
  'sd',
  'se',
  'n',
] as const;
export type DiagramStatistic = (typeof diagramStatistics)[number];

const levels: readonly DiagramStatistic[] = ['mean', 'median', 'lowerQuartile', 'upperQuartile'];

/** Whether a statistic is a level of the values, in their unit and on their scale, and not their spread or count. */
export function isLevel(statistic: DiagramStatistic): boolean {
  return levels.includes(statistic);
}

/** As titles print them. */
const statisticTitles: Readonly<Record<DiagramStatistic, string>> = {
  mean: 'mean',
  median: 'median',
  lowerQuartile: 'lower quartile',
  upperQuartile: 'upper quartile',
  sd: 'sd',
  se: 'standard error',
  n: 'n',
};

/** What a title says of a statistic: nothing of a mean. */
export function statisticNotes(statistic: DiagramStatistic): readonly string[] {
  return statistic === 'mean' ? [] : [statisticTitles[statistic]];
}

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

export interface DiagramOptions {
  readonly statistic?: DiagramStatistic;
  readonly thresholds?: PhaseThresholds;
  /** Scalars to draw; by default the paper's panels, without those that no cell has. */
  readonly metrics?: readonly string[];
  /** Position in the values of each axis that is neither x nor y, by path; 0 where not given. */
  readonly slice?: Readonly<Record<string, number>>;
  /** Fixed colour ranges by scalar, in drawn units, in place of the data's own. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
}

/** A column and row of the grid; `result` is null where the results have no such cell. */
export interface DiagramCell {
  readonly column: number;
  readonly row: number;
  readonly result: CellResult | null;
  readonly phase: Phase;
  readonly phaseReason: string;
}

/** One number of one cell, ready to be drawn. */
export interface PanelCell {
  /** In the panel's drawn scale (natural log where `scale` is log); null where there is nothing to draw. */
  readonly value: number | null;
  /** Standard error of `value` in the drawn scale, to first order; null over fewer than two values, and for all but means. */
  readonly error: number | null;
  /** Position on the colour map, 0..1, reversal included; null with `value`. */
  readonly t: number | null;
  /** `missing`: not measured, not defined, or not there yet; `diverged`: training ended without finite weights. */
  readonly state: 'present' | 'missing' | 'diverged';
  /** Why there is no value to draw, or why some of the values behind it are missing; null when all is there. */
  readonly reason: string | null;
  /** Plain mean, sample standard deviation, quartiles and count over seeds or pairs. */
  readonly mean: number | null;
  readonly sd: number | null;
  readonly quartiles: readonly [number, number] | null;
  readonly n: number;
  readonly over: CellMetric['over'] | null;
}

export interface DiagramPanel {
  readonly scalar: ScalarDefinition;
  readonly statistic: DiagramStatistic;
  /** As printed above the panel: `Hessian trace (ln)`, `Test accuracy (sd)`. */
  readonly title: string;
  readonly unit: string;
  /** Scale of the drawn values: `log` means natural log of the statistic. */
  readonly scale: 'linear' | 'log';
  readonly colourMap: ColourMap;
  /** Small values get the light end of the map. */
  readonly reversed: boolean;
  /** Drawn values at the ends of the colour bar; symmetric around 0 for the diverging map; null without any value. */
  readonly range: readonly [number, number] | null;
  /** Parallel to the diagram's cells. */
  readonly cells: readonly PanelCell[];
}

export interface Diagram {
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
  /** Axes beyond the two drawn, each held at one value. */
  readonly slices: readonly {
    readonly path: string;
    readonly title: string;
    readonly values: readonly Scalar[];
    readonly position: number;
  }[];
  /** Row-major from the bottom row: `cells[row * x.positions.length + column]`. */
  readonly cells: readonly DiagramCell[];
  readonly panels: readonly DiagramPanel[];
  readonly boundaries: readonly PhaseBoundary[];
  /** Connected regions; those of phase `undecided` are for shading, not for a label. */
  readonly regions: readonly PhaseRegion[];
  readonly undecidedCount: number;
  readonly thresholds: PhaseThresholds;
  /** Whether relative errors take the place of accuracies. */
  readonly isOfProblems: boolean;
}

/**
 * Lays out the results of an experiment as a phase diagram.
 *
 * x is the axis of role load, y that of role temperature; axes of other roles fill what is free, further ones are slices.
 * Phases are labelled anew with the thresholds given, so that a figure never mixes two sets of thresholds.
 * Never throws: fewer than two axes, missing cells and missing numbers all have a place in the model.
 */
export function buildDiagram(results: CellsResult, options: DiagramOptions = {}): Diagram {
  const { statistic = 'mean', thresholds = defaultThresholds, slice = {}, ranges = {} } = options;
  const isOfProblems = hasProblemResults(results.cells);
  const { x, y, rest } = chooseAxes(results.axes);
  const slices = rest.map((axis) => ({
    path: axis.path,
    title: axisTitle(axis.path),
    values: axis.values,
    position: Math.min(Math.max(0, slice[axis.path] ?? 0), axis.values.length - 1),
  }));
  const held = slices.map(({ path, values, position }) => [path, values[position]] as const);
  const byPlace = new Map(
    results.cells
      .filter((cell) => held.every(([path, value]) => cell.axes[path] === value))
      .map((cell) => [placeKey(cell.axes[x.path], cell.axes[y.path]), cell]),
  );
  const cells = y.positions.flatMap((_, row) =>
    x.positions.map((_, column): DiagramCell => {
      const result = byPlace.get(placeKey(x.values[column], y.values[row])) ?? null;
      const label = result ? phaseOfCell(result, thresholds) : noCell;
      return { column, row, result, phase: label.phase, phaseReason: label.reason };
    }),
  );
  const grid = { x, y, phases: cells.map((cell) => cell.phase) };
  return {
    x,
    y,
    slices,
    cells,
    panels: (options.metrics ?? measuredPanels(results)).flatMap((name) => {
      const scalar = scalarIn(name, isOfProblems);
      return scalar ? [buildPanel(scalar, statistic, cells, ranges[name])] : [];
    }),
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

function chooseAxes(axes: readonly ResultAxis[]): {
  x: DiagramAxis;
  y: DiagramAxis;
  rest: readonly ResultAxis[];
} {
  const load = axes.find((a) => a.role === 'load');
  const temperature = axes.find((a) => a.role === 'temperature');
  const free = axes.filter((a) => a !== load && a !== temperature);
  const horizontal = load ?? free.shift();
  const vertical = temperature ?? free.shift();
  return {
    x: horizontal ? layOutAxis(horizontal, 'horizontal') : absentAxis,
    y: vertical ? layOutAxis(vertical, 'vertical') : absentAxis,
    rest: free,
  };
}

function placeKey(x: Scalar | undefined, y: Scalar | undefined): string {
  return JSON.stringify([x ?? null, y ?? null]);
}

function buildPanel(
  scalar: ScalarDefinition,
  statistic: DiagramStatistic,
  cells: readonly DiagramCell[],
  fixedRange: readonly [number, number] | undefined,
): DiagramPanel {
  const ofLevel = isLevel(statistic);
  const scale = ofLevel ? scalar.scale : 'linear';
  const colour = ofLevel ? scalar.colour : 'sequential';
  const reversed = colour === 'sequential-reversed';
  const drawn = cells.map((cell) => {
    const metric = cell.result?.metrics[scalar.name];
    return { cell, metric, value: drawnValue(metric, statistic, scale) };
  });
  const values = drawn.flatMap(({ value }) => (value === null ? [] : [value]));
  const range =
    values.length === 0 ? null : (fixedRange ?? rangeOf(values, colour === 'diverging'));
  return {
    scalar,
    statistic,
    title: panelTitle(scalar, statistic),
    unit: statistic === 'n' ? '' : scale === 'log' ? '' : scalar.unit,
    scale,
    colourMap: colour === 'diverging' ? 'diverging' : 'cividis',
    reversed,
    range,
    cells: drawn.map(({ cell, metric, value }) => ({
      value,
      error: statistic === 'mean' && value !== null ? drawnError(metric, scale) : null,
      t: value === null || range === null ? null : mapPosition(value, range, reversed),
      state: value !== null ? 'present' : (cell.result?.diverged ?? 0) > 0 ? 'diverged' : 'missing',
      reason: value === null ? whyNotDrawn(metric, statistic) : whyMissing(metric),
      mean: metric?.mean ?? null,
      sd: metric?.sd ?? null,
      quartiles: quartilesOf(metric),
      n: metric?.n ?? 0,
      over: metric?.over ?? null,
    })),
  };
}

function drawnValue(
  metric: CellMetric | undefined,
  statistic: DiagramStatistic,
  scale: 'linear' | 'log',
): number | null {
  if (metric === undefined) return null;
  const value = metric[statistic];
  if (value === null || !Number.isFinite(value)) return null;
  if (scale === 'linear') return value;
  return value > 0 ? Math.log(value) : null;
}

/** Why a statistic cannot be drawn: its values are missing, too few, or without a logarithm. */
function whyNotDrawn(metric: CellMetric | undefined, statistic: DiagramStatistic): string {
  if (metric === undefined || metric.n === 0) return whyMissing(metric) ?? 'no finite value';
  if (statistic === 'sd' && metric.n < 2) return 'a standard deviation needs two values';
  const value = metric[statistic];
  if (statistic === 'se' && value === null)
    return metric.over === 'pairs'
      ? 'a standard error over pairs needs three seeds'
      : 'a standard error needs two values';
  return `it has no logarithm: its ${statisticTitles[statistic]} is ${Number((value ?? 0).toPrecision(3))}`;
}

function quartilesOf(metric: CellMetric | undefined): readonly [number, number] | null {
  if (!metric || metric.lowerQuartile === null || metric.upperQuartile === null) return null;
  return [metric.lowerQuartile, metric.upperQuartile];
}

/** Standard error of the mean, carried through the logarithm to first order (se / mean). */
function drawnError(metric: CellMetric | undefined, scale: 'linear' | 'log'): number | null {
  const { mean, se } = estimateOf(metric);
  if (se === null || mean === null) return null;
  if (scale === 'linear') return se;
  return mean > 0 ? se / mean : null;
}

function rangeOf(values: readonly number[], symmetric: boolean): readonly [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  if (!symmetric) return [least, most];
  const reach = Math.max(Math.abs(least), Math.abs(most));
  return [-reach, reach];
}

function mapPosition(
  value: number,
  [low, high]: readonly [number, number],
  reversed: boolean,
): number {
  const u = high === low ? 0.5 : Math.min(1, Math.max(0, (value - low) / (high - low)));
  return reversed ? 1 - u : u;
}

function panelTitle(scalar: ScalarDefinition, statistic: DiagramStatistic): string {
  const logarithmic = scalar.scale === 'log' && isLevel(statistic);
  const notes = [...(logarithmic ? ['ln'] : []), ...statisticNotes(statistic)];
  return notes.length === 0 ? scalar.title : `${scalar.title} (${notes.join(', ')})`;
}
