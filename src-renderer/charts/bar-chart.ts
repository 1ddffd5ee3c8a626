/** Bars beside their names: a number for each layer. */
import type { CustomSeriesOption, CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber } from './number-format';

export interface BarGroup {
  /** A seed or a pair. */
  readonly name: string;
  readonly colour: string;
  /** One for each label; null where there is no number. */
  readonly values: readonly (number | null)[];
  /** Error of each value, drawn as whiskers; null where there is none. */
  readonly errors?: readonly (number | null)[];
}

export interface BarOptions {
  readonly style: ChartStyle;
  readonly valueName: string;
}

/** Bars of one label side by side. */
const barLook = { barMaxWidth: 14, barGap: '10%' };

/** The chart of bars grouped by label, the first label at the top. */
export function barOption(
  labels: readonly string[],
  groups: readonly BarGroup[],
  { style, valueName }: BarOptions,
): EChartsOption {
  const look = axisLook(style, { gridLines: true });
  const longest = Math.max(0, ...labels.map((label) => label.length));
  return {
    ...baseOption(style),
    grid: { left: Math.min(160, 16 + 7 * longest), right: 16, top: 8, bottom: 40 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const at = one?.dataIndex ?? -1;
        const group = groups[one?.seriesIndex ?? -1];
        const error = group?.errors?.[at] ?? null;
        const told = error === null ? '' : ` ± ${formatNumber(error, 2)}`;
        return `${labels[at] ?? ''}, ${group?.name ?? ''}: ${formatNumber(group?.values[at] ?? null, 4)}${told}`;
      },
    },
    xAxis: {
      ...look,
      type: 'value',
      name: valueName,
      nameLocation: 'middle',
      nameGap: 24,
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v, 2) },
    },
    yAxis: {
      ...look,
      type: 'category',
      inverse: true,
      data: [...labels],
      splitLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      ...groups.map(({ name, colour, values }) => ({
        type: 'bar' as const,
        name,
        data: values.map((value) => value ?? '-'),
        itemStyle: { color: colour },
        ...barLook,
      })),
      ...groups.flatMap((group, i) => whiskers(group, i, { count: groups.length, style })),
    ],
  };
}

/** Lines over the ends of bars, from each value less its error to the value plus it; empty where no value has one. */
function whiskers(
  { name, values, errors = [] }: BarGroup,
  group: number,
  { count, style }: { count: number; style: ChartStyle },
): CustomSeriesOption[] {
  const rows = values.flatMap((value, row) => {
    const error = errors[row] ?? null;
    return value === null || error === null
      ? []
      : [{ row, low: value - error, high: value + error }];
  });
  if (rows.length === 0) return [];
  return [
    {
      id: `errors ${name}`,
      type: 'custom',
      silent: true,
      animation: false,
      z: 4,
      data: rows.map(({ row, low, high }) => [low, high, row]),
      encode: { x: [0, 1], y: 2 },
      renderItem: (params, api): CustomSeriesRenderItemReturn => {
        const { row = 0, low = 0, high = 0 } = rows[params.dataIndex] ?? {};
        const { offsetCenter = 0 } = api.barLayout({ count, ...barLook })?.[group] ?? {};
        const [left = 0, middle = 0] = api.coord([low, row]);
        const [right = 0] = api.coord([high, row]);
        const y = middle + offsetCenter;
        const line = (x1: number, y1: number, x2: number, y2: number) => ({
          type: 'line' as const,
          shape: { x1, y1, x2, y2 },
          style: { stroke: style.ink, lineWidth: 1 },
        });
        const ends = [left, right].map((x) => line(x, y - 3, x, y + 3));
        return { type: 'group', children: [line(left, y, right, y), ...ends] };
      },
    },
  ];
}
