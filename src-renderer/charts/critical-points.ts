/** Minima and saddles over a field: small marks, and one pair that stands out with the line between them. */
import type { LineSeriesOption, ScatterSeriesOption } from 'echarts';
import type { FieldOptions } from './field-chart';

/** The series of the marks, `minima` and `saddles`, each mark at the position of its pair; none where there are no pairs. */
export function criticalSeries({
  criticalPoints = [],
  focused = null,
  style,
}: Pick<FieldOptions, 'criticalPoints' | 'focused' | 'style'>): (
  ScatterSeriesOption | LineSeriesOption
)[] {
  if (criticalPoints.length === 0) return [];
  const accent = style.lines[1] ?? '#d55e00';
  const mark = (
    id: 'minima' | 'saddles',
    symbol: string,
    places: readonly (readonly [number, number] | null)[],
  ): ScatterSeriesOption => ({
    id,
    type: 'scatter',
    z: 5,
    symbol,
    symbolSize: 7,
    animation: false,
    itemStyle: { color: '#ffffff', borderColor: '#000000', borderWidth: 1 },
    data: places.map((place, i) => {
      if (place === null) return '-';
      const value = [...place];
      return i === focused
        ? { value, symbolSize: 13, itemStyle: { color: accent, borderColor: '#ffffff' } }
        : value;
    }),
  });
  const pair = focused === null ? undefined : criticalPoints[focused];
  return [
    {
      id: 'pair',
      type: 'line',
      z: 4,
      silent: true,
      showSymbol: false,
      data: pair?.saddle ? [[...pair.minimum], [...pair.saddle]] : [],
      lineStyle: { color: accent, width: 2 },
    },
    mark(
      'minima',
      'circle',
      criticalPoints.map(({ minimum }) => minimum),
    ),
    mark(
      'saddles',
      'diamond',
      criticalPoints.map(({ saddle }) => saddle),
    ),
  ];
}
