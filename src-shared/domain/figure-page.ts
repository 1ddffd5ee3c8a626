/** The page of a figure: its physical size, its type and lines, and what stands around the drawing. */
import { z } from 'zod';
import { sequentialMaps } from './colour-maps';

export const figureFonts = ['sans', 'serif'] as const;
export type FigureFont = (typeof figureFonts)[number];

/** How the panels of a figure are lettered. */
export const letterForms = ['a', '(a)', 'A', '(A)', 'none'] as const;
export type LetterForm = (typeof letterForms)[number];

/** Least and most that a page may ask for: millimetres, points, dots per inch. */
export const pageLimits = {
  widthMm: { least: 40, most: 420 },
  heightMm: { least: 20, most: 600 },
  /** Below 5 points journals refuse text; nothing in a figure is smaller than its font size. */
  fontSize: { least: 5, most: 14 },
  lineWeight: { least: 0.5, most: 4 },
  dpi: { least: 72, most: 1200 },
} as const;

const within = ({ least, most }: { readonly least: number; readonly most: number }) =>
  z.number().min(least).max(most);

export const figurePageSchema = z.strictObject({
  /** Millimetres; by default a single column for one plot and a double one for several. */
  width: within(pageLimits.widthMm).exactOptional(),
  /** Millimetres, caption included; as the drawing needs by default. */
  height: within(pageLimits.heightMm).exactOptional(),
  /** Points. */
  fontSize: within(pageLimits.fontSize).exactOptional(),
  font: z.enum(figureFonts).exactOptional(),
  /** Factor on the width of every line. */
  lineWeight: within(pageLimits.lineWeight).exactOptional(),
  /** Of values that run from little to much; those around 0 keep theirs. */
  colourMap: z.enum(sequentialMaps).exactOptional(),
  /** Printed above the drawing; none by default. */
  title: z.string().max(300).exactOptional(),
  /** Whether thresholds, counts and samples stand below the drawing; they do by default. */
  caption: z.boolean().exactOptional(),
  letters: z.enum(letterForms).exactOptional(),
  /** Dots per inch of a PNG. */
  dpi: z.int().min(pageLimits.dpi.least).max(pageLimits.dpi.most).exactOptional(),
});
export type FigurePage = Readonly<z.output<typeof figurePageSchema>>;

/** What holds where a page does not say it. */
export const usualPage = {
  fontSize: 7,
  font: 'sans',
  lineWeight: 1,
  colourMap: 'cividis',
  caption: true,
  letters: 'a',
  dpi: 300,
} as const satisfies FigurePage;

/** The letter of a panel in a form: `b`, `(b)`, `B`; empty where none is wanted. @param position - 0 for the first of at most 26 */
export function panelLetter(form: LetterForm, position: number): string {
  const letter = String.fromCharCode('a'.charCodeAt(0) + position);
  switch (form) {
    case 'a':
      return letter;
    case '(a)':
      return `(${letter})`;
    case 'A':
      return letter.toUpperCase();
    case '(A)':
      return `(${letter.toUpperCase()})`;
    case 'none':
      return '';
    default:
      return form satisfies never;
  }
}
