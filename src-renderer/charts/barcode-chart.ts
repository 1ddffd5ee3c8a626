/** A barcode of persistence: a bar from the birth to the death of each basin, the lowest minimum's open to the right. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber, tickDigits } from './number-format';

export interface Bar {
  readonly birth: number;
  /** Null for a bar without an end. */
  readonly death: number | null;
}

export interface BarcodeOptions {
  readonly style: ChartStyle;
  readonly valueName: string;
  /** Position of the bar that stands out; null for none. */
  readonly focused: number | null;
  /** Ends of the value axis; by default those of the bars. */
  readonly range?: readonly [number, number];
}

/** Least and greatest end of bars, with a little room; [0, 1] where there are none. Never throws. */
export function barcodeRange(bars: readonly Bar[]): readonly [number, number] {
  const ends = bars.flatMap(({ birth, death }) => (death === null ? [birth] : [birth, death]));
  if (ends.length === 0) return [0, 1];
  const least = ends.reduce((a, b) => Math.min(a, b));
  const most = ends.reduce((a, b) => Math.max(a, b));
  const room = 0.05 * (most - least) || 0.05 * Math.abs(most) || 1;
  return [least - room, most + room];
}

/** The chart of bars from top to bottom in their order. */
export function barcodeOption(bars: readonly Bar[], options: BarcodeOptions): EChartsOption {
  const { style, valueName, focused, range = barcodeRange(bars) } = options;
  const look = axisLook(style, { gridLines: true });
  const [least, most] = range;
  const digits = tickDigits([least, most]);
  const colour = style.lines[0] ?? style.ink;
  return {
    ...baseOption(style),
    grid: { left: 16, right: 16, top: 8, bottom: 44 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const bar = bars[one?.dataIndex ?? -1];
        if (!bar) return '';
        const { birth, death } = bar;
        if (death === null) return `lowest minimum ${formatNumber(birth, 4)}`;
        return `${formatNumber(birth, 4)} to ${formatNumber(death, 4)}\npersistence ${formatNumber(death - birth, 3)}`;
      },
    },
    xAxis: {
      ...look,
      type: 'value',
      min: least,
      max: most,
      name: valueName,
      nameLocation: 'middle',
      nameGap: 26,
      axisLabel: {
        ...look.axisLabel,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (v: number) => formatNumber(v, digits),
      },
    },
    yAxis: { type: 'value', show: false, inverse: true, min: -0.5, max: bars.length - 0.5 },
    series: [
      {
        id: 'bars',
        type: 'custom',
        animation: false,
        progressive: 0,
        progressiveThreshold: Infinity,
        data: bars.map((_, i) => i),
        encode: { x: [], y: [] },
        renderItem: (params, api): CustomSeriesRenderItemReturn => {
          const at = params.dataIndex;
          const bar = bars[at];
          if (!bar) return { type: 'group', children: [] };
          const [left = 0, middle = 0] = api.coord([bar.birth, at]);
          const [right = 0] = api.coord([bar.death ?? most, at]);
          const [, below = 0] = api.coord([bar.birth, at + 1]);
          const room = Math.abs(below - middle);
          const isFocused = at === focused;
          const height = Math.max(isFocused ? 4 : 1, Math.min(10, 0.6 * room));
          const width = Math.max(1, right - left);
          return {
            type: 'group',
            children: [
              // The whole row takes the pointer: bars may be thinner than it.
              {
                type: 'rect',
                shape: { x: left - 4, y: middle - room / 2, width: width + 8, height: room },
                style: { fill: 'transparent' },
              },
              {
                type: 'rect',
                shape: { x: left, y: middle - height / 2, width, height },
                style: { fill: isFocused ? style.ink : colour },
              },
            ],
          };
        },
      },
    ],
  };
}
