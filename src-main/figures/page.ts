/** Sizes of the page and what stands below every figure. */
import { text, textSize, type Drawing } from './svg';
import { textWidth, wrapText } from './text-width';

/** Widths of the columns of common venues, in points: 85 mm and 180 mm. */
export const columnWidth = {
  single: (85 * 72) / 25.4,
  double: (180 * 72) / 25.4,
} as const;

/** Room for a panel's title above its plot. */
export const titleRoom = 13;

const captionLine = textSize * 1.25;

/** Puts a caption below a drawing, wrapped to its width. */
export function withCaption(drawing: Drawing, caption: string): Drawing {
  const lines = wrapText(caption, textSize, drawing.width - 4);
  return {
    width: drawing.width,
    height: drawing.height + lines.length * captionLine + 3,
    body: [
      ...drawing.body,
      ...lines.map((content, i) =>
        text(
          content,
          { x: 2, y: drawing.height + (i + 0.8) * captionLine },
          { colour: '#404040', width: textWidth(content, textSize) },
        ),
      ),
    ],
  };
}
