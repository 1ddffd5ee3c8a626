/** Widths that venues print figures at, and lengths as people write them. */

const mmPerInch = 25.4;
/** Of TeX, in which classes give their sizes: 72.27 to the inch. */
const mmPerTexPoint = mmPerInch / 72.27;

export interface FigureWidth {
  /** As the command line takes it. */
  readonly name: string;
  readonly title: string;
  readonly widthMm: number;
  readonly source: string;
}

const inches = (count: number) => Math.round(count * mmPerInch * 100) / 100;
const texPoints = (count: number) => Math.round(count * mmPerTexPoint * 100) / 100;

/** Widths in millimetres, rounded to a hundredth, each with where it is said. */
export const figureWidths: readonly FigureWidth[] = [
  {
    name: 'neurips',
    title: 'NeurIPS, text',
    widthMm: inches(5.5),
    source: 'neurips style file: text 5.5 in',
  },
  {
    name: 'iclr',
    title: 'ICLR, text',
    widthMm: inches(5.5),
    source: 'iclr style file: text 5.5 in',
  },
  {
    name: 'icml-single',
    title: 'ICML, column',
    widthMm: inches(3.25),
    source: 'icml style file: columns 3.25 in',
  },
  {
    name: 'icml-double',
    title: 'ICML, both columns',
    widthMm: inches(6.75),
    source: 'icml style file: text 6.75 in',
  },
  {
    name: 'jmlr',
    title: 'JMLR, text',
    widthMm: inches(6),
    source: 'jmlr2e style file: text 6 in',
  },
  {
    name: 'ieee-single',
    title: 'IEEE, column',
    widthMm: inches(3.5),
    source: 'IEEE Author Center, graphics: one column 3.5 in',
  },
  {
    name: 'ieee-double',
    title: 'IEEE, both columns',
    widthMm: inches(7.16),
    source: 'IEEE Author Center, graphics: two columns 7.16 in',
  },
  {
    name: 'nature-single',
    title: 'Nature, column',
    widthMm: 89,
    source: 'Nature, guide to figures: one column 89 mm',
  },
  {
    name: 'nature-double',
    title: 'Nature, both columns',
    widthMm: 183,
    source: 'Nature, guide to figures: two columns 183 mm',
  },
  {
    name: 'acm-single',
    title: 'ACM, column',
    widthMm: texPoints(241.147),
    source: 'acmart class, sigconf: columns 241.147 pt',
  },
  {
    name: 'acm-double',
    title: 'ACM, both columns',
    widthMm: texPoints(506.295),
    source: 'acmart class, sigconf: text 506.295 pt',
  },
  {
    name: 'aps-single',
    title: 'APS, column',
    widthMm: 86,
    source: 'Physical Review, information for contributors: one column 8.6 cm',
  },
  {
    name: 'aps-double',
    title: 'APS, both columns',
    widthMm: 178,
    source: 'Physical Review, information for contributors: two columns 17.8 cm',
  },
  {
    name: 'elsevier-single',
    title: 'Elsevier, column',
    widthMm: 90,
    source: 'Elsevier artwork sizing: single column 90 mm',
  },
  {
    name: 'elsevier-middle',
    title: 'Elsevier, column and a half',
    widthMm: 140,
    source: 'Elsevier artwork sizing: 1.5 columns 140 mm',
  },
  {
    name: 'elsevier-double',
    title: 'Elsevier, both columns',
    widthMm: 190,
    source: 'Elsevier artwork sizing: double column 190 mm',
  },
];

/** The width of a venue by its name. */
export function findWidth(name: string): FigureWidth | undefined {
  return figureWidths.find((width) => width.name === name);
}

const perUnit: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: mmPerInch };

/**
 * A length as people write it: `85`, `85mm`, `8.5 cm`, `3.25in`; without a unit in millimetres.
 * @returns millimetres, rounded to a thousandth; null for what is no length above 0
 */
export function parseLength(text: string): number | null {
  const [, number = '', unit = 'mm'] =
    /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(mm|cm|in)?\s*$/.exec(text) ?? [];
  const millimetres = Math.round(Number(number) * (perUnit[unit] as number) * 1000) / 1000;
  return number !== '' && millimetres > 0 ? millimetres : null;
}
