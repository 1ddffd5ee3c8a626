/** Curves over epochs or along a path: lines, a zero-based or log scale, a tooltip with every line's value. */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import { bandSeries, xMarkSeries } from './curve-extras';
import { axisLook, baseOption, escapeHtml, tooltipOption, type ChartStyle } from './chart-style';
import { formatCount, formatNumber, tickDigits } from './number-format';

export interface Curve {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly line: 'solid' | 'dashed' | 'dotted';
  /** Whether it steps back behind the others. */
  readonly isFaint?: boolean;
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

/** A place worth a name on a curve: an end, a barrier. */
export interface CurveMark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly side: 'above' | 'below';
  /** Height that it is measured from: an upright line joins both. */
  readonly from?: number;
}

/** Between which heights a curve is uncertain. */
export interface CurveBand {
  readonly id: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
  readonly isFaint?: boolean;
}

/** A place on the x axis with a name. */
export interface XMark {
  readonly x: number;
  readonly text: string;
  readonly colour: string;
}

export interface CurveOptions {
  readonly style: ChartStyle;
  readonly xName: string;
  readonly yName: string;
  readonly yScale?: 'value' | 'log';
  readonly xScale?: 'value' | 'log';
  readonly xRange?: readonly [number, number];
  /** Largest value of the y axis where it must not follow the data: 1 for fractions. */
  readonly yMost?: number;
  readonly marks?: readonly CurveMark[];
  /** Draws a point at each value. */
  readonly dots?: boolean;
  /** Height of a dashed horizontal line. */
  readonly level?: number;
  /** Drawn behind the curves. */
  readonly bands?: readonly CurveBand[];
  /** Upright lines through the plot. */
  readonly xMarks?: readonly XMark[];
}

/** Whether a log axis can show curves: energies may be negative. */
export function fitsLogAxis(curves: readonly Curve[]): boolean {
  return curves.every(({ points }) => points.every(([, y]) => y === null || y >= 0));
}

/** The chart of a set of curves; values that a log axis cannot show are left out. */
export function curveOption(curves: readonly Curve[], options: CurveOptions): EChartsOption {
  const { style, xName, yName, yScale = 'value', xRange, yMost, dots = false } = options;
  const { xScale = 'value' } = options;
  const look = axisLook(style, { gridLines: true });
  // Energies lie far below 0: the axis follows them, and the epochs stay at the bottom.
  const heights = curves.flatMap(({ points }) => points.map(([, y]) => y ?? 0));
  const least = heights.reduce((a, b) => Math.min(a, b), 0);
  const most = heights.reduce((a, b) => Math.max(a, b), 0);
  // A zero that rounding left a hair below 0 is no reason for an axis below it.
  const isRounding = least < 0 && -least < roundingPart * most;
  const followsData = yScale === 'value' && least < 0 && !isRounding;
  const digits = followsData ? tickDigits(heights) : 2;
  return {
    ...baseOption(style),
    grid: { left: 56, right: 16, top: 28, bottom: 40 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'axis',
      axisPointer: { lineStyle: { color: style.inkSoft, type: 'solid', width: 1 } },
      formatter: (params) => tooltipText(xName, Array.isArray(params) ? params : [params]),
    },
    xAxis: {
      ...look,
      type: xScale,
      axisLine: { ...look.axisLine, onZero: !followsData },
      min: xRange?.[0] ?? 'dataMin',
      max: xRange?.[1] ?? 'dataMax',
      splitLine: { show: false },
      name: xName,
      nameLocation: 'middle',
      nameGap: 24,
      axisLabel: { ...look.axisLabel, formatter: tickText },
    },
    yAxis: {
      ...look,
      type: yScale,
      ...(followsData ? { scale: true } : {}),
      name: yName,
      nameLocation: 'end',
      nameGap: 12,
      nameTextStyle: { ...look.nameTextStyle, align: 'left', padding: [0, 0, 0, -48] },
      axisLine: { show: false, onZero: false },
      axisTick: { show: false },
      ...(isRounding ? { min: 0 } : {}),
      ...(yMost === undefined ? {} : { max: yMost }),
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v, digits) },
    },
    series: [
      ...(options.bands ?? []).map((band) => bandSeries(band, yScale)),
      ...curves.map((curve, i) => lineSeries(curve, i === 0 ? options : null, yScale, dots)),
      ...xMarkSeries(options.xMarks ?? []),
    ],
  };
}

