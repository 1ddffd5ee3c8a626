/** What a metric's drawings show of a cell: series and fields of its tasks as charts. Pure; knows no metric by name. */
import type { EChartsOption } from 'echarts';
import type { CellTask } from '#shared/contract/views';
import type { ColourUse, MetricDrawing } from '#shared/domain/metric-definition';
import type { FieldMeasurement, SeriesMeasurement } from '#shared/domain/measurement';
import { barOption } from '../../charts/bar-chart';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import { curveOption, fitsLogAxis, type Curve } from '../../charts/curve-chart';
import { gradientOf } from '../../charts/colour-gradient';
import { fieldOption, fieldScale, fieldValueAt } from '../../charts/field-chart';
import { formatNumber } from '../../charts/number-format';
import { pointsOption } from '../../charts/points-chart';
import { treeOption } from '../../charts/tree-chart';
import { curveMarks, drawable, subjectText } from './model';

type Drawn = SeriesMeasurement | FieldMeasurement;

/** What one task drew, by the seed or pair that it belongs to. */
export interface DrawnSubject {
  readonly subject: string;
  readonly measurements: readonly Drawn[];
}

/** The subjects of a metric that have something for a drawing, in the order of the tasks. */
export function drawnSubjects(
  tasks: readonly CellTask[],
  metric: string,
  { series }: MetricDrawing,
): readonly DrawnSubject[] {
  const found = tasks
    .filter((task) => task.kind === metric)
    .flatMap((task) => task.measurements.filter((m): m is Drawn => m.kind !== 'scalar'));
  const bySubject = Map.groupBy(found, (m) => subjectText(m.subject));
  return [...bySubject].flatMap(([subject, measurements]) =>
    measurements.some(({ name }) => name === series) ? [{ subject, measurements }] : [],
  );
}

/** Whether a drawing shows one subject at a time: fields, trees and diagrams of several would lie on each other. */
export function showsOne({ kind }: MetricDrawing): boolean {
  return kind === 'field' || kind === 'tree' || kind === 'points';
}

export interface DrawingChart {
  readonly option: EChartsOption;
  /** Colours with the subject, or the column where one subject is shown, that they stand for. */
  readonly names: readonly { readonly name: string; readonly colour: string }[];
  /** What solid and dashed lines stand for; empty where all are alike. */
  readonly lines: string;
  /** What the colours of a field stand for; null for other drawings. */
  readonly scale: {
    readonly gradient: string;
    readonly least: string;
    readonly middle: string;
    readonly most: string;
  } | null;
  /** Facts and samples, as they are printed under the chart. */
  readonly notes: readonly string[];
}

/** The chart of a drawing; null where no subject has a finite point. */
export function drawingChart(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): DrawingChart | null {
  const option = optionOf(drawing, subjects, style);
  if (!option) return null;
  const shown = subjects.flatMap(({ measurements }) =>
    measurements.filter(({ name }) => name === drawing.series),
  );
  const notes = shown.flatMap((m) => [`on ${m.samples}`, ...factTexts(m)]);
  return {
    option,
    ...legendOf(drawing, subjects, style),
    scale: colourScaleOf(drawing, subjects),
    notes: [...new Set(notes)],
  };
}

function legendOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): Pick<DrawingChart, 'names' | 'lines'> {
  const bySubject = subjects.map(({ subject }, i) => ({
    name: subject,
    colour: lineColour(style, i),
  }));
  if (drawing.kind !== 'curve' || drawing.y.length === 1) return { names: bySubject, lines: '' };
  const [first, ...others] = drawing.y.map(({ title }) => title);
  if (subjects.length > 1)
    return { names: bySubject, lines: `solid: ${first ?? ''}; dashed: ${others.join(', ')}` };
  const names = drawing.y.map(({ title }, k) => ({ name: title, colour: lineColour(style, k) }));
  return { names, lines: '' };
}

/** `explained variance 0.93`; lists such as layers' names belong to the axes. */
function factTexts({ facts = {} }: Drawn): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (typeof value === 'object') return [];
    const shown = typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
    return [`${name} ${shown}`];
  });
}

function optionOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): EChartsOption | null {
  switch (drawing.kind) {
    case 'curve':
      return curveChart(drawing, subjects, style);
    case 'points':
      return pointsChart(drawing, subjects, style);
    case 'bars':
      return barsChart(drawing, subjects, style);
    case 'field':
      return fieldChart(drawing, subjects, style);
    case 'tree':
      return treeChart(drawing, subjects, style);
    default:
      return drawing satisfies never;
  }
}

function seriesIn({ measurements }: DrawnSubject, name: string): SeriesMeasurement | null {
  const found = measurements.find((m) => m.name === name);
  return found?.kind === 'series' ? found : null;
}

type Drawing<K extends MetricDrawing['kind']> = Extract<MetricDrawing, { kind: K }>;

