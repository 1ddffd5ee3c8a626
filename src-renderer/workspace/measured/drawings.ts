/** What a metric's drawings show of a cell: series and fields of its tasks as charts. Pure; knows no metric by name. */
import type { EChartsOption } from 'echarts';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import { barOption } from '../../charts/bar-chart';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import { bandWords, curveChart, lineColumns, overlayNames } from './curve-drawing';
import type { DrawOptions } from './draw-options';
import { seriesIn, type Drawn, type DrawnSubject } from './drawn-subjects';
import { colourScaleOf, fieldChart, type ColourScale } from './field-drawing';
import { factTexts, noteTexts } from './notes';
import { barcodeChart, pointsChart, treeChart } from './topology-drawing';
import { topologyPairsOf } from './topology-pairs';

/** Whether a drawing shows one subject at a time: fields, trees and diagrams of several would lie on each other. */
export function showsOne({ kind }: MetricDrawing): boolean {
  return kind === 'field' || kind === 'tree' || kind === 'points' || kind === 'barcode';
}

export interface DrawingChart {
  readonly option: EChartsOption;
  /** Colours with the subject, or the column where one subject is shown, that they stand for. */
  readonly names: readonly { readonly name: string; readonly colour: string }[];
  /** What solid and dashed lines and bands stand for; empty where all are alike. */
  readonly lines: string;
  /** What the colours of a field stand for; null for other drawings. */
  readonly scale: ColourScale | null;
  /** Samples and facts, as they are printed under the chart. */
  readonly notes: readonly string[];
  /** Bars above each other; 0 for other drawings. */
  readonly rows: number;
}

/** The chart of a drawing; null where no subject has a finite point. */
export function drawingChart(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  options: DrawOptions = {},
): DrawingChart | null {
  const option = optionOf(drawing, subjects, style, options);
  if (!option) return null;
  const shown = subjects.flatMap(({ measurements }) =>
    measurements.filter(({ name }) => name === drawing.series),
  );
  const notes = shown.flatMap(({ samples, facts }) => [
    { kind: 'on', text: samples, of: '' },
    ...factTexts(facts, options.words).map((text) => ({ kind: '', text, of: '' })),
  ]);
  return {
    option,
    ...legendOf(drawing, subjects, style, options),
    scale: colourScaleOf(drawing, subjects, options.alike),
    notes: [
      ...(drawing.kind === 'field' && drawing.pathTitle ? [drawing.pathTitle] : []),
      ...(drawing.kind === 'field' && drawing.pairs
        ? ['circles: minima, diamonds: the saddles where they meet deeper ones']
        : []),
      ...noteTexts(notes),
    ],
    rows: rowsOf(drawing, subjects),
  };
}

function legendOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  options: DrawOptions,
): Pick<DrawingChart, 'names' | 'lines'> {
  const bySubject = subjects.map(({ subject }, i) => ({
    name: subject,
    colour: lineColour(style, i),
  }));
  if (drawing.kind !== 'curve') return { names: bySubject, lines: '' };
  const columns = lineColumns(drawing);
  const [first, ...others] = columns.map(({ title }) => title);
  const hasColours = subjects.length === 1 && columns.length > 1;
  const lines = [
    ...(columns.length > 1 && !hasColours
      ? [`solid: ${first ?? ''}; dashed: ${others.join(', ')}`]
      : []),
    overlayNames(drawing, subjects, style, options),
    markedWords(drawing, subjects, options),
    bandWords(drawing, options),
    drawing.xMarks ? marksWords(drawing.xMarks, subjects, options) : '',
  ];
  return {
    names: hasColours
      ? columns.map(({ title }, k) => ({ name: title, colour: lineColour(style, k) }))
      : bySubject,
    lines: lines.filter((words) => words !== '').join('; '),
  };
}

/** Whose ends and extremes are named, where there are several. */
function markedWords(
  { marksExtremes }: Extract<MetricDrawing, { kind: 'curve' }>,
  subjects: readonly DrawnSubject[],
  { chosen }: DrawOptions,
): string {
  if (marksExtremes !== true || subjects.length < 2) return '';
  const marked = subjects.find(({ subject }) => subject === chosen) ?? subjects[0];
  return `named places: ${marked?.subject ?? ''}`;
}

function marksWords(
  { series, title }: { readonly series: string; readonly title: string },
  subjects: readonly DrawnSubject[],
  { otherSeries }: DrawOptions,
): string {
  const hasMarks = subjects.some(
    ({ subject }) => (otherSeries?.(series, subject) ?? null) !== null,
  );
  return hasMarks ? `upright lines: ${title}` : '';
}

function rowsOf(drawing: MetricDrawing, [subject]: readonly DrawnSubject[]): number {
  if (drawing.kind === 'barcode') return topologyPairsOf(subject, drawing.pairs).length / 2;
  if (drawing.kind !== 'bars' || !subject) return 0;
  return seriesIn(subject, drawing.series)?.columns[drawing.label.column]?.length ?? 0;
}

/** Why a drawing has nothing to show, as its measurements tell; null where they do not. */
export function noDrawingReason(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
): string | null {
  const reasons = subjects.flatMap(({ measurements }) =>
    measurements.flatMap(({ name, facts }: Drawn) =>
      name === drawing.series && facts?.['reason'] !== undefined ? [String(facts['reason'])] : [],
    ),
  );
  if (reasons.length > 0) return `It could not be computed: ${[...new Set(reasons)].join('; ')}.`;
  if (drawing.kind === 'barcode') return 'There is one minimum, so there is no bar that ends.';
  return drawing.kind === 'points' ? (drawing.empty ?? null) : null;
}

function optionOf(
  drawing: MetricDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  options: DrawOptions,
): EChartsOption | null {
  switch (drawing.kind) {
    case 'curve':
      return curveChart(drawing, subjects, style, options);
    case 'points':
      return pointsChart(drawing, subjects, style, options);
    case 'barcode':
      return barcodeChart(drawing, subjects, style, options);
    case 'bars':
      return barsChart(drawing, subjects, style);
    case 'field':
      return fieldChart(drawing, subjects, style, options);
    case 'tree':
      return treeChart(drawing, subjects, style, options);
    default:
      return drawing satisfies never;
  }
}

function barsChart(
  { series, label, value, error }: Extract<MetricDrawing, { kind: 'bars' }>,
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
    ...(error === undefined ? {} : { errors: own.columns[error] ?? [] }),
  }));
  return labels.length === 0 ? null : barOption(labels, groups, { style, valueName: value.title });
}
