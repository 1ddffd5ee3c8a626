/** Looks over a finished figure: which words lie on each other or leave the page, and how small the smallest are. */
import type { FigureFont } from '#shared/domain/figure-page';
import { textSize } from './svg';
import { textWidth } from './text-width';

/** A line of text on the page, in points from the top left: what its letters cover. */
export interface TextBox {
  readonly words: string;
  /** Font size in points. */
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Height of capitals and digits, and of what hangs below the line, as shares of the font size. */
const capital = 0.72;
const descent = 0.2;
/** Bold letters are wider than those that widths are known of. */
const boldShare = 1.08;
/** Boxes that only touch do not clash; as a share of the smaller text. */
const tolerance = 0.08;

const unescapes: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
};

/** Every line of text of a figure that `svgDocument` wrote. */
export function textBoxes(svg: string, font: FigureFont): readonly TextBox[] {
  const boxes: TextBox[] = [];
  const scale = Number(/<g transform="scale\(([\d.]+)\)"/.exec(svg)?.[1] ?? 1);
  const shifted = svg.split(/<g transform="translate\(0 ([\d.]+)\)">/);
  // With a title the drawing is one group that is moved down; the caption comes after its end.
  const down = Number(shifted[1] ?? 0);
  const captionAt = (shifted[2] ?? '').indexOf('textLength');
  for (const [part, index] of [
    [shifted[0] ?? '', 0],
    [shifted[2] ?? '', 2],
  ] as const) {
    for (const match of part.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)) {
      const attributes = match[1] ?? '';
      const isCaption = index === 2 && attributes.includes('textLength') && captionAt >= 0;
      const shift = index === 2 && !isCaption ? down : 0;
      boxes.push(boxOf(attributes, match[2] ?? '', { font, scale, shift }));
    }
  }
  return boxes;
}

function boxOf(
  attributes: string,
  escaped: string,
  { font, scale, shift }: { font: FigureFont; scale: number; shift: number },
): TextBox {
  const of = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
  const words = escaped.replaceAll(/&\w+;/g, (sign) => unescapes[sign] ?? sign);
  const size = Number(of('font-size') ?? textSize);
  const width = textWidth(words, size, font) * (of('font-weight') === undefined ? 1 : boldShare);
  const [x, y] = [Number(of('x')), Number(of('y')) + shift];
  const before = { start: 0, middle: width / 2, end: width }[of('text-anchor') ?? 'start'] ?? 0;
  // Turned to the left around its anchor: what was to the right is upwards.
  const isTurned = of('transform')?.startsWith('rotate(-90') === true;
  const box = isTurned
    ? {
        left: x - capital * size,
        right: x + descent * size,
        top: y - (width - before),
        bottom: y + before,
      }
    : {
        left: x - before,
        right: x + width - before,
        top: y - capital * size,
        bottom: y + descent * size,
      };
  return {
    words,
    size: size * scale,
    left: box.left * scale,
    right: box.right * scale,
    top: box.top * scale,
    bottom: box.bottom * scale,
  };
}

/** What a reader of the figure would stumble over, in words; empty where all text has its room. */
export function textClashes(
  boxes: readonly TextBox[],
  page: { readonly width: number; readonly height: number },
): readonly string[] {
  const least = Math.min(...boxes.map(({ size }) => size));
  const slack = tolerance * (Number.isFinite(least) ? least : 0);
  const outside = boxes
    .filter(
      (box) =>
        box.left < -slack ||
        box.top < -slack ||
        box.right > page.width + slack ||
        box.bottom > page.height + slack,
    )
    .map(({ words }) => `"${words}" leaves the page`);
  const overlaps = boxes.flatMap((box, i) =>
    boxes
      .slice(i + 1)
      .filter((other) => overlap(box, other, slack))
      .map((other) => `"${box.words}" and "${other.words}" overlap`),
  );
  return [...outside, ...overlaps];
}

function overlap(a: TextBox, b: TextBox, slack: number): boolean {
  return (
    a.left + slack < b.right &&
    b.left + slack < a.right &&
    a.top + slack < b.bottom &&
    b.top + slack < a.bottom
  );
}
