/** How wide a text will be, without a font file: for wrapping captions and keeping labels apart. */
import type { FigureFont } from '#shared/domain/figure-page';

/** Advance widths of the printable ASCII characters of Arimo (and so Arial), in thousandths of the font size. */
const sansAdvances = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
] as const;

/** The same of Tinos (and so Times New Roman). */
const serifAdvances = [
  250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
  500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
  556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
  722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
  278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
] as const;

const advances: Readonly<Record<FigureFont, readonly number[]>> = {
  sans: sansAdvances,
  serif: serifAdvances,
};

/** For the few signs outside ASCII (minus, comparison signs): the width of most of them. */
const otherAdvance = 584;

/**
 * Width in points of `content` set in regular weight at `size` points.
 *
 * Drawings are laid out by the sans font, whose labels are as wide or wider within 3 percent (checked in tests/unit/figures/text-width.test.ts).
 */
export function textWidth(content: string, size: number, font: FigureFont = 'sans'): number {
  let thousandths = 0;
  for (const character of content)
    thousandths += advances[font][(character.codePointAt(0) ?? 0) - 32] ?? otherAdvance;
  return (thousandths * size) / 1000;
}

/** Breaks a text at spaces into lines of at most `width` points; a longer word gets a line of its own. */
export function wrapText(
  content: string,
  size: number,
  { width, font = 'sans' }: { readonly width: number; readonly font?: FigureFont },
): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of content.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && textWidth(longer, size, font) > width) {
      lines.push(current);
      current = word;
    } else {
      current = longer;
    }
  }
  return current === '' ? lines : [...lines, current];
}
