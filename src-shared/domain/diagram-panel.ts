/** One panel of a diagram: a statistic of one scalar over the grid, each value with its place on a colour map. */
import { estimateOf } from './cell-phase';
import type { ColourMap, SequentialMap } from './colour-maps';
import {
  isLevel,
  statisticNotes,
  statisticWords,
  type DiagramStatistic,
} from './diagram-statistic';
import { hasNumber, whyMissing } from './missing-values';
import type { CellMetric, CellResult } from './results';
import type { ScalarDefinition } from './scalars';

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
  /** Null where there is a mean of nobody knows how many values. */
  readonly n: number | null;
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

/** An end of a colour range that is fixed, in drawn units; null where the data decides. */
export type FixedRange = readonly [low: number | null, high: number | null];

/** Which panels and slices have one colour range together. */
export interface SharedRanges {
  /** Panels of one unit, drawn on one scale: test and train loss, say. Scalars without a unit share between train and test only. */
  readonly units?: boolean;
  /** All values of the axes beyond the two drawn, so that colours do not change with the slider. */
  readonly slices?: boolean;
}

export interface PanelOptions {
  readonly statistic: DiagramStatistic;
  /** Fixed ends of colour ranges by scalar, in drawn units, in place of the data's own; ends in the wrong order are left out. */
  readonly ranges?: Readonly<Record<string, FixedRange>>;
  readonly shared?: SharedRanges;
  /** The map of values that run from little to much; cividis by default. */
  readonly sequential?: SequentialMap;
}

/** The cells that panels are of: those drawn (null where the results have no such cell), and those of all slices. */
export interface PanelCells {
  readonly drawn: readonly (CellResult | null)[];
  readonly all: readonly CellResult[];
}

/**
 * The panels of some scalars over the same cells.
 *
 * Colour ranges run from the least to the largest value drawn, around 0 for diverging scalars; shared ones over the values of all panels or
 * slices that share; then fixed ends take their place. Never throws.
 */
export function buildPanels(
  scalars: readonly ScalarDefinition[],
  cells: PanelCells,
  options: PanelOptions,
): readonly DiagramPanel[] {
  const { statistic, shared = {}, ranges = {}, sequential = 'cividis' } = options;
  const drafts = scalars.map((scalar) => {
    const look = lookOf(scalar, statistic);
    const value = (cell: CellResult | null) =>
      drawnValue(cell?.metrics[scalar.name], statistic, look.scale);
    const values = cells.drawn.map(value);
    const ranged = shared.slices === true ? cells.all.map(value) : values;
    return { scalar, look, values, own: spanOf(ranged) };
  });
  return drafts.map((draft) => {
    const group =
      shared.units === true
        ? drafts.filter((other) => rangeGroup(other) === rangeGroup(draft))
        : [draft];
    const own = spanOf(group.flatMap(({ own }) => own ?? []));
    const hasValue = draft.values.some((value) => value !== null);
    const centred = own !== null && draft.look.colour === 'diverging' ? aroundZero(own) : own;
    const range =
      hasValue && centred !== null ? withFixedEnds(centred, ranges[draft.scalar.name]) : null;
    return buildPanel(draft, { statistic, range, sequential, cells: cells.drawn });
  });
}

interface PanelLook {
  readonly scale: 'linear' | 'log';
  readonly colour: ScalarDefinition['colour'];
}

/** A spread or a count is drawn as it is. */
function lookOf(scalar: ScalarDefinition, statistic: DiagramStatistic): PanelLook {
  return isLevel(statistic)
    ? { scale: scalar.scale, colour: scalar.colour }
    : { scale: 'linear', colour: 'sequential' };
}

interface PanelDraft {
  readonly scalar: ScalarDefinition;
  readonly look: PanelLook;
  readonly values: readonly (number | null)[];
  readonly own: readonly [number, number] | null;
}

/** Panels with the same text here share their range. */
function rangeGroup({ scalar, look }: PanelDraft): string {
  const quantity = scalar.unit === '' ? scalar.name.replace(/^(train|test)/, '') : scalar.unit;
  return `${quantity} ${look.scale}`;
}

function buildPanel(
  { scalar, look, values }: PanelDraft,
  {
    statistic,
    range,
    sequential,
    cells,
  }: {
    readonly statistic: DiagramStatistic;
    readonly sequential: SequentialMap;
    readonly range: readonly [number, number] | null;
    readonly cells: readonly (CellResult | null)[];
  },
): DiagramPanel {
  const { scale, colour } = look;
  const reversed = colour === 'sequential-reversed';
  return {
    scalar,
    statistic,
    title: panelTitle(scalar, statistic),
    unit: statistic === 'n' ? '' : scale === 'log' ? '' : scalar.unit,
    scale,
    colourMap: colour === 'diverging' ? 'diverging' : sequential,
    reversed,
    range,
    cells: cells.map((cell, i): PanelCell => {
      const metric = cell?.metrics[scalar.name];
      const value = values[i] ?? null;
      return {
        value,
        error: statistic === 'mean' && value !== null ? drawnError(metric, scale) : null,
        t: value === null || range === null ? null : mapPosition(value, range, reversed),
        state: value !== null ? 'present' : (cell?.diverged ?? 0) > 0 ? 'diverged' : 'missing',
        reason: value === null ? whyNotDrawn(metric, statistic) : whyMissing(metric),
        mean: metric?.mean ?? null,
        sd: metric?.sd ?? null,
        quartiles: quartilesOf(metric),
        n: metric ? metric.n : 0,
        over: metric?.over ?? null,
      };
    }),
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
  if (metric === undefined || !hasNumber(metric)) return whyMissing(metric) ?? 'no finite value';
  const value = metric[statistic];
  if (value === null && metric.isImported) return whyUnknown(metric, statistic);
  if (statistic === 'sd' && metric.n === 1) return 'a standard deviation needs two values';
  if (statistic === 'se' && value === null)
    return metric.over === 'pairs'
      ? 'a standard error over pairs needs three seeds'
      : 'a standard error needs two values';
  return `it has no logarithm: its ${statisticWords(statistic)} is ${Number((value ?? 0).toPrecision(3))}`;
}

/** What an imported table, which has no single values, leaves unknown. */
function whyUnknown({ over, sd, n }: CellMetric, statistic: DiagramStatistic): string {
  if (statistic === 'n') return 'imported: how many values it is over is not known';
  if (statistic === 'sd') return 'imported without a standard deviation';
  if (statistic !== 'se') return 'imported as a mean: its single values are not known';
  if (over === 'pairs') return 'imported: pairs share seeds, so their standard error is not known';
  if (sd === null)
    return 'imported without a standard deviation, so its standard error is not known';
  return n === 1
    ? 'a standard error needs two values'
    : 'imported without n, so its standard error is not known';
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

/** Least and largest of the values there are; null for none. */
function spanOf(values: readonly (number | null)[]): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

function aroundZero([low, high]: readonly [number, number]): readonly [number, number] {
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return [-reach, reach];
}

function withFixedEnds(
  own: readonly [number, number],
  fixed: FixedRange | undefined,
): readonly [number, number] {
  const low = fixed?.[0] ?? own[0];
  const high = fixed?.[1] ?? own[1];
  return low < high ? [low, high] : own;
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
