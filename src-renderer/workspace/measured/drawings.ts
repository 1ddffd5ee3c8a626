/** What a metric's drawings show of a cell: series and fields of its tasks as charts. Pure; knows no metric by name. */
import type { EChartsOption } from 'echarts';
import type { MetricDrawing, SettingWords } from '#shared/domain/metric-definition';
import { barOption } from '../../charts/bar-chart';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import { curveOption, fitsLogAxis, type Curve } from '../../charts/curve-chart';
import { pointsOption } from '../../charts/points-chart';
import { treeOption } from '../../charts/tree-chart';
import { seriesIn, type Drawn, type DrawnSubject } from './drawn-subjects';
import { colourScaleOf, fieldChart, type ColourScale } from './field-drawing';
import { curveMarks, drawable } from './model';
import { factTexts, noteTexts } from './notes';

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
  readonly scale: ColourScale | null;
  /** Samples and facts, as they are printed under the chart. */
  readonly notes: readonly string[];
  /** Bars above each other; 0 for other drawings. */
  readonly rows: number;
}

/**
 * The chart of a drawing; null where no subject has a finite point.
 *
 * @param words - of the metric's settings, for facts that repeat one
 */
export function drawingChart(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  words: Readonly<Record<string, SettingWords>> = {},
): DrawingChart | null {
  const option = optionOf(drawing, subjects, style);
  if (!option) return null;
  const shown = subjects.flatMap(({ measurements }) =>
    measurements.filter(({ name }) => name === drawing.series),
  );
  const notes = shown.flatMap(({ samples, facts }) => [
    { kind: 'on', text: samples, of: '' },
    ...factTexts(facts, words).map((text) => ({ kind: '', text, of: '' })),
  ]);
  return {
    option,
    ...legendOf(drawing, subjects, style),
    scale: colourScaleOf(drawing, subjects),
    notes: [
      ...(drawing.kind === 'field' && drawing.pathTitle ? [drawing.pathTitle] : []),
      ...noteTexts(notes),
    ],
    rows: drawing.kind === 'bars' ? rowsOf(shown, drawing) : 0,
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

function rowsOf(shown: readonly Drawn[], { label }: Drawing<'bars'>): number {
  const [first] = shown;
  return first?.kind === 'series' ? (first.columns[label.column]?.length ?? 0) : 0;
}

/** Why a drawing has nothing to show, as its measurements tell; null where they do not. */
export function noDrawingReason(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
): string | null {
  const reasons = subjects.flatMap(({ measurements }) =>
    measurements.flatMap(({ name, facts }) =>
      name === drawing.series && facts?.['reason'] !== undefined ? [String(facts['reason'])] : [],
    ),
  );
  if (reasons.length > 0) return `It could not be computed: ${[...new Set(reasons)].join('; ')}.`;
  return drawing.kind === 'points' ? (drawing.empty ?? null) : null;
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
    yName: isLog ? logTitle(drawing.yTitle ?? y?.title ?? '') : (drawing.yTitle ?? y?.title ?? ''),
    yScale: isLog ? 'log' : 'value',
    xScale: drawing.xScale === 'log' ? 'log' : 'value',
    dots: curves.every(({ points }) => points.length <= 60),
    marks,
    ...(mid === null ? {} : { level: mid }),
  });
}

/** `loss (nats, log)`, `density (log)`. */
function logTitle(title: string): string {
  return title.endsWith(')') ? `${title.slice(0, -1)}, log)` : `${title} (log)`;
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

function treeChart(
  { series, value, scale }: Drawing<'tree'>,
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
  if (nodes.length < 2) return null;
  const isLog = scale === 'log' && nodes.every((node) => node.value > 0);
  return treeOption(nodes, { style, valueName: isLog ? logTitle(value) : value, isLog });
}
