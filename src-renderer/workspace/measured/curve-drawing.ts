/** Curves of a metric: a line for each subject and column, bands of uncertainty, marks, and lines of another metric over them. Pure. */
import type { EChartsOption } from 'echarts';
import type { MetricDrawing } from '#shared/domain/metric-definition';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import {
  curveOption,
  fitsLogAxis,
  type Curve,
  type CurveBand,
  type XMark,
} from '../../charts/curve-chart';
import { formatCount, formatNumber } from '../../charts/number-format';
import type { DrawOptions } from './draw-options';
import { seriesIn, type DrawnSubject } from './drawn-subjects';
import { curveMarks, drawable } from './model';

type CurveDrawing = Extract<MetricDrawing, { kind: 'curve' }>;

/** The columns that are lines: those that a band is drawn between are not. */
export function lineColumns({ y, band }: CurveDrawing): CurveDrawing['y'] {
  return y.filter(({ column }) => column !== band?.low && column !== band?.high);
}

/** The lines of a drawing; those of a subject that is not chosen step back where one is. */
export function curvesOf(
  drawing: CurveDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  { chosen = null }: Pick<DrawOptions, 'chosen'> = {},
): readonly Curve[] {
  const { series, x } = drawing;
  const y = lineColumns(drawing);
  const hasOneSubject = subjects.length === 1;
  const isKnown = subjects.some(({ subject }) => subject === chosen);
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
          isFaint: isKnown && subject.subject !== chosen,
          points: values
            .map((value, row) => [places[row] ?? row, value] as const)
            .sort((a, b) => a[0] - b[0]),
        },
      ];
    });
  });
  return drawable(curves);
}

/** The chart of curves; null where no subject has two finite points. */
export function curveChart(
  drawing: CurveDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  options: DrawOptions = {},
): EChartsOption | null {
  const own = curvesOf(drawing, subjects, style, options);
  if (own.length === 0) return null;
  const marked = own.find(({ isFaint }) => isFaint !== true) ?? own[0];
  const over = overlayCurves(drawing, subjects, style, options);
  const [y] = lineColumns(drawing);
  const isLog = drawing.scale === 'log' && fitsLogAxis([...own, ...over]);
  const { marks, mid } =
    drawing.marksExtremes && marked ? curveMarks(marked) : { marks: [], mid: null };
  const title = drawing.yTitle ?? y?.title ?? '';
  // The marks belong to the first line of the chart.
  const curves = marked ? [marked, ...own.filter((curve) => curve !== marked), ...over] : own;
  return curveOption(curves, {
    style,
    xName: drawing.x.title,
    yName: isLog ? logTitle(title) : title,
    yScale: isLog ? 'log' : 'value',
    xScale: drawing.xScale === 'log' ? 'log' : 'value',
    dots: own.every(({ points }) => points.length <= 60),
    marks,
    bands: bandsOf(drawing, subjects, own, options),
    xMarks: xMarksOf(drawing, subjects, style, options),
    ...(mid === null ? {} : { level: mid }),
  });
}

/** `loss (nats, log)`, `density (log)`. */
export function logTitle(title: string): string {
  return title.endsWith(')') ? `${title.slice(0, -1)}, log)` : `${title} (log)`;
}

/** What the bands are; empty where there are none. */
export function bandWords(
  { band, ofTrainingShare }: CurveDrawing,
  { trainSamples = null }: DrawOptions,
): string {
  if (band) return `band: ${band.title}`;
  if (ofTrainingShare !== true || trainSamples === null) return '';
  return `band: one standard error of a share of ${formatCount(trainSamples)} samples`;
}

/**
 * The bands of the first column of each subject.
 *
 * Definition: between the columns that the drawing names; of a share p of n training samples, in percent, p - s to p + s with
 * s = 100 sqrt(p/100 (1 - p/100) / n), the binomial standard error.
 */
