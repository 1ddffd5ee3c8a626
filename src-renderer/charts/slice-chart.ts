/** Lines of the grid with error bars: one number along one axis, another one dashed, and where training begins to fit all samples. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import { colourAt } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import { tickIndices } from '#shared/domain/diagram-axis';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import {
  interpolationPlace,
  sliceAxis,
  sliceLines,
  type SliceChoice,
} from '#shared/domain/diagram-slices';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber, formatWithError, tickDigits } from './number-format';

export interface SliceOptions extends SliceChoice {
  readonly style: ChartStyle;
  /** Width of the box in pixels: decides how many ticks have labels. */
  readonly width: number;
  /** The same number over the training samples, drawn dashed. */
  readonly partner?: DiagramPanel | undefined;
  /** Positions in the diagram's cells whose points are marked. */
  readonly selected?: readonly number[];
}

/** One line per row (or column) chosen; error bars are one standard error. */
export function sliceOption(
  diagram: Diagram,
  panel: DiagramPanel,
  options: SliceOptions,
): EChartsOption {
  const { style, width, partner, selected = [] } = options;
  const look = axisLook(style, { gridLines: true });
  const axis = sliceAxis(diagram, options.along);
  const rows = [
    ...sliceRows(diagram, panel, options),
    ...(partner
      ? sliceRows(diagram, partner, options).map((row) => ({ ...row, dashed: true }))
      : []),
  ];
  const heights = rows.flatMap(({ points }) =>
    points.flatMap(({ y, error }) => (y === null ? [] : [y - (error ?? 0), y + (error ?? 0)])),
  );
  const digits = Math.max(3, tickDigits(heights));
  const widest = Math.max(1, ...axis.labels.map((l) => l.length));
  const labelled = tickIndices(axis, (8 + 7 * widest) / Math.max(1, width - 80));
  const labelAt = (v: number) =>
    axis.labels[axis.positions.findIndex((p) => Math.abs(p - v) < 1e-6)] ?? '';
  const yTitle = sliceTitle(panel);
  return {
    ...baseOption(style),
    grid: { left: 60, right: 16, top: 28, bottom: 44 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const row = rows[one?.seriesIndex ?? -1];
        const point = row?.points[one?.dataIndex ?? -1];
        if (!row || !point) return '';
        const where = [`${axis.title} ${labelAt(point.x)}`, row.name].filter(Boolean).join(', ');
        return `${where}\n${row.title} ${formatWithError(point.y, point.error)} (n ${point.n ?? 'unknown'})`;
      },
    },
    xAxis: {
      ...look,
      type: 'value',
      min: 0,
      max: 1,
      splitLine: { show: false },
      name: axis.title,
      nameLocation: 'middle',
      nameGap: 26,
      axisTick: { ...look.axisTick, customValues: [...axis.positions] },
      axisLabel: {
        ...look.axisLabel,
        hideOverlap: false,
        customValues: labelled.map((i) => axis.positions[i] ?? 0),
        formatter: labelAt,
      },
    },
    yAxis: {
      ...look,
      type: 'value',
      scale: true,
      name: yTitle,
      nameLocation: 'end',
      nameGap: 12,
      nameTextStyle: { ...look.nameTextStyle, align: 'left', padding: [0, 0, 0, -52] },
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...look.axisLabel, formatter: (v: number) => formatNumber(v, digits) },
    },
    series: [
      ...rows.map((row) => ({
        id: `${row.title} ${row.line}`,
        name: row.name,
        type: 'line' as const,
        symbol: row.dashed ? 'emptyCircle' : 'circle',
        symbolSize: 7,
        data: row.points.map((p) => ({
          value: [p.x, p.y ?? '-'],
          ...(selected.includes(p.position)
            ? { symbolSize: 12, itemStyle: { borderColor: style.ink, borderWidth: 2 } }
            : {}),
        })),
        lineStyle: {
          color: row.colour,
          width: 1.5,
          type: row.dashed ? 'dashed' : 'solid',
        } as const,
        itemStyle: { color: row.colour, borderColor: style.inkSoft, borderWidth: 0.5 },
        emphasis: { disabled: true },
        ...(row.dashed || row.interpolation === null ? {} : interpolationMark(row)),
      })),
      ...rows.map((row) => errorBars(row)),
    ],
  };
}

