/** Points of two numbers: persistence diagrams, with the diagonal that no pair lies below. */
import type { EChartsOption } from 'echarts';
import { axisLook, baseOption, escapeHtml, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber, tickDigits } from './number-format';

export interface PointGroup {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PointsOptions {
  readonly style: ChartStyle;
  readonly xName: string;
  readonly yName: string;
  /** Draws y = x, and gives both axes one range. */
  readonly diagonal: boolean;
  /** Position of the point of the first group that stands out; null for none. */
  readonly focused?: number | null;
  /** Points that the axes make room for besides: those of other charts at this scale. */
  readonly others?: readonly (readonly [x: number, y: number])[];
}

/** The chart of groups of points. */
export function pointsOption(
  groups: readonly PointGroup[],
  { style, xName, yName, diagonal, focused = null, others = [] }: PointsOptions,
): EChartsOption {
  const look = axisLook(style, { gridLines: true });
  const all = [...groups.flatMap(({ points }) => points), ...others];
  const rangeOf = (values: readonly number[]): [number, number] => {
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const room = 0.05 * (most - least) || 0.05 * Math.abs(most) || 1;
    return values.length === 0 ? [0, 1] : [least - room, most + room];
  };
  const both = rangeOf(all.flat());
  const [xRange, yRange] = diagonal
    ? [both, both]
    : [rangeOf(all.map(([x]) => x)), rangeOf(all.map(([, y]) => y))];
  const axis = ([min, max]: [number, number], name: string) => ({
    ...look,
    type: 'value' as const,
    min,
    max,
    axisLine: { ...look.axisLine, onZero: false },
    name,
    nameLocation: 'middle' as const,
    axisLabel: {
      ...look.axisLabel,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (v: number) => formatNumber(v, tickDigits([min, max])),
    },
  });
  return {
    ...baseOption(style),
    grid: { left: 64, right: 16, top: 12, bottom: 44 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const [x, y] = groups[one?.seriesIndex ?? -1]?.points[one?.dataIndex ?? -1] ?? [];
        return `${escapeHtml(one?.seriesName ?? '')}<br>${escapeHtml(xName)} ${formatNumber(x ?? null, 4)}<br>${escapeHtml(yName)} ${formatNumber(y ?? null, 4)}`;
      },
    },
    xAxis: { ...axis(xRange, xName), nameGap: 26 },
    yAxis: { ...axis(yRange, yName), nameGap: 46 },
    series: [
      ...groups.map(({ name, colour, points }, group) => ({
        id: group === 0 ? 'points' : `points ${group}`,
        type: 'scatter' as const,
        name,
        symbolSize: 7,
        itemStyle: { color: colour, opacity: 0.8 },
        data: points.map(([x, y], i) =>
          group === 0 && i === focused
            ? { value: [x, y], symbolSize: 13, itemStyle: { color: style.ink, opacity: 1 } }
            : [x, y],
        ),
      })),
      ...(diagonal
        ? [
            {
              type: 'line' as const,
              silent: true,
              showSymbol: false,
              lineStyle: { color: style.inkSoft, width: 1, type: 'dashed' as const },
              data: [
                [both[0], both[0]],
                [both[1], both[1]],
              ],
            },
          ]
        : []),
    ],
  };
}
