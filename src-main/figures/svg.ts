/** Writes SVG as text: elements, numbers in points with two decimals, escaped text. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Anything that can be drawn into a page of the given size, in points from the top left. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly body: readonly string[];
}

/** A point on the page: points from the left and from the top. */
export interface PagePoint {
  readonly x: number;
  readonly y: number;
}

export interface TextStyle {
  /** Font size in points. */
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly colour?: string;
  /** Degrees, clockwise, around the point. */
  readonly rotate?: number;
  /** Width in points that the line takes in every font: where a viewer has none of ours, its own is fitted. */
  readonly width?: number;
}

/** Size of ordinary text in points; nothing is smaller. */
export const textSize = 7;

/** Arimo is embedded where a file can hold a font; Arial and Helvetica have the same widths. */
const fontFamily = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif";

export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [` ${key}="${typeof value === 'number' ? round(value) : escapeText(value)}"`],
  );
  const start = `<${name}${written.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

/** A group; its children stand on lines of their own so that a change shows as few changed lines. */
export function group(attributes: Attributes, children: readonly string[]): string {
  return children.length === 0
    ? ''
    : element('g', attributes, '\n', ...children.map((child) => `${child}\n`));
}

/** One line of text with its baseline at `at`. */
export function text(content: string, at: PagePoint, style: TextStyle = {}): string {
  const { size = textSize, bold = false, anchor = 'start', colour = '#000000' } = style;
  const { rotate, width } = style;
  return element(
    'text',
    {
      x: at.x,
      y: at.y,
      'font-size': size,
      'font-weight': bold ? 'bold' : undefined,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      fill: colour,
      textLength: width,
      lengthAdjust: width === undefined ? undefined : 'spacingAndGlyphs',
      transform:
        rotate === undefined ? undefined : `rotate(${round(rotate)} ${round(at.x)} ${round(at.y)})`,
    },
    escapeText(content),
  );
}

export function line(from: PagePoint, to: PagePoint, attributes: Attributes): string {
  return element('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...attributes });
}

export function polyline(points: readonly PagePoint[], attributes: Attributes): string {
  const written = points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
  return element('polyline', { points: written, fill: 'none', ...attributes });
}

/** The whole file at its physical size: user units are points, width and height are in millimetres. */
export function svgDocument(drawing: Drawing, title: string, description: string): string {
  const millimetres = (points: number) => `${round((points * 25.4) / 72)}mm`;
  const page = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: millimetres(drawing.width),
      height: millimetres(drawing.height),
      viewBox: `0 0 ${round(drawing.width)} ${round(drawing.height)}`,
      role: 'img',
      'font-family': fontFamily,
    },
    '\n',
    `${element('title', {}, escapeText(title))}\n`,
    `${element('desc', {}, escapeText(description))}\n`,
    `${element('rect', { width: drawing.width, height: drawing.height, fill: '#ffffff' })}\n`,
    ...drawing.body.filter((part) => part !== '').map((part) => `${part}\n`),
  );
  return `${page}\n`;
}

function round(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

function escapeText(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
