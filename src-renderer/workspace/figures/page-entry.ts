/** The page of a figure as it is typed into the export dialog, and back. Pure. */
import {
  figurePageSchema,
  pageLimits,
  usualPage,
  type FigurePage,
} from '#shared/domain/figure-page';
import { findWidth, figureWidths, parseLength } from '#shared/domain/figure-widths';

/** What the form holds: texts as typed, names as chosen. */
export interface PageEntry {
  /** Name of a venue's width, `own`, or empty for the usual one. */
  readonly venue: string;
  readonly width: string;
  /** Empty where it is free. */
  readonly height: string;
  readonly fontSize: string;
  readonly font: NonNullable<FigurePage['font']>;
  readonly lineWeight: string;
  readonly colourMap: NonNullable<FigurePage['colourMap']>;
  readonly title: string;
  readonly hasCaption: boolean;
  readonly letters: NonNullable<FigurePage['letters']>;
  readonly dpi: string;
}

/** What is wrong with a field, under its name. */
export type PageProblems = Partial<Readonly<Record<keyof PageEntry, string>>>;

/** The form of a page. */
export function entryOfPage(page: FigurePage): PageEntry {
  const { width, height } = page;
  const venue = figureWidths.find(({ widthMm }) => widthMm === width);
  return {
    venue: width === undefined ? '' : (venue?.name ?? 'own'),
    width: width === undefined ? '' : `${width} mm`,
    height: height === undefined ? '' : `${height} mm`,
    fontSize: String(page.fontSize ?? usualPage.fontSize),
    font: page.font ?? usualPage.font,
    lineWeight: String(page.lineWeight ?? usualPage.lineWeight),
    colourMap: page.colourMap ?? usualPage.colourMap,
    title: page.title ?? '',
    hasCaption: page.caption ?? usualPage.caption,
    letters: page.letters ?? usualPage.letters,
    dpi: String(page.dpi ?? usualPage.dpi),
  };
}

/** The page of a form: what is as usual is left out. Null with the problem of every field that is wrong. */
export function pageOfEntry(entry: PageEntry): {
  readonly page: FigurePage | null;
  readonly problems: PageProblems;
} {
  const width =
    entry.venue === 'own'
      ? lengthIn(entry.width, pageLimits.widthMm)
      : { value: findWidth(entry.venue)?.widthMm };
  const height =
    entry.height.trim() === '' ? { value: undefined } : lengthIn(entry.height, pageLimits.heightMm);
  const fontSize = numberIn(entry.fontSize, pageLimits.fontSize, 'points');
  const lineWeight = numberIn(entry.lineWeight, pageLimits.lineWeight, '');
  const dpi = numberIn(entry.dpi, pageLimits.dpi, 'dots per inch', true);
  const read = { width, height, fontSize, lineWeight, dpi };
  const problems = Object.fromEntries(
    Object.entries(read).flatMap(([name, { problem }]) => (problem ? [[name, problem]] : [])),
  );
  if (Object.keys(problems).length > 0) return { page: null, problems };
  const chosen = {
    width: width.value,
    height: height.value,
    fontSize: fontSize.value,
    font: entry.font,
    lineWeight: lineWeight.value,
    colourMap: entry.colourMap,
    title: entry.title === '' ? undefined : entry.title,
    caption: entry.hasCaption,
    letters: entry.letters,
    dpi: dpi.value,
  };
  const usual: Readonly<Record<string, unknown>> = usualPage;
  const own = Object.entries(chosen).filter(
    ([name, value]) => value !== undefined && value !== usual[name],
  );
  return { page: figurePageSchema.parse(Object.fromEntries(own)), problems };
}

interface ReadField {
  readonly value?: number | undefined;
  readonly problem?: string;
}

function lengthIn(text: string, { least, most }: { least: number; most: number }): ReadField {
  const value = parseLength(text);
  if (value !== null && value >= least && value <= most) return { value };
  return { problem: `A length from ${least} to ${most} mm, as 85 mm or 3.25 in.` };
}

function numberIn(
  text: string,
  { least, most }: { least: number; most: number },
  unit: string,
  isWhole = false,
): ReadField {
  const value = Number(text);
  const isRight = text.trim() !== '' && value >= least && value <= most;
  if (isRight && (!isWhole || Number.isInteger(value))) return { value };
  const words = `${isWhole ? 'A whole number' : 'A number'} from ${least} to ${most}`;
  return { problem: unit === '' ? `${words}.` : `${words} ${unit}.` };
}
