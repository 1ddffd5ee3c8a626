/**
 * The room that a drawing has. Drawings are laid out for text of `textSize` units; another font size is the same drawing on a sheet of other
 * proportions, scaled as a whole, so that room for labels grows and shrinks with them.
 */
import { panelLetter, usualPage, type FigurePage } from '#shared/domain/figure-page';
import { PhasescapeError } from '#shared/errors';
import { textSize } from './svg';

/** All lengths in units of the drawing. */
export interface Sheet {
  /** Width of a figure of one plot. */
  readonly single: number;
  /** Width of a figure of several. */
  readonly double: number;
  /** What title and caption leave of a fixed height; null where the height is free. */
  readonly height: number | null;
  /** The height asked for, in millimetres, and how many of them a unit takes: for words. */
  readonly asked: { readonly height: number; readonly unit: number };
  /** The letter of a panel as it is printed; empty where letters are not wanted. */
  readonly letter: (position: number) => string;
}

/** Columns of common venues in millimetres, for figures that ask for no width of their own. */
const usualWidths = { single: 85, double: 180 } as const;
const pointsPerMm = 72 / 25.4;

/** Points that a unit of the drawing takes on the page. */
export function unitOf({ fontSize = usualPage.fontSize }: FigurePage): number {
  return fontSize / textSize;
}

/** Units of a length on the page. @param length - in millimetres */
export function inUnits(length: number, page: FigurePage): number {
  return (length * pointsPerMm) / unitOf(page);
}

/** @param height - units left for the drawing; null for as many as it needs */
export function sheetOf(page: FigurePage, height: number | null = null): Sheet {
  return {
    single: inUnits(page.width ?? usualWidths.single, page),
    double: inUnits(page.width ?? usualWidths.double, page),
    height,
    asked: { height: page.height ?? 0, unit: unitOf(page) / pointsPerMm },
    letter: (position) => panelLetter(page.letters ?? usualPage.letters, position),
  };
}

/** A plot that is lower than this shows nothing. */
export const leastPlotHeight = 24;

/**
 * Height of each of the plots below each other.
 *
 * @param usual - where the height is free
 * @param around - what ticks, titles and legends take besides the plots
 * @throws PhasescapeError `invalid-input` naming the least height, where the one asked for is too low
 */
export function plotHeight(
  { height, asked }: Sheet,
  { usual, around, plots = 1 }: { usual: number; around: number; plots?: number },
): number {
  if (height === null) return usual;
  const own = (height - around) / plots;
  if (own >= leastPlotHeight) return own;
  const least = Math.ceil(asked.height + (leastPlotHeight - own) * plots * asked.unit);
  throw new PhasescapeError(
    'invalid-input',
    `figure: page height must be at least ${least} mm here, got ${asked.height} mm; make it higher, leave the caption out, or leave it free`,
  );
}