function bandsOf(
  drawing: CurveDrawing,
  subjects: readonly DrawnSubject[],
  own: readonly Curve[],
  { trainSamples = null }: DrawOptions,
): readonly CurveBand[] {
  const { band, series, x, y, ofTrainingShare } = drawing;
  const main = y[0]?.column ?? '';
  return subjects.flatMap((subject): CurveBand[] => {
    const curve = own.find(({ id }) => id === `${subject.subject} ${main}`);
    const columns = seriesIn(subject, series)?.columns;
    if (!curve || !columns) return [];
    const about = { id: curve.id, colour: curve.colour, isFaint: curve.isFaint ?? false };
    if (band) {
      const points = (columns[x.column] ?? []).flatMap((place, row) => {
        const [low, high] = [columns[band.low]?.[row] ?? null, columns[band.high]?.[row] ?? null];
        return place === null || low === null || high === null ? [] : [[place, low, high] as const];
      });
      return [{ ...about, points: points.sort((a, b) => a[0] - b[0]) }];
    }
    if (ofTrainingShare !== true || trainSamples === null) return [];
    const points = curve.points.flatMap(([place, percent]) => {
      if (percent === null) return [];
      const share = percent / 100;
      const error = 100 * Math.sqrt(Math.max(0, share * (1 - share)) / trainSamples);
      return [[place, Math.max(0, percent - error), Math.min(100, percent + error)] as const];
    });
    return [{ ...about, points }];
  });
}

/** Lines of another metric on the subject that stands out, else on the first. */
function overlayCurves(
  { overlay }: CurveDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  { chosen = null, otherSeries, showsOverlay = false }: DrawOptions,
): readonly Curve[] {
  const subject = (subjects.find((one) => one.subject === chosen) ?? subjects[0])?.subject;
  if (!overlay || !showsOverlay || subject === undefined) return [];
  const columns = otherSeries?.(overlay.series, subject)?.columns ?? {};
  const places = columns[overlay.x] ?? [];
  return drawable(
    overlay.y.map(({ column, title }, k): Curve => {
      const points = (columns[column] ?? []).map(
        (value, row) => [places[row] ?? row, value] as const,
      );
      const line = k === 0 ? 'dotted' : 'dashed';
      return { id: `overlay ${column}`, name: title, colour: style.inkSoft, line, points };
    }),
  );
}

/** Names of the lines drawn over; empty where the subject has none or nobody asked. */
export function overlayNames(
  drawing: CurveDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  options: DrawOptions,
): string {
  const lines = overlayCurves(drawing, subjects, style, options);
  return lines.map(({ name, line }) => `${line}: ${name}`).join('; ');
}

/** Whether a cell has the lines that a drawing can have drawn over it. */
export function hasOverlay(
  { overlay }: CurveDrawing,
  subjects: readonly DrawnSubject[],
  { otherSeries }: DrawOptions,
): boolean {
  return (
    overlay !== undefined &&
    subjects.some(({ subject }) => (otherSeries?.(overlay.series, subject) ?? null) !== null)
  );
}

function xMarksOf(
  { xMarks, y }: CurveDrawing,
  subjects: readonly DrawnSubject[],
  style: ChartStyle,
  { chosen = null, otherSeries }: DrawOptions,
): readonly XMark[] {
  if (!xMarks) return [];
  const isKnown = subjects.some(({ subject }) => subject === chosen);
  const hasOneSubject = subjects.length === 1;
  return subjects.flatMap(({ subject }, i) => {
    if (isKnown && subject !== chosen) return [];
    const values = otherSeries?.(xMarks.series, subject)?.columns[xMarks.column] ?? [];
    const colour = lineColour(style, hasOneSubject ? y.length : i);
    // Names of several subjects would lie on each other.
    const hasName = hasOneSubject || isKnown;
    return values.flatMap((x) =>
      x === null ? [] : [{ x, colour, text: hasName ? formatNumber(x, 3) : '' }],
    );
  });
}
