/** Connectivity against sharpness: every cell as a point over the regions of the phases. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import { colourAt, phaseColours } from '#shared/domain/colour-maps';
import { phaseShapes } from '#shared/domain/diagram-scatter';
import type { Phase } from '#shared/domain/phases';
import { axisLook, baseOption, chartFont, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber, tickDigits } from './number-format';

export interface ScatterPoint {
  /** Index of the cell. */
  readonly cell: number;
  readonly x: number;
  readonly xError: number | null;
  readonly y: number;
  readonly yError: number | null;
  /** Position on the colour map, 0..1; null where the score is missing. */
  readonly t: number | null;
  /** 0..1: how large among the loads. */
  readonly size: number;
  readonly phase: Phase;
  /** Lines of the tooltip, plain text. */
  readonly lines: readonly string[];
}

export interface ScatterOptions {
  readonly style: ChartStyle;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Mode connectivity that parts poor from well connected; null where the axis shows no level. */
  readonly threshold: number | null;
  readonly selected: readonly number[];
  readonly accent: string;
}

/** The scatter's chart; points outside the axes never occur, the axes grow with the data. */
export function scatterOption(
  points: readonly ScatterPoint[],
  options: ScatterOptions,
): EChartsOption {
  const { style, threshold, selected, accent, xTitle, yTitle } = options;
  const look = axisLook(style, { gridLines: true });
  const [xLow, xHigh] = connectivityRange(points, threshold);
  const [yLow, yHigh] = sharpnessRange(points);
  /** A shaded side of the threshold, named where its name has room. */
  const region = (
    name: string,
    colour: string,
    { from, to }: { readonly from: number; readonly to: number },
  ): [object, object] => [
    {
      name: to - from > 0.25 * (xHigh - xLow) ? name : '',
      xAxis: from,
      itemStyle: { color: colour, opacity: 0.08 },
      label: { color: style.inkSoft, position: 'insideTop', fontSize: chartFont.small },
    },
    { xAxis: to },
  ];
  return {
    ...baseOption(style),
    grid: { left: 64, right: 24, top: 32, bottom: 48 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        return (points[one?.dataIndex ?? -1]?.lines ?? []).join('\n');
      },
    },
    xAxis: {
      ...look,
      type: 'value',
      min: xLow,
      max: xHigh,
      name: threshold === null ? xTitle : `← barrier     ${xTitle}     found lower error →`,
      nameLocation: 'middle',
      nameGap: 28,
      axisLine: { ...look.axisLine, onZero: false },
      axisLabel: {
        ...look.axisLabel,
        formatter: (v: number) => formatNumber(v, Math.max(3, tickDigits([xLow, xHigh]))),
      },
    },
    yAxis: {
      ...look,
      type: 'value',
      min: yLow,
      max: yHigh,
      name: yTitle,
      nameLocation: 'middle',
      nameGap: 44,
      axisLine: { ...look.axisLine, onZero: false },
      axisLabel: {
        ...look.axisLabel,
        formatter: (v: number) => formatNumber(v, tickDigits([yLow, yHigh])),
      },
    },
    series: [
      errorBars(points, style),
      {
        id: 'cells',
        type: 'scatter',
        z: 4,
        data: points.map((point) => ({
          value: [point.x, point.y],
          symbol: symbols[phaseShapes[point.phase]],
          symbolSize: 8 + 14 * point.size,
          itemStyle: {
            color: fillOf(point, style),
            borderColor: selected.includes(point.cell) ? accent : style.ink,
            borderWidth: selected.includes(point.cell) ? 3 : 0.75,
          },
        })),
        ...(threshold === null
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                // The threshold itself, not rounded to the two decimals of ECharts' default.
                precision: -1,
                lineStyle: { color: style.inkSoft, type: 'dashed' as const, width: 1 },
                label: { show: false },
                data: [{ xAxis: threshold }],
              },
              markArea: {
                silent: true,
                data: [
                  region('poorly connected: I, III', phaseColours.I, { from: xLow, to: threshold }),
                  region('well connected: II, IV', phaseColours['IV-B'], {
                    from: threshold,
                    to: xHigh,
                  }),
                ],
              },
            }),
      },
    ],
  };
}

/** The marks of the domain as the chart library names them. */
const symbols: Readonly<Record<(typeof phaseShapes)[Phase], string>> = {
  circle: 'circle',
  square: 'rect',
  triangle: 'triangle',
  diamond: 'diamond',
  pentagon: 'path://M0,-1L0.951,-0.309L0.588,0.809L-0.588,0.809L-0.951,-0.309Z',
};

/** An undecided cell is an empty mark, as in the figure. */
function fillOf({ phase, t }: ScatterPoint, style: ChartStyle): string {
  if (phase === 'undecided') return 'transparent';
  return t === null ? style.missing : colourAt('cividis', t);
}

/** The data's range with the threshold inside and a little air. */
export function connectivityRange(
  points: readonly ScatterPoint[],
  threshold: number | null,
): readonly [number, number] {
  const ends = points.flatMap((p) => [p.x - (p.xError ?? 0), p.x + (p.xError ?? 0)]);
  const level = threshold === null ? [] : [threshold];
  const low = Math.min(...level, ...ends);
  const high = Math.max(...level, 0, ...ends);
  const air = Math.max(0.5, (high - low) * 0.06);
  return [Math.floor(low - air), Math.ceil(high + air)];
}

/** The data's range with whole error bars and room for the marks, ending at round numbers. */
export function sharpnessRange(points: readonly ScatterPoint[]): readonly [number, number] {
  const ends = points.flatMap((p) => [p.y - (p.yError ?? 0), p.y + (p.yError ?? 0)]);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const air = (high - low) * 0.06 || 0.5;
  const step = 10 ** Math.floor(Math.log10(high - low + 2 * air)) / 2;
  return [step * Math.floor((low - air) / step), step * Math.ceil((high + air) / step)];
}

function errorBars(points: readonly ScatterPoint[], style: ChartStyle) {
  return {
    id: 'errors',
    type: 'custom' as const,
    silent: true,
    z: 3,
    data: points.map((p) => [p.x, p.y]),
    renderItem: (
      params: { dataIndex: number },
      api: { coord?: (v: number[]) => number[] },
    ): CustomSeriesRenderItemReturn => {
      const point = points[params.dataIndex];
      if (!point || !api.coord) return null;
      const { coord } = api;
      const bar = (a: readonly [number, number], b: readonly [number, number]) => {
        const [x1 = 0, y1 = 0] = coord([...a]);
        const [x2 = 0, y2 = 0] = coord([...b]);
        return {
          type: 'line' as const,
          shape: { x1, y1, x2, y2 },
          style: { stroke: style.inkSoft, lineWidth: 1 },
        };
      };
      const { x, y, xError, yError } = point;
      return {
        type: 'group',
        children: [
          ...(xError === null ? [] : [bar([x - xError, y], [x + xError, y])]),
          ...(yError === null ? [] : [bar([x, y - yError], [x, y + yError])]),
        ],
      };
    },
  };
}