/** `Test accuracy`, with the unit. */
export function sliceTitle(panel: DiagramPanel): string {
  return panel.unit === '' ? panel.title : `${panel.title} (${panel.unit})`;
}

/** A dashed line down to the axis where the train error of the row reaches 0. */
function interpolationMark(row: SliceRow) {
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      precision: -1,
      lineStyle: { color: row.colour, type: 'dotted' as const, width: 1.5 },
      label: { show: false },
      data: [{ xAxis: row.interpolation ?? 0 }],
    },
  };
}

export interface SliceRow {
  /** Row of the grid, column where lines run along y. */
  readonly line: number;
  /** `Batch size 32`; empty without a second axis. */
  readonly name: string;
  /** The number drawn, as titles print it. */
  readonly title: string;
  readonly colour: string;
  readonly dashed: boolean;
  /** Where train error reaches 0, along the axis; null where it does not, or is not known. */
  readonly interpolation: number | null;
  readonly points: readonly {
    readonly x: number;
    readonly y: number | null;
    readonly error: number | null;
    /** Null where it was imported and its count is not known. */
    readonly n: number | null;
    readonly position: number;
  }[];
}

/** The lines of a slice, the top row (the hottest) first. */
export function sliceRows(
  diagram: Diagram,
  panel: DiagramPanel,
  options: SliceChoice & {
    readonly style: Pick<ChartStyle, 'lines' | 'linesOfMap'>;
  },
): SliceRow[] {
  const lines = sliceLines(diagram, panel, options);
  const axis = sliceAxis(diagram, options.along);
  const other = axis === diagram.y ? diagram.x : diagram.y;
  const isSingle = other.positions.length === 1;
  const [from, to] = options.style.linesOfMap;
  return lines.map((line) => ({
    line: line.line,
    name: line.label === '' ? '' : `${other.title} ${line.label}`,
    title: sliceTitle(panel),
    colour: isSingle
      ? (options.style.lines[0] ?? '#0072b2')
      : colourAt('viridis', from + (to - from) * line.share),
    dashed: false,
    interpolation: interpolationPlace(diagram, axis, line),
    points: line.points.map(({ x, position, cell: { value, error, n } }) => ({
      x,
      position,
      y: value,
      error,
      n,
    })),
  }));
}

function errorBars(row: SliceRow) {
  const bars = row.points.flatMap((p) =>
    p.y === null || p.error === null ? [] : [{ x: p.x, low: p.y - p.error, high: p.y + p.error }],
  );
  return {
    id: `errors ${row.title} ${row.line}`,
    type: 'custom' as const,
    silent: true,
    data: bars.flatMap((b) => [
      [b.x, b.low],
      [b.x, b.high],
    ]),
    renderItem: (
      params: { dataIndex: number },
      api: { coord?: (v: number[]) => number[] },
    ): CustomSeriesRenderItemReturn => {
      const bar = bars[Math.floor(params.dataIndex / 2)];
      if (!bar || !api.coord || params.dataIndex % 2 === 1) return null;
      const [x1 = 0, y1 = 0] = api.coord([bar.x, bar.low]);
      const [x2 = 0, y2 = 0] = api.coord([bar.x, bar.high]);
      const cap = (y: number) => ({
        type: 'line' as const,
        shape: { x1: x1 - 3, y1: y, x2: x1 + 3, y2: y },
        style: { stroke: row.colour, lineWidth: 1 },
      });
      return {
        type: 'group',
        children: [
          { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: row.colour, lineWidth: 1 } },
          cap(y1),
          cap(y2),
        ],
      };
    },
  };
}
