/** Writes SVG as text: elements, numbers with two decimals, escaped text. */
import type { FigureFont } from '#shared/domain/figure-page';
import { fontNames } from './font-files';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Anything that can be drawn into a page of the given size, in units from the top left: points where text has its usual size. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly body: readonly string[];
}

/** A point on the page: units from the left and from the top. */
export interface PagePoint {
  readonly x: number;
  readonly y: number;
}

export interface TextStyle {
  /** Font size in units. */
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly colour?: string;
  /** Degrees, clockwise, around the point. */
  readonly rotate?: number;
  /** Width in units that the line takes in every font: where a viewer has none of ours, its own is fitted. */
  readonly width?: number;
}

/** Size of ordinary text in units of the drawing; nothing is smaller. */
export const textSize = 7;

/** Ours are embedded where a file can hold a font; the ones after them have the same widths. */
const fontFamilies: Readonly<Record<FigureFont, string>> = {
  sans: `${fontNames.sans}, Arial, Helvetica, 'Liberation Sans', sans-serif`,
  serif: `${fontNames.serif}, 'Times New Roman', Times, 'Liberation Serif', serif`,
};

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

/** How a drawing becomes a file. */
export interface SvgOptions {
  readonly title: string;
  readonly description: string;
  /** What the numbers are, for programs; as JSON. */
  readonly metadata: string;
  readonly font: FigureFont;
  /** Points that a unit of the drawing takes on the page. */
  readonly unit: number;
  /** Factor on the width of every line, which does not follow the size of the text. */
  readonly lineWeight: number;
}

/** The whole file at its physical size: user units are points, width and height are in millimetres. */
export function svgDocument(drawing: Drawing, options: SvgOptions): string {
  const { title, description, metadata, font, unit, lineWeight } = options;
  const width = drawing.width * unit;
  const height = drawing.height * unit;
  const millimetres = (points: number) => `${round((points * 25.4) / 72)}mm`;
  const parts = withLineWeight(drawing.body, lineWeight / unit).filter((part) => part !== '');
  const page = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: millimetres(width),
      height: millimetres(height),
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      role: 'img',
      'font-family': fontFamilies[font],
    },
    '\n',
    `${element('title', {}, escapeText(title))}\n`,
    `${element('desc', {}, escapeText(description))}\n`,
    `${element('metadata', {}, escapeContent(metadata))}\n`,
    `${element('rect', { width, height, fill: '#ffffff' })}\n`,
    ...(unit === 1
      ? parts.map((part) => `${part}\n`)
      : [`${group({ transform: `scale(${Number(unit.toFixed(5))})` }, parts)}\n`]),
  );
  return `${page}\n`;
}

/** Every line wider or finer; `element` alone writes their widths. */
function withLineWeight(body: readonly string[], factor: number): readonly string[] {
  if (factor === 1) return body;
  return body.map((part) =>
    part.replace(/ stroke-width="([\d.]+)"/g, (_, width) => {
      return ` stroke-width="${round(Number(width) * factor)}"`;
    }),
  );
}

function round(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

function escapeText(content: string): string {
  return escapeContent(content).replaceAll('"', '&quot;');
}

/** Quotes stay as they are outside of attributes. */
function escapeContent(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