/** What rounding in float32 may leave of a zero, as a part of the largest value. */
const roundingPart = 1e-5;

/** A tick of the x axis: counts of epochs and samples with every digit. */
function tickText(value: number): string {
  return value >= 1000 ? formatCount(value) : formatNumber(value, 3);
}

function lineSeries(
  curve: Curve,
  marked: CurveOptions | null,
  yScale: 'value' | 'log',
  dots: boolean,
): LineSeriesOption {
  const marks = marked?.marks ?? [];
  const level = marked?.level;
  return {
    id: curve.id,
    name: curve.name,
    type: 'line',
    showSymbol: dots,
    symbolSize: 5,
    symbol: 'circle',
    data: curve.points.map(([x, y]) => [x, y !== null && (yScale === 'value' || y > 0) ? y : '-']),
    lineStyle: { color: curve.colour, width: 1.5, type: curve.line, opacity: opacityOf(curve) },
    itemStyle: { color: curve.colour, opacity: opacityOf(curve) },
    emphasis: { disabled: true },
    ...(marks.length === 0
      ? {}
      : {
          markPoint: {
            silent: true,
            symbol: 'circle',
            symbolSize: 8,
            itemStyle: { color: marked?.style.ink ?? '#000' },
            data: marks.map((mark) => ({
              name: mark.text,
              coord: [mark.x, mark.y],
              label: {
                show: true,
                formatter: mark.text,
                position: mark.side === 'above' ? ('top' as const) : ('bottom' as const),
                align: labelAlign(mark.x, curve.points),
                color: marked?.style.ink ?? '#000',
              },
            })),
          },
        }),
    ...(level === undefined && !marks.some(({ from }) => from !== undefined)
      ? {}
      : {
          markLine: {
            silent: true,
            symbol: 'none',
            // The place itself: rounded to the two decimals of ECharts' default it leaves its curve.
            precision: -1,
            lineStyle: {
              color: marked?.style.inkSoft ?? '#888',
              type: 'dashed' as const,
              width: 1,
            },
            label: { show: false },
            data: [
              ...(level === undefined ? [] : [{ yAxis: level }]),
              ...marks.flatMap(({ x, y, from }): [{ coord: number[] }, { coord: number[] }][] =>
                from === undefined ? [] : [[{ coord: [x, from] }, { coord: [x, y] }]],
              ),
            ],
          },
        }),
  };
}

const opacityOf = ({ isFaint = false }: Pick<Curve, 'isFaint'>) => (isFaint ? 0.25 : 1);

/** A name in the middle over its point, but inside the plot near the ends. */
function labelAlign(x: number, points: Curve['points']): 'left' | 'center' | 'right' {
  const first = points[0]?.[0] ?? 0;
  const last = points.at(-1)?.[0] ?? 1;
  const share = last === first ? 0.5 : (x - first) / (last - first);
  if (share < 0.15) return 'left';
  return share > 0.85 ? 'right' : 'center';
}

function tooltipText(xName: string, entries: readonly object[]): string {
  const rows = entries.map((entry) => {
    const {
      seriesName = '',
      value,
      color,
    } = entry as {
      seriesName?: string;
      value?: unknown;
      color?: unknown;
    };
    const [x, y] = Array.isArray(value) ? (value as unknown[]) : [];
    return { name: seriesName, x, y, colour: String(color) };
  });
  const x = rows[0]?.x;
  const lines = rows.map(
    (row) =>
      `<span style="color:${row.colour}">●</span> ${escapeHtml(row.name)}&ensp;<b>${
        typeof row.y === 'number' ? formatNumber(row.y, 4) : formatNumber(null)
      }</b>`,
  );
  return [`${escapeHtml(xName)} ${typeof x === 'number' ? formatNumber(x) : ''}`, ...lines].join(
    '<br>',
  );
}
