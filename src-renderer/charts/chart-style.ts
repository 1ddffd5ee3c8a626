/** Interface colours and type of a chart; data colours come from the colour maps of the domain. */
import type { EChartsOption } from 'echarts';

export interface ChartStyle {
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly lineSoft: string;
  readonly surface: string;
  readonly missing: string;
  readonly hatch: string;
  readonly fontFamily: string;
  /** Colours of lines in fixed order; after the last the first returns, so names are written too. */
  readonly lines: readonly string[];
  /** The part of a colour map whose colours stand out from the surface as lines. */
  readonly linesOfMap: readonly [from: number, to: number];
}

/** Okabe and Ito's colours (2008), which stay apart for colour-blind eyes, on a light surface and, lightened, on a dark one. */
export const lineColours = {
  light: ['#0072b2', '#d55e00', '#009e73', '#b3588a', '#9a6a00', '#3a8fc4'],
  dark: ['#56b4e9', '#f08a4b', '#2fc59a', '#e09bc4', '#e6b53c', '#8fb8ff'],
} as const;

/** The ends of viridis are too dark or too light for a line on one of the two schemes. */
export const linesOfMap = { light: [0, 0.85], dark: [0.3, 1] } as const;

/** The colour of the i-th line. */
export function lineColour(style: Pick<ChartStyle, 'lines'>, i: number): string {
  return style.lines[i % Math.max(1, style.lines.length)] ?? lineColours.light[0];
}

/** Sizes of text in charts, in pixels. */
export const chartFont = { small: 12, text: 13, name: 15, title: 20 } as const;

/** What every chart has in common: no animation, no progressive drawing, the page's type. */
export function baseOption(style: ChartStyle) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: style.fontFamily, fontSize: chartFont.small, color: style.inkSoft },
  } satisfies EChartsOption;
}

/** A quiet tooltip in the page's colours. */
export function tooltipOption(style: ChartStyle) {
  return {
    backgroundColor: style.surface,
    borderColor: style.line,
    borderWidth: 1,
    padding: [6, 10] as [number, number],
    textStyle: { color: style.ink, fontSize: chartFont.small, fontFamily: style.fontFamily },
    transitionDuration: 0,
    confine: true,
  };
}

/** Axis lines, ticks and labels in the page's colours; grid lines only where asked. */
export function axisLook(style: ChartStyle, options: { readonly gridLines?: boolean } = {}) {
  return {
    axisLine: { show: true, lineStyle: { color: style.inkSoft, width: 1 } },
    axisTick: { show: true, lineStyle: { color: style.inkSoft } },
    axisLabel: { color: style.inkSoft, fontSize: chartFont.small, hideOverlap: true },
    nameTextStyle: { color: style.ink, fontSize: chartFont.small },
    splitLine: { show: options.gridLines ?? false, lineStyle: { color: style.lineSoft } },
  };
}

/** Text of a chart made safe for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
