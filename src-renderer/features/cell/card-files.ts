/** The files that a card of the cell gives to save: its picture and its numbers. */
import { csvTable } from '#shared/domain/csv';
import { pictureOfSvg, pictureSvg, type ChartPicture } from '../../charts/chart-picture';
import { lineColours, linesOfMap, type ChartStyle } from '../../charts/chart-style';
import { colourTokens, fontFamily } from '../../ui/tokens';
import type { SavedFile } from '../../workspace/save-file';
import type { DrawnTable } from '../../workspace/measured/drawn-table';

export type CardFormat = 'svg' | 'png' | 'csv';

/** What a card draws and the numbers behind it. */
export interface CardContent {
  /** Begins the name of the file. */
  readonly name: string;
  /** With the style of a white page; null where there is nothing to draw. */
  readonly picture: ((style: ChartStyle) => ChartPicture | null) | null;
  /** Pixels of the chart's height beside a width of `pictureWidth`. */
  readonly height: number;
  readonly table: () => DrawnTable;
}

/** Pictures are for white pages. */
export const pageStyle: ChartStyle = {
  ...colourTokens.light,
  fontFamily,
  lines: lineColours.light,
  linesOfMap: linesOfMap.light,
};

export const pictureWidth = 640;
/** 640 pixels on 3.2 inches at 600 dots an inch. */
const pixelRatio = 3;

/** One file of a card; null where it has none of that kind. @throws as `pictureOfSvg` */
export async function cardFile(
  { height, name, picture, table }: CardContent,
  format: CardFormat,
): Promise<SavedFile | null> {
  const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${format}`;
  if (format === 'csv') {
    const { columns, rows } = table();
    return { name: file, type: 'text/csv', content: csvTable(columns, rows) };
  }
  const drawn = picture?.(pageStyle) ?? null;
  if (drawn === null) return null;
  const svg = await pictureSvg(drawn, { width: pictureWidth, height }, pageStyle);
  return format === 'svg'
    ? { name: file, type: 'image/svg+xml', content: svg }
    : { name: file, type: 'image/png', content: await pictureOfSvg(svg, pixelRatio) };
}
