/** How many cells each phase has along one threshold, as steps, with the present value marked. */
import type { EChartsOption } from 'echarts';
import { phaseNames, type Phase } from '#shared/domain/phases';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber, tickDigits } from './number-format';

export interface PhaseLines {
  /** Rising. */
  readonly values: readonly number[];
  /** Parallel to the values. */
  readonly counts: readonly Readonly<Record<Phase, number>>[];
  readonly scale: 'linear' | 'log';
  /** The value that is set. */
  readonly present: number;
  /** `Flat: train loss below (nats)`. */
  readonly title: string;
}

export interface PhaseLinesOptions {
  readonly style: ChartStyle;
  /** Colours of the phases as lines on this surface. */
  readonly colours: Readonly<Record<Phase, string>>;
}

/** The patterns tell phases apart that share a hue for some eyes. */
const patterns: Readonly<Record<Phase, 'solid' | 'dashed' | 'dotted'>> = {
  I: 'solid',
  II: 'dashed',
  III: 'solid',
  'IV-A': 'dashed',
  'IV-B': 'solid',
  undecided: 'dotted',
};

/** The phases that have a cell somewhere on the lines. */
export function phasesOf({ counts }: Pick<PhaseLines, 'counts'>): readonly Phase[] {
  return phaseNames.filter((phase) => counts.some((at) => at[phase] > 0));
}

/** The chart of one threshold. */
export function phaseLinesOption(
  lines: PhaseLines,
  { style, colours }: PhaseLinesOptions,
): EChartsOption {
  const look = axisLook(style, { gridLines: true });
  const { values, counts, scale, present, title } = lines;
  const digits = Math.max(2, tickDigits(values));
  const format = (v: number) => formatNumber(v, scale === 'log' ? 2 : digits);
  return {
    ...baseOption(style),
    grid: { left: 44, right: 16, top: 24, bottom: 40 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'line', lineStyle: { color: style.inkSoft } },
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const at = one?.dataIndex ?? -1;
        const found = counts[at];
        if (!found) return '';
        const parts = phasesOf(lines).map((phase) => `${phase}: ${found[phase]}`);
        return [`${title} ${format(values[at] ?? NaN)}`, ...parts].join('\n');
      },
    },
    xAxis: {
      ...look,
      type: scale === 'log' ? 'log' : 'value',
      min: values[0] ?? 0,
      max: values.at(-1) ?? 1,
      name: title,
      nameLocation: 'middle',
      nameGap: 24,
      splitLine: { show: false },
      axisLabel: { ...look.axisLabel, formatter: format },
    },
    yAxis: {
      ...look,
      type: 'value',
      min: 0,
      minInterval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: phasesOf(lines).map((phase, i) => ({
      id: phase,
      name: phase,
      type: 'line' as const,
      step: 'middle' as const,
      symbol: 'none',
      data: values.map((value, k) => [value, counts[k]?.[phase] ?? 0]),
      lineStyle: { color: colours[phase], width: 2, type: patterns[phase] },
      itemStyle: { color: colours[phase] },
      emphasis: { disabled: true },
      ...(i > 0
        ? {}
        : {
            markLine: {
              silent: true,
              symbol: 'none',
              precision: -1,
              lineStyle: { color: style.ink, type: 'solid' as const, width: 1 },
              label: { formatter: 'now', color: style.ink, position: 'end' as const },
              data: [{ xAxis: present }],
            },
          }),
    })),
  };
}
