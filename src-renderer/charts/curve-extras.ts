/** What stands behind and beside curves: bands of uncertainty and named places on the x axis. */
import type { CustomSeriesOption, CustomSeriesRenderItemReturn, LineSeriesOption } from 'echarts';
import type { CurveBand, XMark } from './curve-chart';

/** A band as one area; on a log axis its parts at or below 0 are left out. */
export function bandSeries(band: CurveBand, yScale: 'value' | 'log'): CustomSeriesOption {
  const points = band.points.filter(([, low]) => yScale === 'value' || low > 0);
  return {
    id: `band ${band.id}`,
    type: 'custom',
    silent: true,
    clip: true,
    animation: false,
    z: 1,
    // The axes make room for both edges.
    data: points.map(([x, low, high]) => [x, low, high]),
    encode: { x: 0, y: [1, 2], tooltip: [] },
    tooltip: { show: false },
    renderItem: (params, api): CustomSeriesRenderItemReturn => {
      // One area for all points: the first one draws it.
      if (params.dataIndex !== 0) return { type: 'group', children: [] };
      const edge = (side: 1 | 2) => points.map((point) => api.coord([point[0], point[side]]));
      const shape = { points: [...edge(2), ...edge(1).toReversed()] as [number, number][] };
      const opacity = band.isFaint === true ? 0.06 : 0.18;
      return { type: 'polygon', shape, style: { fill: band.colour, opacity } };
    },
  };
}

/** Upright lines with their names at the top; none where there is no place. */
export function xMarkSeries(marks: readonly XMark[]): LineSeriesOption[] {
  if (marks.length === 0) return [];
  return [
    {
      id: 'x marks',
      type: 'line',
      data: [],
      silent: true,
      markLine: {
        silent: true,
        symbol: 'none',
        precision: -1,
        animation: false,
        data: marks.map(({ x, text, colour }) => ({
          xAxis: x,
          name: text,
          lineStyle: { color: colour, width: 1.5, type: 'solid' as const, opacity: 0.8 },
          label: { show: text !== '', formatter: text, color: colour, position: 'end' as const },
        })),
      },
    },
  ];
}