function curvesOf(
  { series, x, y }: Drawing<'curve'>,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): readonly Curve[] {
  const hasOneSubject = subjects.length === 1;
  const curves = subjects.flatMap((subject, i) => {
    const columns = seriesIn(subject, series)?.columns ?? {};
    const places = columns[x.column] ?? [];
    return y.flatMap(({ column, title }, k): Curve[] => {
      const values = columns[column];
      if (!values) return [];
      const name = y.length === 1 ? subject.subject : `${subject.subject}, ${title}`;
      return [
        {
          id: `${subject.subject} ${column}`,
          name,
          // Of one subject the columns differ by colour, of several by their line.
          colour: lineColour(style, hasOneSubject ? k : i),
          line: k === 0 || hasOneSubject ? 'solid' : 'dashed',
          points: values
            .map((value, row) => [places[row] ?? row, value] as const)
            .sort((a, b) => a[0] - b[0]),
        },
      ];
    });
  });
  return drawable(curves);
}

function curveChart(
  drawing: Drawing<'curve'>,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): EChartsOption | null {
  const curves = curvesOf(drawing, subjects, style);
  const [first] = curves;
  if (!first) return null;
  const [y] = drawing.y;
  const isLog = drawing.scale === 'log' && fitsLogAxis(curves);
  const { marks, mid } = drawing.marksExtremes ? curveMarks(first) : { marks: [], mid: null };
  return curveOption(curves, {
    style,
    xName: drawing.x.title,
    yName: `${drawing.y.length === 1 ? (y?.title ?? '') : drawing.title}${isLog ? ' (log)' : ''}`,
    yScale: isLog ? 'log' : 'value',
    dots: curves.every(({ points }) => points.length <= 60),
    marks,
    ...(mid === null ? {} : { level: mid }),
  });
}

function pointsChart(
  { series, x, y, diagonal = false }: Drawing<'points'>,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): EChartsOption | null {
  const groups = subjects.map((subject, i) => {
    const columns = seriesIn(subject, series)?.columns ?? {};
    const heights = columns[y.column] ?? [];
    const points = (columns[x.column] ?? []).flatMap((value, row) => {
      const height = heights[row] ?? null;
      return value === null || height === null ? [] : [[value, height] as const];
    });
    return { name: subject.subject, colour: lineColour(style, i), points };
  });
  if (groups.every(({ points }) => points.length === 0)) return null;
  return pointsOption(groups, { style, xName: x.title, yName: y.title, diagonal });
}

function barsChart(
  { series, label, value }: Drawing<'bars'>,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
): EChartsOption | null {
  const found = subjects.flatMap((subject) => {
    const own = seriesIn(subject, series);
    return own ? [{ subject: subject.subject, own }] : [];
  });
  const [first] = found;
  if (!first) return null;
  const names = first.own.facts?.['names'];
  const labels = (first.own.columns[label.column] ?? []).map((entry, row) =>
    Array.isArray(names) ? String(names[entry ?? row] ?? entry) : String(entry ?? row),
  );
  const groups = found.map(({ subject, own }, i) => ({
    name: subject,
    colour: lineColour(style, i),
    values: own.columns[value.column] ?? [],
  }));
  return labels.length === 0 ? null : barOption(labels, groups, { style, valueName: value.title });
}

/** The field that a drawing shows; null where no value is a number. */
function fieldOf(
  { series }: Drawing<'field'>,
  [subject]: readonly DrawnSubject[],
): FieldMeasurement | null {
  const field = subject?.measurements.find(({ name }) => name === series);
  return field?.kind === 'field' && field.values.some((value) => value !== null) ? field : null;
}

function colourScaleOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
): DrawingChart['scale'] {
  if (drawing.kind !== 'field') return null;
  const field = fieldOf(drawing, subjects);
  const scale = field && fieldScale(field.values, drawing.scale === 'log');
  if (!scale) return null;
  const at = (t: number) => formatNumber(fieldValueAt(scale, t), 3);
  return {
    gradient: gradientOf({
      colourMap: fieldMap(drawing.colour ?? 'sequential'),
      reversed: false,
    }),
    least: at(0),
    middle: `${drawing.value}${scale.isLog ? ', log' : ''}: ${at(0.5)}`,
    most: at(1),
  };
}

function fieldChart(
  drawing: Drawing<'field'>,
  [subject]: readonly DrawnSubject[],
  style: ChartStyle,
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
  });
}

const fieldMap = (use: ColourUse) => (use === 'diverging' ? 'diverging' : 'viridis');

function treeChart(
  { series, value }: Drawing<'tree'>,
  [subject]: readonly DrawnSubject[],
  style: ChartStyle,
): EChartsOption | null {
  const columns = (subject ? seriesIn(subject, series) : null)?.columns;
  const parents = columns?.['parent'] ?? [];
  const drawn = (columns?.['value'] ?? []).flatMap((value, row) =>
    value === null ? [] : [{ value, node: columns?.['node']?.[row], parent: parents[row] }],
  );
  const positions = new Map(drawn.map(({ node }, position) => [node, position]));
  const nodes = drawn.map(({ value, parent }) => ({
    value,
    parent: positions.get(parent) ?? null,
  }));
  return nodes.length < 2 ? null : treeOption(nodes, { style, valueName: value });
}
