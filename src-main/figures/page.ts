/** What stands around every drawing: its title above, its caption below, and the height that is left between them. */
import { usualPage, type FigurePage } from '#shared/domain/figure-page';
import { inUnits, sheetOf, type Sheet } from './sheet';
import { group, text, textSize, type Drawing } from './svg';
import { textWidth, wrapText } from './text-width';

/** Room for a panel's title above its plot. */
export const titleRoom = 13;

const captionLine = textSize * 1.25;
const titleSize = textSize + 1;
const titleLine = titleSize * 1.25;
/** Bold letters are wider than those that widths are known of. */
const boldShare = 1.1;

/**
 * Draws with title and caption, as high as the page asks.
 *
 * @param draw - the drawing on a sheet; asked twice where the height is fixed, as the caption's lines depend on the width
 * @throws PhasescapeError `invalid-input` for a height that leaves too little for the plots
 */
export function layOutPage(
  page: FigurePage,
  caption: string,
  draw: (sheet: Sheet) => Drawing,
): Drawing {
  const free = draw(sheetOf(page));
  const width = free.width;
  const above = titleLines(page, width);
  const below = (page.caption ?? usualPage.caption) ? captionLines(page, caption, width) : [];
  const top = above.length === 0 ? 0 : above.length * titleLine + 3;
  const bottom = below.length === 0 ? 2 : below.length * captionLine + 3;
  const drawing =
    page.height === undefined
      ? free
      : draw(sheetOf(page, inUnits(page.height, page) - top - bottom));
  const inside =
    page.height === undefined ? drawing.height : inUnits(page.height, page) - top - bottom;
  return {
    width,
    height: top + inside + bottom,
    body: [
      ...above.map((line, i) =>
        text(line, { x: 2, y: (i + 0.85) * titleLine }, { bold: true, size: titleSize }),
      ),
      ...(top === 0 ? drawing.body : [group({ transform: `translate(0 ${top})` }, drawing.body)]),
      ...below.map((line, i) =>
        text(
          line,
          { x: 2, y: top + inside + (i + 0.8) * captionLine },
          { colour: '#404040', width: textWidth(line, textSize, page.font) },
        ),
      ),
    ],
  };
}

function titleLines({ title = '', font = usualPage.font }: FigurePage, width: number): string[] {
  return wrapText(title.trim(), titleSize * boldShare, { width: width - 4, font });
}

function captionLines(page: FigurePage, caption: string, width: number): string[] {
  return wrapText(caption, textSize, { width: width - 4, font: page.font ?? usualPage.font });
}
