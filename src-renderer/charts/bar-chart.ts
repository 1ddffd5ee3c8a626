/** Bars beside their names: a number for each layer. */
import type { EChartsOption } from 'echarts';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber } from './number-format';

export interface BarGroup {
  /** A seed or a pair. */
  readonly name: string;
  readonly colour: string;
  /** One for each label; null where there is no number. */
  readonly values: readonly (number | null)[];
}

export interface BarOptions {
  readonly style: ChartStyle;
  readonly valueName: string;
}

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
        return `${labels[at] ?? ''}, ${group?.name ?? ''}: ${formatNumber(group?.values[at] ?? null, 4)}`;
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
    series: groups.map(({ name, colour, values }) => ({
      type: 'bar' as const,
      name,
      data: values.map((value) => value ?? '-'),
      itemStyle: { color: colour },
      barMaxWidth: 14,
      barGap: '10%',
    })),
  };
}
