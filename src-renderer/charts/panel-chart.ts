/** One panel of the phase diagram: rectangles on the axes of the diagram, on the large one the phases' lines and names. */
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
} from 'echarts';
import { colourAt, phaseColours } from '#shared/domain/colour-maps';
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { tickIndices, type DiagramAxis } from '#shared/domain/diagram-axis';
import { axisLook, baseOption, chartFont, type ChartStyle } from './chart-style';
import { hatchLines } from './hatch';
import { cellBox, panelMargins, type PanelSize } from './panel-geometry';

export interface PanelOptions {
  readonly size: PanelSize;
  readonly style: ChartStyle;
  /** Width and height of the box in pixels: decides how many ticks have labels. */
  readonly box: { readonly width: number; readonly height: number };
}

/**
 * The chart of one panel.
 *
 * Axes run over 0..1 with the diagram's own tick places, so that log, linear and category axes are drawn alike and cells
 * keep their uneven widths. Cells without a number are hatched; diverged ones are hatched both ways.
 */
export function panelOption(
  diagram: Diagram,
  panel: DiagramPanel,
  options: PanelOptions,
): EChartsOption {
  const { size, style, box } = options;
  const margins = panelMargins(diagram, size);
  const plotWidth = Math.max(1, box.width - margins.left - margins.right);
  const plotHeight = Math.max(1, box.height - margins.top - margins.bottom);
  const widest = Math.max(1, ...diagram.x.labels.map((label) => label.length));
  return {
    ...baseOption(style),
    grid: { ...margins, containLabel: false },
    xAxis: {
      ...unitAxis(diagram.x, (8 + 7 * widest) / plotWidth, style),
      ...(size === 'large' ? { name: axisName(diagram.x), nameGap: 26 } : {}),
    },
    yAxis: {
      ...unitAxis(diagram.y, 15 / plotHeight, style),
      ...(size === 'large' ? { name: axisName(diagram.y), nameGap: margins.left - 16 } : {}),
    },
    series: [
      cellSeries(diagram, panel, style),
      ...(size === 'large' ? [boundarySeries(diagram), labelSeries(diagram)] : []),
    ],
  };
}

/** `Width · load`, `Batch size · temperature, hot at the top`. */
export function axisName(axis: DiagramAxis): string {
  if (axis.title === '') return '';
  if (axis.role === 'none') return axis.title;
  if (axis.role === 'load') return `${axis.title} · load`;
  return `${axis.title} · temperature`;
}

function unitAxis(axis: DiagramAxis, gap: number, style: ChartStyle) {
  const look = axisLook(style);
  const labelled = tickIndices(axis, gap);
  const places = labelled.map((i) => axis.positions[i] ?? 0);
  const show = axis.values.length > 0;
  return {
    type: 'value' as const,
    min: 0,
    max: 1,
    nameLocation: 'middle' as const,
    nameTextStyle: look.nameTextStyle,
    axisLine: { ...look.axisLine, show: false },
    axisTick: { ...look.axisTick, show, length: 4, customValues: [...axis.positions] },
    splitLine: { show: false },
    axisLabel: {
      ...look.axisLabel,
      show,
      hideOverlap: false,
      margin: 7,
      customValues: places,
      formatter: (value: number) => labelAt(axis, value),
    },
  };
}

function labelAt(axis: DiagramAxis, value: number): string {
  const i = axis.positions.findIndex((p) => Math.abs(p - value) < 1e-6);
  return axis.labels[i] ?? '';
}

const inert = {
  type: 'custom' as const,
  silent: true,
  progressive: 0,
  progressiveThreshold: Infinity,
  animation: false,
};

function cellSeries(diagram: Diagram, panel: DiagramPanel, style: ChartStyle): CustomSeriesOption {
  return {
    ...inert,
    id: 'cells',
    data: diagram.cells.map((_, position) => position),
    renderItem: (params, api) => {
      const position = params.dataIndex;
      const cell = panel.cells[position];
      const rect = pixelBox(diagram, position, api);
      if (cell && cell.t !== null) {
        const fill = colourAt(panel.colourMap, cell.t);
        return { type: 'rect', shape: rect, style: { fill, stroke: fill, lineWidth: 0.5 } };
      }
      const directions =
        cell?.state === 'diverged' ? (['rising', 'falling'] as const) : (['rising'] as const);
      return {
        type: 'group',
        children: [
          { type: 'rect', shape: rect, style: { fill: style.missing } },
          ...directions.flatMap((direction) =>
            hatchLines(rect, 8, direction).map((shape) => ({
              type: 'line' as const,
              shape,
              style: { stroke: style.hatch, lineWidth: 1 },
            })),
          ),
        ],
      };
    },
  };
}

