/** A field over a plane: colours with contour lines, and a path over it. Loss surfaces are drawn so. */
import { contours } from 'd3-contour';
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
} from 'echarts';
import { colourAt, type ColourMap } from '#shared/domain/colour-maps';
import { axisLook, baseOption, tooltipOption, type ChartStyle } from './chart-style';
import { formatNumber } from './number-format';

export interface DrawnField {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Row by row; null where there is no number. */
  readonly values: readonly (number | null)[];
}

export interface FieldOptions {
  readonly style: ChartStyle;
  readonly xName: string;
  readonly yName: string;
  readonly valueName: string;
  readonly colourMap: ColourMap;
  readonly isLog: boolean;
  /** What columns and rows stand for, where they are no places on a line; then there are no contours. */
  readonly xNames?: readonly string[];
  readonly yNames?: readonly string[];
  /** In place of the field's own scale and extent: several fields side by side are seen alike. */
  readonly view?: FieldView;
  /** Points joined by a line, in the field's coordinates: the training on its plane. */
  readonly path?: readonly (readonly [number, number])[];
}

/** How fields are seen that are compared: one scale of colours and lines, one extent of both axes. */
export interface FieldView {
  readonly scale: FieldScale;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Where a value lies between the least and the most: 0..1; on a log scale by its logarithm. */
export interface FieldScale {
  readonly least: number;
  readonly most: number;
  readonly isLog: boolean;
}

/**
 * The scale of a field; null where it has no number. A log scale needs every value above 0, else it is linear; that of a
 * diverging map goes as far below 0 as above. Never throws.
 */
export function fieldScale(
  values: readonly (number | null)[],
  isLog: boolean,
  isDiverging = false,
): FieldScale | null {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least > most) return null;
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (isDiverging) return { least: -size, most: size, isLog: false };
  return { least, most, isLog: isLog && least > 0 };
}

/** Position of a value on a scale, 0..1; 0.5 where all values are equal. */
export function fieldPosition({ least, most, isLog }: FieldScale, value: number): number {
  const of = (v: number) => (isLog ? Math.log(v) : v);
  return most > least ? (of(value) - of(least)) / (of(most) - of(least)) : 0.5;
}

/** The value at a position of a scale. */
export function fieldValueAt({ least, most, isLog }: FieldScale, t: number): number {
  return isLog ? least * (most / least) ** t : least + t * (most - least);
}

/** Contour lines, at equal steps of the scale. */
const levels = 12;

/** The chart of a field; an axis is as long as its positions say, cells are centred on their points. */
export function fieldOption(field: DrawnField, options: FieldOptions): EChartsOption {
  const { style, xName, yName, xNames, yNames, valueName, path = [] } = options;
  const look = axisLook(style);
  const scale =
    options.view?.scale ??
    fieldScale(field.values, options.isLog, options.colourMap === 'diverging');
  const hasNames = xNames !== undefined || yNames !== undefined;
  // Things with names have whole cells; of places on a plane those at the border are cut in half.
  const margin = (positions: readonly number[]) => (hasNames ? halfStep(positions) : 0);
  const axis = (positions: readonly number[], name: string, names?: readonly string[]) => ({
    ...look,
    type: 'value' as const,
    min: (positions[0] ?? 0) - margin(positions),
    max: (positions.at(-1) ?? 1) + margin(positions),
    ...(names === undefined ? {} : { interval: halfStep(positions) }),
    splitLine: { show: false },
    axisLine: { ...look.axisLine, onZero: false },
    name,
    nameLocation: 'middle' as const,
    axisLabel: {
      ...look.axisLabel,
      ...endLabels(positions, hasNames),
      formatter: (v: number) => (names === undefined ? formatNumber(v, 2) : (names[v] ?? '')),
    },
  });
  const place = (at: number) => {
    const [x, y] = [at % field.x.length, Math.floor(at / field.x.length)];
    return `${xNames?.[x] ?? formatNumber(field.x[x] ?? null, 3)}, ${yNames?.[y] ?? formatNumber(field.y[y] ?? null, 3)}`;
  };
  return {
    ...baseOption(style),
    grid: { left: 56, right: 16, top: 12, bottom: 44 },
    tooltip: {
      ...tooltipOption(style),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        const at = one?.dataIndex ?? -1;
        if (one?.seriesId !== 'values' || at < 0) return '';
        return `${valueName} ${formatNumber(field.values[at] ?? null, 4)}\nat ${place(at)}`;
      },
    },
    xAxis: { ...axis(field.x, xName, xNames), ...ends(options.view?.x), nameGap: 26 },
    yAxis: { ...axis(field.y, yName, yNames), ...ends(options.view?.y), nameGap: 40 },
    series: [
      valueSeries(field, scale, options),
      ...(scale && !hasNames ? [contourSeries(field, scale)] : []),
      ...(path.length > 0 ? [pathSeries(path, style)] : []),
    ],
  };
}

/** The ends of an axis that several fields share. */
function ends(extent: readonly [number, number] | undefined): { min?: number; max?: number } {
  return extent === undefined ? {} : { min: extent[0], max: extent[1] };
}

/** Half the distance between two positions: a cell reaches so far from its point. */
function halfStep([first = 0, second = first + 1]: readonly number[]): number {
  return (second - first) / 2;
}

