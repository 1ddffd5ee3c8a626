/** How a field of a metric is drawn: its map of colours, its names and what lies over it. Pure. */
import type { EChartsOption } from 'echarts';
import type { ColourUse, MetricDrawing } from '#shared/domain/metric-definition';
import type { FieldMeasurement } from '#shared/domain/measurement';
import type { ChartStyle } from '../../charts/chart-style';
import { gradientOf } from '../../charts/colour-gradient';
import {
  fieldOption,
  fieldScale,
  fieldValueAt,
  type FieldScale,
  type FieldView,
} from '../../charts/field-chart';
import { formatNumber } from '../../charts/number-format';
import { seriesIn, type DrawnSubject } from './drawn-subjects';

type FieldDrawing = Extract<MetricDrawing, { kind: 'field' }>;

/** What the colours of a field stand for. */
export interface ColourScale {
  readonly gradient: string;
  /** Of the value, with its unit. */
  readonly title: string;
  readonly least: string;
  readonly middle: string;
  readonly most: string;
}

/** The field that a drawing shows; null where no value is a number. */
function fieldOf(
  { series }: FieldDrawing,
  [subject]: readonly DrawnSubject[],
): FieldMeasurement | null {
  const field = subject?.measurements.find(({ name }) => name === series);
  return field?.kind === 'field' && field.values.some((value) => value !== null) ? field : null;
}

/** The colour bar of a field; null for other drawings and where there is nothing to draw. */
export function colourScaleOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
): ColourScale | null {
  if (drawing.kind !== 'field') return null;
  const field = fieldOf(drawing, subjects);
  const isDiverging = drawing.colour === 'diverging';
  const scale = field && fieldScale(field.values, drawing.scale === 'log', isDiverging);
  return scale && scaleWords(drawing, scale);
}

/** The colour bar of a scale, also of one that several fields share. */
export function scaleWords(drawing: FieldDrawing, scale: FieldScale): ColourScale {
  const at = (t: number) => formatNumber(fieldValueAt(scale, t), 3);
  return {
    gradient: gradientOf({
      colourMap: fieldMap(drawing.colour ?? 'sequential'),
      reversed: false,
    }),
    title: `${drawing.value}${scale.isLog ? ', log scale' : ''}`,
    least: at(0),
    middle: at(0.5),
    most: at(1),
  };
}

/** The chart of a field; null where no value is a number. @param view - in place of its own scale and extent */
export function fieldChart(
  drawing: FieldDrawing,
  [subject]: readonly DrawnSubject[],
  style: ChartStyle,
  view?: FieldView,
): EChartsOption | null {
  const field = fieldOf(drawing, subject ? [subject] : []);
  if (!subject || !field) return null;
  const along = drawing.path === undefined ? null : seriesIn(subject, drawing.path);
  const ys = along?.columns['y'] ?? [];
  const path = (along?.columns['x'] ?? []).flatMap((x, row) => {
    const y = ys[row] ?? null;
    return x === null || y === null ? [] : [[x, y] as const];
  });
  return fieldOption(field, {
    style,
    xName: drawing.x,
    yName: drawing.y,
    valueName: drawing.value,
    colourMap: fieldMap(drawing.colour ?? 'sequential'),
    isLog: drawing.scale === 'log',
    path,
    ...(view === undefined ? {} : { view }),
    ...namesOf('xNames', field, drawing.xNames),
    ...namesOf('yNames', field, drawing.yNames),
  });
}

/** The names of columns or rows among the facts of a field. */
function namesOf(
  axis: 'xNames' | 'yNames',
  { facts }: FieldMeasurement,
  fact: string | undefined,
): Partial<Record<typeof axis, readonly string[]>> {
  const names = fact === undefined ? undefined : facts?.[fact];
  return typeof names === 'object' ? { [axis]: names } : {};
}

const fieldMap = (use: ColourUse) => (use === 'diverging' ? 'diverging' : 'viridis');