/** Whole pixels, so that neighbours neither overlap nor leave a hair between them. */
function pixelBox(diagram: Diagram, position: number, api: CustomSeriesRenderItemAPI) {
  const box = cellBox(diagram, position);
  const [left, top] = pixelOf(api, box.x, 1 - box.y);
  const [right, bottom] = pixelOf(api, box.x + box.width, 1 - box.y - box.height);
  const [x, y] = [Math.round(left), Math.round(top)];
  return { x, y, width: Math.round(right) - x, height: Math.round(bottom) - y };
}

function pixelOf(api: CustomSeriesRenderItemAPI, x: number, y: number): [number, number] {
  const [px = 0, py = 0] = api.coord([x, y]);
  return [px, py];
}

/** A dark line in a light casing, visible on every colour; dashed where one side is undecided. */
function boundarySeries(diagram: Diagram): CustomSeriesOption {
  return {
    ...inert,
    id: 'boundaries',
    z: 3,
    data: diagram.boundaries.map((_, i) => i),
    renderItem: (params, api): CustomSeriesRenderItemReturn => {
      const boundary = diagram.boundaries[params.dataIndex];
      const points = (boundary?.points ?? []).map(([x, y]) => pixelOf(api, x, y).map(Math.round));
      const dashed = boundary?.kind === 'undecided';
      const line = (stroke: string, lineWidth: number, lineDash: number[] | 'solid') => ({
        type: 'polyline' as const,
        shape: { points },
        style: { fill: 'none', stroke, lineWidth, lineDash, lineJoin: 'round' as const },
      });
      if (dashed)
        return {
          type: 'group',
          children: [line('#ffffff', 2, 'solid'), line('#000000', 2, [3, 5])],
        };
      return {
        type: 'group',
        children: [line('#ffffff', 5, 'solid'), line('#000000', 2.5, 'solid')],
      };
    },
  };
}

/** The name of each region, as large as its room allows; undecided cells get a question mark each. */
function labelSeries(diagram: Diagram): CustomSeriesOption {
  const names = diagram.regions
    .filter((region) => region.phase !== 'undecided')
    .map((region) => ({
      text: region.phase,
      at: region.label,
      room: region.room,
      border: phaseColours[region.phase],
    }));
  const marks = diagram.cells.flatMap((cell, position) => {
    if (cell.phase !== 'undecided' || cell.result === null) return [];
    const { x, y, width, height } = cellBox(diagram, position);
    const at = [x + width / 2, 1 - y - height / 2] as const;
    return [{ text: '?', at, room: { width, height }, border: phaseColours.undecided }];
  });
  const labels = [...marks, ...names];
  return {
    ...inert,
    id: 'labels',
    z: 4,
    data: labels.map((_, i) => i),
    renderItem: (params, api): CustomSeriesRenderItemReturn => {
      const label = labels[params.dataIndex];
      if (!label) return null;
      const [x, y] = pixelOf(api, label.at[0], label.at[1]);
      const [left, top] = pixelOf(api, 0, label.room.height);
      const [right, bottom] = pixelOf(api, label.room.width, 0);
      const fontSize = labelSize(label.text, right - left, bottom - top);
      if (fontSize === null) return null;
      return {
        type: 'text',
        x,
        y,
        style: {
          text: label.text,
          align: 'center',
          verticalAlign: 'middle',
          fontSize,
          fontWeight: 600,
          fill: '#000000',
          backgroundColor: 'rgba(255,255,255,0.9)',
          borderColor: label.border,
          borderWidth: label.text === '?' ? 0 : 2,
          borderRadius: 3,
          padding: label.text === '?' ? [1, 4] : [3, 7],
        },
      };
    },
  };
}

/** The largest of the chart's sizes that fits the room; null where even the smallest does not. */
function labelSize(text: string, width: number, height: number): number | null {
  const largest = text === '?' ? chartFont.small : chartFont.title;
  const sizes = [chartFont.title, chartFont.name, chartFont.small].filter((s) => s <= largest);
  return sizes.find((s) => 0.66 * s * text.length + 14 <= width && s + 8 <= height) ?? null;
}