/** Whether the ends of an axis have labels: those that are not round would run into the ticks beside them. */
function endLabels(positions: readonly number[], hasNames: boolean) {
  const isRound = (v: number) => !hasNames && Number(v.toPrecision(1)) === v;
  return {
    showMinLabel: isRound(positions[0] ?? 0),
    showMaxLabel: isRound(positions.at(-1) ?? 1),
  };
}

const plain = {
  type: 'custom' as const,
  clip: true,
  progressive: 0,
  progressiveThreshold: Infinity,
  animation: false,
};

function valueSeries(
  { x, y, values }: DrawnField,
  scale: FieldScale | null,
  { colourMap, style }: FieldOptions,
): CustomSeriesOption {
  const [halfX, halfY] = [halfStep(x), halfStep(y)];
  return {
    ...plain,
    id: 'values',
    data: values.map((_, i) => i),
    renderItem: (params, api) => {
      const value = values[params.dataIndex];
      const centreX = x[params.dataIndex % x.length] ?? 0;
      const centreY = y[Math.floor(params.dataIndex / x.length)] ?? 0;
      const [left, top] = pixels(api, centreX - halfX, centreY + halfY);
      const [right, bottom] = pixels(api, centreX + halfX, centreY - halfY);
      const fill =
        typeof value === 'number' && scale
          ? colourAt(colourMap, fieldPosition(scale, value))
          : style.missing;
      const shape = { x: left, y: top, width: right - left, height: bottom - top };
      return { type: 'rect', shape, style: { fill } };
    },
  };
}

/** Whole pixels, so that neighbours neither overlap nor leave a hair between them. */
function pixels(api: CustomSeriesRenderItemAPI, x: number, y: number): [number, number] {
  const [px = 0, py = 0] = api.coord([x, y]);
  return [Math.round(px), Math.round(py)];
}

/** Lines of equal value; where a number is missing there is a hole, without a line around it. */
function contourSeries({ x, y, values }: DrawnField, scale: FieldScale): CustomSeriesOption {
  const thresholds = Array.from({ length: levels }, (_, i) =>
    fieldValueAt(scale, (i + 1) / (levels + 1)),
  );
  const filled = values.map((value) => value ?? scale.most);
  const found = contours().size([x.length, y.length]).smooth(true).thresholds(thresholds)(filled);
  const rings = found.flatMap(({ coordinates }) => coordinates.flat());
  // Contours count pixels: the first value's centre lies at 0.5.
  const place = (positions: readonly number[], at: number) => {
    const [first = 0, second = first + 1] = positions;
    return first + (at - 0.5) * (second - first);
  };
  const [right, top] = [x.length, y.length];
  const isInside = ([px = 0, py = 0]: readonly number[]) =>
    px > 0.5 && py > 0.5 && px < right - 0.5 && py < top - 0.5;
  return {
    ...plain,
    id: 'contours',
    silent: true,
    z: 3,
    data: rings.map((_, i) => i),
    renderItem: (params, api): CustomSeriesRenderItemReturn => {
      const ring = rings[params.dataIndex] ?? [];
      return {
        type: 'group',
        children: inner(ring, isInside).map((line) => ({
          type: 'polyline' as const,
          shape: {
            points: line.map(([px = 0, py = 0]) => {
              const [left = 0, up = 0] = api.coord([place(x, px), place(y, py)]);
              return [left, up] as [number, number];
            }),
          },
          style: { fill: 'none', stroke: 'rgba(255,255,255,0.55)', lineWidth: 1 },
        })),
      };
    },
  };
}

/** The pieces of a ring that do not run along the border of the field. */
function inner(
  ring: readonly (readonly number[])[],
  isInside: (point: readonly number[]) => boolean,
): (readonly number[])[][] {
  const pieces: (readonly number[])[][] = [];
  let piece: (readonly number[])[] = [];
  for (const point of ring) {
    if (isInside(point)) piece.push(point);
    else if (piece.length > 0) {
      pieces.push(piece);
      piece = [];
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces.filter((points) => points.length > 1);
}

function pathSeries(
  path: readonly (readonly [number, number])[],
  style: ChartStyle,
): CustomSeriesOption {
  return {
    ...plain,
    id: 'path',
    silent: true,
    z: 4,
    data: [0],
    renderItem: (_, api): CustomSeriesRenderItemReturn => {
      const points = path.map(([x, y]) => pixels(api, x, y));
      const line = (stroke: string, lineWidth: number) => ({
        type: 'polyline' as const,
        shape: { points },
        style: { fill: 'none', stroke, lineWidth },
      });
      const dot = ([cx, cy]: [number, number], fill: string, r: number) => ({
        type: 'circle' as const,
        shape: { cx, cy, r },
        style: { fill, stroke: '#ffffff', lineWidth: 1 },
      });
      const last = points.at(-1) ?? [0, 0];
      return {
        type: 'group',
        children: [
          line('#ffffff', 3),
          line('#000000', 1.5),
          ...points.slice(0, -1).map((point) => dot(point, '#000000', 2)),
          dot(last, style.lines[1] ?? '#d55e00', 4),
        ],
      };
    },
  };
}
