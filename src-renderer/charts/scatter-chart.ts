/** Connectivity against sharpness: every cell as a point over the regions of the phases. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import { colourAt, phaseColours } from '#shared/domain/colour-maps';
import type { Phase } from '#shared/domain/phases';
import { axisLook, baseOption, chartFont, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber } from './number-format';

export interface ScatterPoint {
  /** Index of the cell. */
  readonly cell: number;
  readonly x: number;
  readonly xError: number | null;
  /** Above 0: drawn on a log axis. */
  readonly y: number;
  readonly yError: number | null;
  /** Position on the colour map, 0..1; null where accuracy is missing. */
  readonly t: number | null;
  /** 0..1: how large among the loads. */
  readonly size: number;
  readonly phase: Phase;
  /** Lines of the tooltip, plain text. */
  readonly lines: readonly string[];
}

export interface ScatterOptions {
  readonly style: ChartStyle;
  /** Mode connectivity that parts poor from well connected. */
  readonly threshold: number;
  readonly selected: readonly number[];
  readonly accent: string;
}

/** The scatter's chart; points outside the axes never occur, the axes grow with the data. */
export function scatterOption(
  points: readonly ScatterPoint[],
  options: ScatterOptions,
): EChartsOption {
  const { style, threshold, selected, accent } = options;
  const look = axisLook(style, { gridLines: true });
  const [xLow, xHigh] = connectivityRange(points, threshold);
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
      name: '← barrier     Mode connectivity (percentage points)     found lower error →',
      nameLocation: 'middle',
      nameGap: 28,
      axisLine: { ...look.axisLine, onZero: false },
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v) },
    },
    yAxis: {
      ...look,
      type: 'log',
      name: 'Top Hessian eigenvalue (log)',
      nameLocation: 'middle',
      nameGap: 44,
      axisLine: { ...look.axisLine, onZero: false },
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v, 2) },
    },
    series: [
      errorBars(points, style),
      {
        id: 'cells',
        type: 'scatter',
        z: 4,
        data: points.map((point) => ({
          value: [point.x, point.y],
          symbolSize: 8 + 14 * point.size,
          itemStyle: {
            color: point.t === null ? style.missing : colourAt('cividis', point.t),
            borderColor: selected.includes(point.cell) ? accent : style.ink,
            borderWidth: selected.includes(point.cell) ? 3 : 0.75,
          },
        })),
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: style.inkSoft, type: 'dashed', width: 1 },
          label: { show: false },
          data: [{ xAxis: threshold }],
        },
        markArea: {
          silent: true,
          data: [
            region('poorly connected: I, III', phaseColours.I, { from: xLow, to: threshold }),
            region('well connected: II, IV', phaseColours['IV-B'], { from: threshold, to: xHigh }),
          ],
        },
      },
    ],
  };
}

/** The data's range with the threshold inside and a little air. */
export function connectivityRange(
  points: readonly ScatterPoint[],
  threshold: number,
): readonly [number, number] {
  const ends = points.flatMap((p) => [p.x - (p.xError ?? 0), p.x + (p.xError ?? 0)]);
  const low = Math.min(threshold, ...ends);
  const high = Math.max(threshold, 0, ...ends);
  const air = Math.max(0.5, (high - low) * 0.06);
  return [Math.floor(low - air), Math.ceil(high + air)];
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
          ...(yError === null ? [] : [bar([x, Math.max(y / 50, y - yError)], [x, y + yError])]),
        ],
      };
    },
  };
}
